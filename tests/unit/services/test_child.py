import asyncio
import os
import signal

import pytest

from services import backoff as module
from services.child import Child
from services.database.process import Process


class Scene:
    """A child that is one of tests.support.processes, what it noted and what was said of it."""

    def __init__(self, folder, name):
        self.notes = folder / "notes"
        self.said: list[str] = []
        self.child = Child("helper", "tests.support.processes", folder, self.said.append)
        self.environment = {"TEST_NAME": name, "TEST_NOTES": str(self.notes), "FURONG_DRAIN_SECONDS": "1"}

    def noted(self):
        return self.notes.read_text().splitlines() if self.notes.exists() else []

    async def until(self, true):
        async with asyncio.timeout(30):
            while not true():  # noqa: ASYNC110 - another process is looked at
                await asyncio.sleep(0.02)


@pytest.fixture
async def scene(tmp_path):
    scenes = []

    async def start(name):
        scene = Scene(tmp_path, name)
        scenes.append(scene)
        scene.child.start(scene.environment)
        await scene.until(scene.noted)
        return scene

    yield start
    for each in scenes:
        await each.child.stop(0)


async def test_it_runs_in_a_session_of_its_own_until_it_is_stopped(scene):
    running = await scene("waiting")
    pid = running.child.pid
    assert os.getsid(pid) == pid
    await running.child.stop(30)
    assert running.child.pid is None
    assert running.noted()[-1] == f"finished {pid}"
    assert running.said == []


async def test_one_that_is_killed_is_started_again(scene):
    running = await scene("waiting")
    first = running.child.pid
    os.kill(first, signal.SIGKILL)
    await running.until(lambda: len(running.noted()) == 2)
    assert running.child.pid not in (None, first)
    assert running.said == [f"helper ended (signal 9), starts again at once; log: {running.child.log}"]


async def test_one_that_keeps_dying_is_started_with_growing_pauses(scene, monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (0.01, 0.02, 600.0))
    running = await scene("mortal")
    await running.until(lambda: any("600 s" in line for line in running.said))
    pauses = [line.split(" in ")[1].split(";")[0] for line in running.said if "starts again" in line]
    assert pauses == ["0.01 s", "0.02 s", "600 s"]
    assert "helper ended (status 3)" in running.said[1]
    await running.child.stop(30)  # does not wait for the pause to end
    assert len(running.noted()) == 3


async def test_one_that_lived_long_is_started_again_at_once(scene, monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (0.01, 600.0))
    monkeypatch.setattr(module, "STEADY", 0.0)
    running = await scene("mortal")
    await running.until(lambda: len(running.noted()) >= 3)


async def test_its_lines_are_kept_and_the_grave_ones_shown(scene, monkeypatch):
    monkeypatch.setattr(module, "PAUSES", (600.0,))
    running = await scene("mortal")
    await running.until(lambda: len(running.said) == 2)
    assert running.said[0] == "helper: error: about to die"
    log = running.child.log.read_text()
    assert log.startswith('{"level": "ERROR", "event": "about to die"}\n')
    assert log.count("x") == 200_000


async def test_a_log_on_a_full_disk_is_said_once_and_stops_nothing(scene, monkeypatch, tmp_path, capfd):
    """Checklist line 64 of the feed."""
    monkeypatch.setattr(module, "PAUSES", (0.01, 600.0))
    (tmp_path / "helper.log").symlink_to("/dev/full")
    running = await scene("mortal")
    await running.until(lambda: any("600 s" in line for line in running.said))
    assert len(running.noted()) == 2, "it was started again"
    full = [line for line in running.said if "No space left on device" in line]
    assert full == [f"{running.child.log} can't be written: No space left on device"] * 2, "once for each run"
    assert capfd.readouterr().err == ""


async def test_one_that_does_not_listen_is_ended_by_force(scene):
    running = await scene("deaf")
    pid = running.child.pid
    await running.child.stop(0.1)
    assert Process.of(pid) is None
    assert running.said == ["helper did not finish within 0.1 s and is ended"]


async def test_what_it_started_does_not_outlive_it(scene):
    running = await scene("parent")
    await running.until(lambda: len(running.noted()) == 2)
    grandchild = int(running.noted()[1].split()[1])
    assert Process.of(grandchild)
    await running.child.stop(30)
    await running.until(lambda: Process.of(grandchild) is None)


async def test_it_gets_the_environment_and_runs_this_checkout(scene):
    running = await scene("waiting")
    command = Process.of(running.child.pid).command()
    assert "-m services.lifeline tests.support.processes" in command


async def test_stopping_one_that_never_started_is_nothing(tmp_path):
    await Child("helper", "tests.support.processes", tmp_path, print).stop(1)
