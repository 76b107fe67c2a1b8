import os
import signal
import subprocess
import sys
import time

import pytest

from services.database.process import Process


def start(code: str) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", f"{code}"], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    child.stdout.readline()
    return child


@pytest.fixture
def sleeper():
    child = start("import time; print(flush=True); time.sleep(60)")
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


@pytest.fixture
def stubborn():
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = start(f"{deaf}; print(flush=True); time.sleep(60)")
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


def test_a_running_process_is_alive(sleeper):
    process = Process.of(sleeper.pid)
    assert process
    assert process.alive()
    assert "time.sleep" in process.command()


def test_there_is_none_with_an_unused_id(sleeper):
    sleeper.kill()
    sleeper.wait()
    assert Process.of(sleeper.pid) is None


def test_a_zombie_is_dead(sleeper):
    process = Process.of(sleeper.pid)
    os.kill(sleeper.pid, signal.SIGKILL)
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert process
    assert not process.alive()
    assert Process.of(sleeper.pid) is None


def test_an_id_used_again_is_another_process():
    assert not Process(os.getpid(), "a start long ago").alive()


def test_end_asks_first(sleeper):
    process = Process.of(sleeper.pid)
    assert process
    process.end(30)
    assert not process.alive()


def test_end_forces_one_that_does_not_listen(stubborn):
    process = Process.of(stubborn.pid)
    assert process
    process.end(0.1)
    assert not process.alive()


def test_end_of_a_dead_one_touches_nobody():
    Process(os.getpid(), "a start long ago").end(1)


def test_wait_gives_up(sleeper):
    process = Process.of(sleeper.pid)
    assert process
    began = time.monotonic()
    assert not process.wait(0.1)
    assert time.monotonic() - began >= 0.1
