"""The tests' MongoDB: one real mongod for all pytest-xdist workers.

The first worker starts it, the last one out stops it and removes its folder. Where pytest is killed, a
sentinel does: it waits for the lock that all users share and the kernel frees.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.database.embedded import EmbeddedMongo

MASTER_KEY = b"0" * 32
_CHECKOUT = Path(__file__).parents[2]
_ROOM = 2 * 1024**3


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    """In memory where there is room (tests' data outlive nothing), otherwise among temporary files."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or secrets.token_hex(8)
    return (memory if roomy else Path(tempfile.gettempdir())) / f"furong-test-{run}"


def _leave(mongo: EmbeddedMongo, lock: Path) -> None:
    with _alone(lock):
        if mongo.folder.path.exists() and mongo.stop():
            shutil.rmtree(mongo.folder.path, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _watch(folder: Path, lock: Path) -> subprocess.Popen[bytes]:
    """Start a sentinel; in a session of its own, so that what ends pytest does not end it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.mongo", str(folder), str(lock)],
        cwd=_CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(_CHECKOUT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _stand_by(folder: Path, lock: Path) -> None:
    """The sentinel: when nobody uses the folder any more, clean up what is left of it."""
    with (folder / "users.lock").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
    _leave(EmbeddedMongo(folder), lock)


@pytest.fixture(scope="session")
def mongod() -> Iterator[str]:
    """The connection string of the run's mongod."""
    folder = _folder()
    lock = Path(tempfile.gettempdir(), f"{folder.name}.lock")
    # A dropped database keeps its files open while history is kept and until a checkpoint; thousands are
    # dropped here, and mongod dies of too many open files.
    mongo = EmbeddedMongo(folder, history_seconds=5, checkpoint_seconds=5)
    with _alone(lock):
        uri = mongo.start()
    sentinel = _watch(folder, lock)
    try:
        yield uri
    finally:
        # First the sentinel: it would take the lock for a moment, and nobody would be the last one out.
        sentinel.terminate()
        sentinel.wait()
        _leave(mongo, lock)


if __name__ == "__main__":
    _stand_by(Path(sys.argv[1]), Path(sys.argv[2]))
