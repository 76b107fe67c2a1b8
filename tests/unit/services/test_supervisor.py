import asyncio
import os
import signal
from contextlib import asynccontextmanager

import pytest
from pymongo import MongoClient

from services import residence, supervisor
from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.database.port import free_port, listens
from services.database.process import Process
from services.failure import Failure
from services.readiness import await_ready
from services.supervisor import supervise


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Settings of a platform whose processes are those of tests.support."""
    monkeypatch.setattr(
        supervisor,
        "PROCESSES",
        {
            "api": "tests.support.listening",
            "worker": "tests.support.processes",
            "feed": "tests.support.processes",
        },
    )
    monkeypatch.setenv("TEST_NAME", "waiting")
    monkeypatch.setenv("TEST_NOTES", str(tmp_path / "notes"))
    monkeypatch.delenv("FURONG_MONGODB_URI", raising=False)
    yield Settings.read(
        data=tmp_path / "data",
        port=free_port(),
        mllp_port=free_port(),
        drain_seconds=20,
        master_key="0" * 64,
    )
    if (tmp_path / "data" / "mongodb").exists():
        EmbeddedMongo(tmp_path / "data" / "mongodb").stop(force=True)


@pytest.fixture
def notes(tmp_path):
    """What the processes noted so far: (event, process id)."""

    def read():
        path = tmp_path / "notes"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(line.split()[0], int(line.split()[-1])) for line in lines]

    return read


async def until(true):
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - another process is looked at
            await asyncio.sleep(0.02)


@asynccontextmanager
async def platform(settings, notes, said=None, hurry=None):
    """A platform that is ready."""
    say = (said if said is not None else []).append
    async with supervise(settings, say, hurry or asyncio.Event()) as running:
        running.start()
        await await_ready(running.settings)
        await until(lambda: len([event for event, _ in notes() if event == "started"]) >= 3)
        yield running


async def test_it_starts_everything_and_stops_it_in_order(settings, notes):
    said = []
    async with platform(settings, notes, said) as running:
        names = {child.pid: child.name for child in running.children}
        mongod = EmbeddedMongo(settings.database_folder).folder.running.process
        assert residence.present(settings.data).uri == running.settings.mongodb_uri.get_secret_value()
        assert residence.present(settings.data).address == settings.address
    assert [names[pid] for event, pid in notes() if event == "finished"] == ["feed", "worker", "api"]
    assert not mongod.alive()
    assert residence.present(settings.data) is None
    assert said == []


def test_there_are_as_many_api_processes_as_the_settings_say(settings):
    made = supervisor.Supervisor(settings.changed(workers=3), print, asyncio.Event())
    assert [child.name for child in made.children] == ["api", "api-2", "api-3", "worker", "feed"]


async def test_the_processes_are_told_the_database(settings, notes, tmp_path):
    async with platform(settings, notes) as running:
        uri = running.settings.mongodb_uri.get_secret_value()
    assert [
        line.split()[1] for line in (tmp_path / "notes").read_text().splitlines() if "started" in line
    ] == [uri] * 3


async def test_a_database_that_was_named_is_used_and_left_running(settings, notes, database):
    uri, _ = database
    async with platform(settings.changed(mongodb_uri=uri), notes) as running:
        assert running.settings.mongodb_uri.get_secret_value() == uri
        assert residence.present(settings.data).uri == uri
        assert not settings.database_folder.exists()
    with MongoClient(uri) as client:
        assert client.admin.command("ping")["ok"] == 1


async def test_one_that_is_killed_comes_back(settings, notes):
    said = []
    async with platform(settings, notes, said) as running:
        worker = running.children[1]
        os.kill(worker.pid, signal.SIGKILL)
        await until(lambda: len([event for event, _ in notes() if event == "started"]) == 4)
        assert any(line.startswith("worker ended (signal 9)") for line in said)


async def test_a_database_that_is_killed_comes_back_at_its_address(settings, notes):
    said = []
    async with platform(settings, notes, said) as running:
        before = residence.present(settings.data)
        folder = EmbeddedMongo(settings.database_folder).folder
        with MongoClient(before.uri) as client:
            client.kept.texts.insert_one({"_id": "acknowledged"})
        os.kill(folder.running.process.pid, signal.SIGKILL)
        await until(lambda: "mongod ended; it starts again at once" in said)
        with MongoClient(before.uri, serverSelectionTimeoutMS=60_000) as client:
            # In a thread: the supervisor that starts the database again runs in this event loop.
            assert await asyncio.to_thread(client.kept.texts.find_one) == {"_id": "acknowledged"}
        assert residence.present(settings.data) == before
        assert len(notes()) == 3, "the processes went on"
        assert running.children[0].pid


async def test_processes_follow_a_database_that_had_to_move(settings, notes, monkeypatch):
    async with platform(settings, notes) as running:
        before = running.settings
        taken = free_port()
        monkeypatch.setattr("services.database.embedded.free_port", lambda preferred: taken)
        os.kill(EmbeddedMongo(settings.database_folder).folder.running.process.pid, signal.SIGKILL)
        await until(lambda: [event for event, _ in notes()].count("started") == 6)
        assert running.settings != before
        assert f":{taken}/" in residence.present(settings.data).uri


async def test_in_a_hurry_nothing_is_drained(settings, notes, monkeypatch):
    monkeypatch.setenv("TEST_NAME", "deaf")
    hurry = asyncio.Event()
    async with platform(settings, notes, hurry=hurry) as running:
        pids = [child.pid for child in running.children]
        hurry.set()
    assert [Process.of(pid) for pid in pids] == [None] * 3


async def test_a_second_platform_on_the_folder_is_refused_and_disturbs_nothing(settings, notes):
    async with platform(settings, notes):
        other = settings.changed(port=free_port(), mllp_port=free_port())
        with pytest.raises(Failure, match=f"already runs on the folder .*{settings.address}"):
            async with supervise(other, print, asyncio.Event()):
                pass
        assert EmbeddedMongo(settings.database_folder).folder.running
        assert listens(settings.port)


async def test_a_port_in_use_is_said_before_anything_starts(settings, notes):
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", settings.mllp_port):
        with pytest.raises(Failure, match="--mllp-port chooses another"):
            async with supervise(settings, print, asyncio.Event()):
                pass
    assert not settings.data.exists()


async def test_a_missing_key_is_said_before_anything_starts(settings, tmp_path):
    settings.database_folder.mkdir(parents=True)
    with pytest.raises(Failure, match=r"data\.key of the data in .* is missing"):
        async with supervise(settings.changed(master_key=None), print, asyncio.Event()):
            pass
    assert EmbeddedMongo(settings.database_folder).folder.running is None
