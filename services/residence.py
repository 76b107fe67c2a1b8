"""The residence of a running platform: the file `platform.json` in its data folder, and the lock on it.

One platform lives in a folder at a time; commands read there which database it uses.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from services.database.folder import write_private
from services.failure import Failure


@dataclass(frozen=True, slots=True)
class Resident:
    """The platform that runs on a folder."""

    pid: int
    address: str
    uri: str


class Residence:
    """A data folder that this process occupies."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def register(self, address: str, uri: str) -> None:
        """Tell the commands where this platform's database is."""
        write_private(_file(self._data), json.dumps(asdict(Resident(os.getpid(), address, uri))))


@contextmanager
def occupy(data: Path) -> Iterator[Residence]:
    """Be the one platform on the folder, until the end; a Failure when another one is."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(f"The folder {data} cannot be used: {error.strerror}.") from None
    with _lock(data) as lock:
        if not _obtained(lock):
            raise Failure(_occupied(data))
        _file(data).unlink(missing_ok=True)
        try:
            yield Residence(data)
        finally:
            _file(data).unlink(missing_ok=True)


def present(data: Path) -> Resident | None:
    """The platform that runs on the folder now and has told its database, or None."""
    if not _path(data).exists():
        return None
    with _lock(data) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(data)
        return None


def _obtained(lock: IO[bytes]) -> bool:
    """Lock for this process alone; a command that is just looking (`present`) holds it for a moment."""
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def _read(data: Path) -> Resident | None:
    try:
        return Resident(**json.loads(_file(data).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _occupied(data: Path) -> str:
    resident = _read(data)
    who = f" (process {resident.pid}, {resident.address})" if resident else ""
    return f"A platform already runs on the folder {data}{who}: stop it first, or name another --data."


def _file(data: Path) -> Path:
    return data / "platform.json"


def _path(data: Path) -> Path:
    return data / "platform.lock"


def _lock(data: Path) -> IO[bytes]:
    return os.fdopen(os.open(_path(data), os.O_CREAT | os.O_RDWR, 0o600), "r+b")
