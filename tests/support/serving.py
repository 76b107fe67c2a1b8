"""`./furong serve` as a real program: fixtures that start it, and what its processes are."""

import os
import re
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from services.database.embedded import EmbeddedMongo
from services.database.folder import Folder
from services.database.port import free_port
from services.database.process import Process

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path):
    """A data folder of which nothing is left running, whatever the test did."""
    path = tmp_path / "the data"
    yield path
    if (path / "mongodb").exists():
        EmbeddedMongo(path / "mongodb").stop(force=True)


@pytest.fixture
def environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FURONG_", "PYTHON"))}
    return kept | {"FURONG_DRAIN_SECONDS": "10"}


@contextmanager
def serving(data, environment, *options, uri=""):
    """`./furong serve`, once it is ready: the process, with its ports as `http` and `mllp`.

    On the folder, or on the database `uri` with FURONG_DATA in its environment.
    """
    http, mllp = free_port(), free_port()
    place = ["--mongodb-uri", uri] if uri else ["--data", str(data)]
    ports = ["--port", str(http), "--mllp-port", str(mllp), *place]
    process = subprocess.Popen(
        [CHECKOUT / "furong", "serve", *ports, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=data.parent,
        env=environment,
        start_new_session=True,
    )
    with process:
        try:
            process.said = read_until(process, "Stop with Ctrl-C.")
            process.http, process.mllp = http, mllp
            yield process
        finally:
            process.kill()


@pytest.fixture
def serve(data, environment):
    """Start `./furong serve` on the folder and wait until it is ready; yields the process and its ports."""
    return partial(serving, data, environment)


def read_until(process, sign):
    said = ""
    for line in process.stdout:
        said += line
        if sign in line:
            return said
    raise AssertionError(said)


def furong(environment, *arguments):
    return subprocess.run(
        [CHECKOUT / "furong", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


def processes(supervisor):
    """The processes of the platform: module name to process, found as the children of the supervisor."""
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text().split()
    found = {}
    for pid in children:
        process = Process.of(int(pid))
        name = re.search(r"services\.lifeline (services\.\w+)", process.command() if process else "")
        if name:
            found[name[1]] = process
    return found


def mongod(data):
    return Folder(data / "mongodb").running.process


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False
