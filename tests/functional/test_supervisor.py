"""`./furong serve` with its real processes: what Ctrl-C and kill -9 leave, and what a command finds."""

import os
import signal
import urllib.request
from pathlib import Path

import pytest

from services.database.folder import Folder
from services.database.port import free_port
from tests.support.serving import furong, mongod, processes, ready, wait_until

CHECKOUT = Path(__file__).parents[2]
MODULES = {"services.web", "services.worker", "services.feed"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_to_look_and_stops_without_leaving_a_process(serve, data, number):
    with serve() as supervisor:
        assert f"http://localhost:{supervisor.http}/login" in supervisor.said
        assert f"http://localhost:{supervisor.http}/fhir/metadata" in supervisor.said
        assert f"MLLP    localhost:{supervisor.mllp}" in supervisor.said
        assert ready(supervisor.http)
        running = processes(supervisor)
        assert set(running) == MODULES
        database = mongod(data)
        # To the whole foreground group, as a terminal does it.
        os.killpg(supervisor.pid, number)
        assert supervisor.wait(60) == 0
        assert supervisor.stdout.read() == "Stopping ...\nFurong has stopped.\n"
    assert [process for process in (*running.values(), database) if process.alive()] == []


def test_kill_9_of_the_supervisor_leaves_only_the_database_and_the_next_start_takes_it_over(serve, data):
    with serve() as supervisor:
        running, database = processes(supervisor), mongod(data)
        os.kill(supervisor.pid, signal.SIGKILL)
        for process in running.values():
            assert process.wait(30)
        assert database.alive()
    with serve() as supervisor:
        assert mongod(data) == database
        assert ready(supervisor.http)


def test_kill_9_of_any_process_brings_it_back(serve, data):
    with serve() as supervisor:
        for name in sorted(MODULES):
            before = processes(supervisor)[name]
            os.kill(before.pid, signal.SIGKILL)
            wait_until(lambda name=name, before=before: processes(supervisor).get(name, before) != before)
        database = mongod(data)
        os.kill(database.pid, signal.SIGKILL)
        wait_until(lambda: Folder(data / "mongodb").running not in (None, database))
        wait_until(lambda: ready(supervisor.http))


def test_kill_9_of_everything_at_once_and_the_next_start_serves(serve, data):
    with serve() as supervisor:
        everything = [
            supervisor.pid,
            mongod(data).pid,
            *(each.pid for each in processes(supervisor).values()),
        ]
        for pid in everything:
            os.kill(pid, signal.SIGKILL)
    with serve() as supervisor:
        assert ready(supervisor.http)


def test_a_second_one_on_the_folder_or_the_ports_is_refused_in_one_line(serve, data, environment, tmp_path):
    with serve() as supervisor:
        free = ["--port", str(free_port()), "--mllp-port", str(free_port())]
        same_folder = furong(environment, "serve", "--data", str(data), *free)
        assert same_folder.returncode == 1
        assert f"furong: A platform already runs on the folder {data} " in same_folder.stderr
        same_port = furong(
            environment, "serve", "--data", str(tmp_path / "other"), "--port", str(supervisor.http)
        )
        assert same_port.returncode == 1
        assert "address already in use" in same_port.stderr
        assert same_port.stderr.count("\n") == 1
        assert ready(supervisor.http)


def test_a_command_joins_the_running_platform(serve, data, environment):
    with serve():
        database = mongod(data)
        done = furong(environment, "audit", "verify", "--data", str(data))
        assert done.returncode == 0, done.stderr
        assert mongod(data) == database


def test_no_secret_and_no_address_line_is_in_the_logs(serve, data):
    with serve() as supervisor:
        with pytest.raises(OSError, match="40"):
            urllib.request.urlopen(f"http://127.0.0.1:{supervisor.http}/fhir/Patient?name=HTEST", timeout=30)
        logs = [path.read_text() for path in (data / "log").iterdir()] + [
            (data / "mongodb/mongod.log").read_text()
        ]
    password = (data / "mongodb" / "password").read_text()
    assert logs
    assert not any("HTEST" in text or password in text for text in logs)


def test_a_demonstration_refuses_a_folder_that_holds_other_things(data, environment):
    data.mkdir()
    (data / "letter.txt").write_text("somebody's")
    done = furong(environment, "serve", "--demo", "--data", str(data))
    assert done.returncode == 1
    assert "holds other things (letter.txt)" in done.stderr
    assert [path.name for path in data.iterdir()] == ["letter.txt"]
