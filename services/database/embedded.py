"""The embedded mongod: started, joined and stopped by those who use its folder.

Whoever comes first starts it; whoever comes while it runs joins it; the last one out stops it. What a
killed program left behind is adopted when it answers and ended when it does not.
"""

import asyncio
import contextlib
import os
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from pymongo.errors import PyMongoError

from services.database import binary, replica_set
from services.database.binary import Binary
from services.database.folder import Folder, Running
from services.database.port import free_port, listens
from services.database.process import Process
from services.failure import Failure
from services.memory import memory
from services.open_files import raise_open_files

PATIENCE = 60.0
"""Seconds that a start (recovery after a crash included) or a clean stop may take."""
HISTORY_SECONDS = 900
"""How far back a page can be read as it was (readConcern snapshot with atClusterTime)."""
CHECKPOINT_SECONDS = 60
"""How often mongod writes a checkpoint; only then the files of what was dropped are removed."""
_GREETING = 10.0
_LOG_BYTES = 10_000_000


def _an_eighth(bytes: int) -> float:
    """Of the memory, in gigabytes, from 0.5 to 4; what grows beyond the cache is read from the disk again."""
    return min(4.0, max(0.5, round(bytes / 8 / 1024**3, 2)))


class EmbeddedMongo:
    """A mongod on a folder, as a context manager (plain or asynchronous) that gives its connection string."""

    def __init__(
        self,
        folder: Path,
        *,
        mongod: Path | None = None,
        cache_gigabytes: float | None = None,
        history_seconds: int = HISTORY_SECONDS,
        checkpoint_seconds: int = CHECKPOINT_SECONDS,
    ) -> None:
        self.folder = Folder(folder)
        self._history = history_seconds
        self._checkpoint = checkpoint_seconds
        self._named = mongod
        self._cache = cache_gigabytes or _an_eighth(memory())
        self._use: IO[bytes] | None = None
        self._running: Running | None = None

    @property
    def uri(self) -> str:
        """The connection string, with the password; only while started."""
        assert self._running, "not started"
        return replica_set.uri(self.folder, self._running.port)

    def start(self) -> str:
        """Join the running mongod or start one; returns the connection string. A Failure says why not."""
        self.folder.prepare()
        with self.folder.starting():
            running = self._adopt()
            self._running = running or self._launch()
            self._use = self._use or self.folder.use()
        return self.uri

    def stop(self, *, force: bool = False) -> bool:
        """Leave; the last user (or `force`) shuts mongod down cleanly. Whether it was shut down."""
        with self.folder.starting():
            if self._use:
                self._use.close()
            self._use = self._running = None
            if not force and not self.folder.unused():
                return False
            running = self.folder.running
            if running:
                running.process.end(PATIENCE)
            return True

    def alive(self) -> bool:
        """Whether the mongod that was started or joined still runs."""
        return self._running is not None and self._running.process.alive()

    def _adopt(self) -> Running | None:
        running = self.folder.running
        if running and replica_set.answers(self.folder, running.port, _GREETING):
            return running
        left = running.process if running else self.folder.unrecorded()
        if left:
            left.end(_GREETING)
        return None

    def _reap(self) -> None:
        """Take leave of the mongod that ended, where it was our child: else it stays a zombie."""
        if self._running:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._running.process.pid, os.WNOHANG)

    def _launch(self) -> Running:
        self._reap()
        program = binary.find(self._named)
        self._same_series(program)
        port = free_port(preferred=self._running.port if self._running else None)
        running = Running(self._spawn(program, port), port)
        self.folder.record(running, program.version)
        try:
            _await_listening(running)
            replica_set.configure(self.folder, port, PATIENCE)
        except (PyMongoError, TimeoutError) as error:
            died = not running.process.alive()
            running.process.end(_GREETING)
            raise Failure(self._explain(died, error)) from None
        return running

    def _same_series(self, program: Binary) -> None:
        wrote = self.folder.version
        if wrote and not wrote.startswith(f"{program.series}."):
            raise Failure(
                f"The folder {self.folder.path} was written by MongoDB {wrote}, and {program.path} is "
                f"{program.version}: name a mongod of the same series in FURONG_MONGOD."
            )

    def _spawn(self, program: Binary, port: int) -> Process:
        self._rotate_log()
        raise_open_files()
        with self.folder.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603
                [program.path, *self._options(port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder.path,
                start_new_session=True,
            )
        # The process is followed by id and start time, which works for an adopted one as well.
        child.returncode = 0
        return Process.of(child.pid) or Process(child.pid, "")

    def _options(self, port: int) -> list[str]:
        assert self.folder.key
        options = {
            "dbpath": self.folder.data,
            "port": port,
            "bind_ip": "127.0.0.1",
            "replSet": replica_set.NAME,
            "keyFile": self.folder.keyfile,
            "networkMessageCompressors": "disabled",
            "wiredTigerCacheSizeGB": self._cache,
            "logpath": self.folder.log,
            "syncdelay": self._checkpoint,
            # A slow statement would be logged with its values, and those may be a patient's.
            "slowms": 2_000_000_000,
        }
        parameters = {
            "enableLocalhostAuthBypass": "false",
            "minSnapshotHistoryWindowInSeconds": self._history,
            "diagnosticDataCollectionEnabled": "false",
            # What a killed process left open holds its locks no longer than this.
            "transactionLifetimeLimitSeconds": 15,
        }
        flags = [f"--{name}={value}" for name, value in options.items()]
        settings = [f"--setParameter={name}={value}" for name, value in parameters.items()]
        return [*flags, *settings, "--nounixsocket", "--logappend", "--quiet"]

    def _rotate_log(self) -> None:
        log = self.folder.log
        log.touch(mode=0o600)
        if log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
            log.touch(mode=0o600)

    def _explain(self, died: bool, error: Exception) -> str:
        what = "ended while it started" if died else f"did not get ready ({type(error).__name__})"
        text = self.folder.log.read_text(errors="replace")[-20_000:]
        why = next((reason for sign, reason in _SIGNS.items() if sign in text), "")
        return f"mongod {what}{why}; its log is {self.folder.log}."

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> str:
        return await asyncio.to_thread(self.start)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


_DAMAGED = ": the folder is damaged or was written by another version of MongoDB"
_SIGNS = {
    "DBPathInUse": ": another mongod uses the folder",
    "error while loading shared libraries": ": a shared library is missing",
    "featureCompatibilityVersion": ": the folder was written by another version of MongoDB",
    "WT_TRY_SALVAGE": _DAMAGED,
    "WT_PANIC": _DAMAGED,
    "under any compatibility version": _DAMAGED,
    "No space left on device": ": the disk is full",
    "Permission denied": ": a file of the folder belongs to somebody else",
}


def _await_listening(running: Running) -> None:
    deadline = time.monotonic() + PATIENCE
    while not listens(running.port):
        if not running.process.alive():
            raise TimeoutError
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
