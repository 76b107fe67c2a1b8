"""The embedded MongoDB, each promise of design.md section 1 against a real mongod."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from services.database import embedded
from services.database.embedded import EmbeddedMongo
from services.database.process import Process
from services.failure import Failure

CHECKOUT = Path(__file__).parents[2]
STARTER = """
import sys, time
from pathlib import Path
from services.database.embedded import EmbeddedMongo
mongo = EmbeddedMongo(Path(sys.argv[1]))
print(mongo.start(), mongo.folder.running.process.pid, flush=True)
sys.stdin.read()
mongo.stop()
print("stopped", flush=True)
"""


@pytest.fixture(scope="module")
def mongo(tmp_path_factory):
    """One that runs during the tests that only look at it."""
    mongo = EmbeddedMongo(tmp_path_factory.mktemp("embedded"), cache_gigabytes=0.25)
    mongo.start()
    yield mongo
    mongo.stop()


@pytest.fixture
def folder(tmp_path):
    """A folder of which nothing is left running, whatever the test did."""
    path = tmp_path / "a folder" / "mongodb"
    yield path
    if path.exists():
        EmbeddedMongo(path).stop(force=True)


def insert(uri, text):
    with MongoClient(uri) as client:
        client.kept.texts.insert_one({"_id": text})


def texts(uri):
    with MongoClient(uri) as client:
        return {row["_id"] for row in client.kept.texts.find()}


def pid(mongo):
    return mongo.folder.running.process.pid


def server_status(mongo):
    with MongoClient(mongo.uri) as client:
        return client.admin.command("serverStatus")


@contextmanager
def starter(folder):
    """Another program that uses the folder; yields it with its uri and the id of its mongod."""
    program = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    with program:
        uri, mongod = program.stdout.readline().split()
        try:
            yield program, uri, int(mongod)
        finally:
            program.kill()


# What it is


def test_transactions_and_change_streams_work(mongo):
    with MongoClient(mongo.uri) as client, client.kept.texts.watch() as changes:
        with client.start_session() as session, session.start_transaction():
            client.kept.texts.insert_one({"_id": "in a transaction"}, session=session)
        assert next(changes)["fullDocument"] == {"_id": "in a transaction"}


def test_snapshots_of_the_last_quarter_of_an_hour_can_be_read(mongo):
    with MongoClient(mongo.uri) as client:
        window = client.admin.command("getParameter", 1, minSnapshotHistoryWindowInSeconds=1)
    assert window["minSnapshotHistoryWindowInSeconds"] >= 900


def test_only_the_loopback_address_listens(mongo):
    port = mongo.folder.running.port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            probe.connect(("127.0.0.2", 9))
        other = probe.getsockname()[0]
    other = "127.0.0.2" if other == "127.0.0.1" else other
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((other, port), timeout=5)
    assert not Path(f"/tmp/mongodb-{port}.sock").exists()


def test_nothing_is_read_without_the_password(mongo):
    port = mongo.folder.running.port
    with MongoClient("127.0.0.1", port, directConnection=True) as client, pytest.raises(OperationFailure):
        client.kept.texts.find_one()


def test_the_local_host_makes_no_account_without_the_password(mongo):
    port = mongo.folder.running.port
    with MongoClient("127.0.0.1", port, directConnection=True) as client, pytest.raises(OperationFailure):
        client.admin.command("createUser", "intruder", pwd="x", roles=["root"])


def test_the_platforms_account_cannot_shut_the_server_down(mongo):
    with MongoClient(mongo.uri) as client, pytest.raises(OperationFailure, match="not authorized"):
        client.admin.command("shutdown")


def test_secrets_are_private_files_and_not_in_the_command_line(mongo):
    for name in ("keyfile", "password", "mongod.json", "mongod.log"):
        assert stat.S_IMODE((mongo.folder.path / name).stat().st_mode) == 0o600, name
    command = mongo.folder.running.process.command()
    assert mongo.folder.password not in command
    assert mongo.folder.key not in command


def test_messages_are_not_compressed(mongo):
    assert "--networkMessageCompressors=disabled" in mongo.folder.running.process.command()
    with MongoClient(mongo.uri, compressors="zlib") as client:
        assert "compression" not in client.admin.command("hello", compression=["zlib", "snappy"])


def test_the_cache_is_bounded_by_the_setting(mongo):
    cache = server_status(mongo)["wiredTiger"]["cache"]["maximum bytes configured"]
    assert cache == 256 * 1024**2


def test_it_has_a_session_of_its_own(mongo):
    assert os.getsid(pid(mongo)) == pid(mongo)
    assert os.getsid(pid(mongo)) != os.getsid(0)


def test_no_statement_is_slow_enough_to_be_logged_with_its_values(mongo):
    with MongoClient(mongo.uri) as client:
        client.kept.texts.find_one({"$expr": {"$function": {"body": SLOW, "args": ["HTEST"], "lang": "js"}}})
    assert "HTEST" not in mongo.folder.log.read_text()


SLOW = "function(name) { sleep(300); return true; }"


# Starting and stopping


def turn_away(server):
    """Accept and hang up, as another program does that does not speak MongoDB."""
    with suppress(OSError):
        while True:
            server.accept()[0].close()


def test_stop_is_clean_and_the_next_start_finds_the_data_on_another_port(folder):
    with EmbeddedMongo(folder) as uri:
        insert(uri, "first")
        first = EmbeddedMongo(folder).folder.running
    assert not first.process.alive()
    assert (folder / "data" / "mongod.lock").read_text() == ""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", first.port))
        other.listen()
        threading.Thread(target=turn_away, args=[other]).start()
        with EmbeddedMongo(folder) as uri:
            insert(uri, "second")
            assert texts(uri) == {"first", "second"}
            assert EmbeddedMongo(folder).folder.running.port != first.port
        other.shutdown(socket.SHUT_RDWR)


async def test_it_is_an_asynchronous_context_manager_too(folder):
    async with EmbeddedMongo(folder) as uri:
        assert texts(uri) == set()
    assert EmbeddedMongo(folder).folder.running is None


def test_the_last_one_out_stops_it(folder):
    one, two = EmbeddedMongo(folder), EmbeddedMongo(folder)
    assert one.start() == two.start()
    assert not one.stop()
    assert texts(two.uri) == set()
    assert two.stop()
    assert not two.alive()


def test_who_is_forced_to_stop_it_stops_it_for_all(folder):
    one, two = EmbeddedMongo(folder), EmbeddedMongo(folder)
    one.start()
    two.start()
    assert one.stop(force=True)
    assert not two.alive()
    two.stop()


def test_two_programs_that_start_at_once_share_one(folder):
    with starter(folder) as (_, uri, mongod), starter(folder) as (_, same, also):
        assert (uri, mongod) == (same, also)


def test_a_program_that_was_killed_leaves_it_to_the_next(folder):
    with starter(folder) as (program, uri, mongod):
        insert(uri, "acknowledged")
        program.kill()
        program.wait()
        mongo = EmbeddedMongo(folder)
        assert texts(mongo.start()) == {"acknowledged"}
        assert pid(mongo) == mongod
        assert mongo.stop()
    assert Process.of(mongod) is None


def test_what_does_not_answer_any_more_is_ended_and_replaced(folder, monkeypatch):
    monkeypatch.setattr(embedded, "_GREETING", 0.5)
    with starter(folder) as (program, uri, mongod):
        insert(uri, "acknowledged")
        program.kill()
        program.wait()
        os.kill(mongod, signal.SIGSTOP)
        with EmbeddedMongo(folder) as uri:
            assert texts(uri) == {"acknowledged"}
            assert pid(EmbeddedMongo(folder)) != mongod
    assert Process.of(mongod) is None


def test_one_whose_start_was_not_recorded_is_ended_and_replaced(folder):
    with starter(folder) as (program, uri, mongod):
        insert(uri, "acknowledged")
        program.kill()
        program.wait()
        (folder / "mongod.json").unlink()
        with EmbeddedMongo(folder) as uri:
            assert texts(uri) == {"acknowledged"}
    assert Process.of(mongod) is None


def test_nothing_acknowledged_is_lost_when_it_is_killed(folder):
    mongo = EmbeddedMongo(folder)
    uri = mongo.start()
    insert(uri, "acknowledged")
    killed = pid(mongo)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not mongo.alive())
    assert mongo.start() == uri, "who started it again keeps its port, so that clients find it again"
    assert not Path(f"/proc/{killed}").exists(), "no zombie is left"
    assert texts(uri) == {"acknowledged"}
    assert mongo.stop()


def test_the_id_of_a_left_over_that_now_belongs_to_another_is_left_alone(folder):
    with EmbeddedMongo(folder):
        pass
    record = json.loads((folder / "mongod.json").read_text())
    (folder / "mongod.json").write_text(json.dumps(record | {"pid": os.getpid()}))
    with EmbeddedMongo(folder) as uri:
        assert texts(uri) == set()


def wait_until(true):
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# What can't be started says why


def test_a_folder_that_another_mongod_uses(folder, tmp_path):
    with EmbeddedMongo(folder):
        other = tmp_path / "copy"
        other.mkdir()
        (other / "data").symlink_to(folder / "data")
        with pytest.raises(Failure, match=r"ended while it started: another mongod uses the folder; its log"):
            EmbeddedMongo(other).start()


def test_a_folder_of_another_version(folder):
    with EmbeddedMongo(folder):
        pass
    record = json.loads((folder / "mongod.json").read_text())
    (folder / "mongod.json").write_text(json.dumps(record | {"version": "8.0.4"}))
    with pytest.raises(Failure, match=r"written by MongoDB 8\.0\.4, and .* is 6\.0\.\d+: .*FURONG_MONGOD"):
        EmbeddedMongo(folder).start()


def test_a_damaged_folder(folder):
    with EmbeddedMongo(folder):
        pass
    turtle = folder / "data" / "WiredTiger.turtle"
    turtle.write_bytes(turtle.read_bytes()[:40])
    with pytest.raises(
        Failure, match=r"the folder is damaged or was written by another version.*mongod\.log"
    ):
        EmbeddedMongo(folder).start()


def test_a_binary_that_cannot_run_leaves_no_data_behind(folder, tmp_path):
    mongod = tmp_path / "mongod"
    mongod.write_text("#!/bin/sh\nkill -ILL $$\n")
    mongod.chmod(0o700)
    with pytest.raises(Failure, match="AVX"):
        EmbeddedMongo(folder, mongod=mongod).start()
    with EmbeddedMongo(folder) as uri:
        assert texts(uri) == set()


def test_a_failed_start_can_be_tried_again(folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedMongo, "_options", lambda *_: ["--no-such-option"])
        with pytest.raises(Failure, match="ended while it started"):
            EmbeddedMongo(folder).start()
    with EmbeddedMongo(folder) as uri:
        insert(uri, "started")
        assert texts(uri) == {"started"}
