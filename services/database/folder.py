"""The database folder: the data files, the secrets beside them, and who uses them now.

Everything in it is readable by its owner alone. Two locks (flock, which the kernel frees when a process
dies): `start.lock` is held while mongod is started or stopped, `users.lock` is shared by all who use it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any

from services.database.process import Process
from services.failure import Failure


@dataclass(frozen=True, slots=True)
class Running:
    """The mongod that was started last on a folder."""

    process: Process
    port: int


class Folder:
    """One database folder; it and its secrets are made when they are first needed."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    def prepare(self) -> None:
        """Make the folder, for its owner alone."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self.data.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Failure(f"The folder {self.path} cannot be used: {error.strerror}.") from None

    @property
    def data(self) -> Path:
        """The data files of mongod."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """The log of mongod."""
        return self.path / "mongod.log"

    @property
    def keyfile(self) -> Path:
        """The secret that members of a replica set share."""
        return self.path / "keyfile"

    @cached_property
    def key(self) -> str:
        """The content of the keyfile."""
        return self._secret(self.keyfile)

    @cached_property
    def password(self) -> str:
        """The password of the account `furong`."""
        return self._secret(self.path / "password")

    def _secret(self, path: Path) -> str:
        if not path.exists() or not path.read_text():
            write_private(path, secrets.token_hex(48))
        path.chmod(0o600)
        return path.read_text()

    @property
    def running(self) -> Running | None:
        """The mongod that runs on this folder, as far as it was recorded."""
        record = self._record()
        if not record:
            return None
        process = Process(record["pid"], record["started"])
        return Running(process, record["port"]) if process.alive() else None

    @property
    def version(self) -> str | None:
        """The MongoDB version that wrote this folder last."""
        return self._record().get("version")

    def record(self, running: Running, version: str) -> None:
        """Remember the mongod that was started."""
        entry = {"pid": running.process.pid, "started": running.process.started}
        write_private(
            self.path / "mongod.json", json.dumps(entry | {"port": running.port, "version": version})
        )

    def _record(self) -> dict[str, Any]:
        try:
            record = json.loads((self.path / "mongod.json").read_text())
        except (OSError, ValueError):
            return {}
        return record if isinstance(record, dict) else {}

    def unrecorded(self) -> Process | None:
        """A mongod of this folder whose start was not recorded (its starter was killed at that moment)."""
        try:
            pid = int((self.data / "mongod.lock").read_text())
        except (OSError, ValueError):
            return None
        process = Process.of(pid)
        return process if process and str(self.data) in process.command() else None

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Hold the right to start or stop mongod; others wait."""
        with self._lock("start.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def use(self) -> IO[bytes]:
        """Count as a user until the answer is closed."""
        lock = self._lock("users.lock")
        fcntl.flock(lock, fcntl.LOCK_SH)
        return lock

    def unused(self) -> bool:
        """Whether nobody uses the database (to be asked by who holds `starting`)."""
        with self._lock("users.lock") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def _lock(self, name: str) -> IO[bytes]:
        return os.fdopen(os.open(self.path / name, os.O_CREAT | os.O_RDWR, 0o600), "r+b")


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all."""
    descriptor, part = mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
