import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


@contextmanager
def on_the_lifeline(module, tmp_path, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "services.lifeline", module],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "TEST_NOTES": str(tmp_path / "notes"), **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def await_start(process, notes):
    while not notes.exists() or not notes.read_text():
        assert process.poll() is None


def test_a_process_stops_in_order_when_the_other_end_is_closed(tmp_path):
    with on_the_lifeline("tests.support.processes", tmp_path, TEST_NAME="waiting") as process:
        await_start(process, tmp_path / "notes")
        process.stdin.close()
        assert process.wait(30) == 0
        assert "the supervisor has gone" in process.stderr.read()
    assert "finished" in (tmp_path / "notes").read_text()


def test_one_that_does_not_listen_is_ended_by_force(tmp_path):  # after five more seconds
    with on_the_lifeline(
        "tests.support.processes", tmp_path, TEST_NAME="deaf", FURONG_DRAIN_SECONDS="0"
    ) as process:
        await_start(process, tmp_path / "notes")
        process.stdin.close()
        assert process.wait(30) == 1


@pytest.mark.parametrize(
    ("code", "status", "shown"),
    [
        ("from services.failure import Failure; raise Failure('no database')", 1, '"event":"no database"'),
        ("raise ValueError('HTEST')", 1, '"error":"ValueError"'),
    ],
)
def test_how_it_ends_is_logged(tmp_path, code, status, shown):
    (tmp_path / "ending.py").write_text(code)
    with on_the_lifeline("ending", tmp_path, PYTHONPATH=f"{CHECKOUT}:{tmp_path}") as process:
        assert process.wait(30) == status
        logged = process.stderr.read()
    assert shown in logged
    assert "HTEST" not in logged
