"""A child of the supervisor: one process of the platform, started again when it dies.

It runs in a session of its own, so that Ctrl-C reaches only the supervisor, which stops them in order.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path

from services.backoff import Backoff

LOG_BYTES = 10_000_000
LOG_FILES = 5
LONGEST_LINE = 65_536
_CHECKOUT = Path(__file__).resolve().parent.parent
_SHOWN = {"WARNING", "ERROR", "CRITICAL"}


class Child:
    """One process: `python -m MODULE`; its log is `folder/NAME.log`, and `say` tells the terminal."""

    def __init__(self, name: str, module: str, folder: Path, say: Callable[[str], None]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._module = module
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def start(self, environment: Mapping[str, str]) -> None:
        """Run it with `environment`, again whenever it dies, until it is stopped."""
        self._stopping.clear()
        self._running = asyncio.create_task(self._run(environment), name=self.name)

    async def stop(self, patience: float) -> None:
        """Ask it to finish; after `patience` seconds end it and whatever it started."""
        self._stopping.set()
        if not self._running:
            return
        if self.pid and self._process:
            self._process.terminate()
        finished, _ = await asyncio.wait([self._running], timeout=patience)
        if not finished:
            self._say(f"{self.name} did not finish within {patience:g} s and is ended")
            self.kill()
        await self._running

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _run(self, environment: Mapping[str, str]) -> None:
        backoff = Backoff()
        while not self._stopping.is_set():
            began = time.monotonic()
            ended = await self._tried(environment)
            if self._stopping.is_set():
                return
            pause = backoff.after(time.monotonic() - began)
            again = f"in {pause:g} s" if pause else "at once"
            self._say(f"{self.name} ended ({ended}), starts again {again}; log: {self.log}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _tried(self, environment: Mapping[str, str]) -> str:
        """Run it once; what ended it, in words. Whatever that was, it is started again."""
        try:
            return _status(await self._once(environment))
        except OSError as error:
            return f"it could not be run: {error.strerror}"

    async def _once(self, environment: Mapping[str, str]) -> int:
        # Pipes of our own: asyncio's would hold up wait() until whatever the process started is gone as well.
        lifeline, held = os.pipe()
        lines, log = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.lifeline", self._module),
                stdin=lifeline,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **environment, "PYTHONPATH": str(_CHECKOUT), "PYTHONSAFEPATH": "1"},
            )
        finally:
            os.close(lifeline)
            os.close(log)
        keeping = asyncio.create_task(self._keep(lines))
        if self._stopping.is_set():
            self._process.terminate()
        status = await self._process.wait()
        self.kill()  # what it started must not outlive it
        await keeping
        os.close(held)
        return status

    async def _keep(self, lines: int) -> None:
        """Write its lines to its log, and show the grave ones."""
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(lines, "rb")
        )
        keeper = _Log(self.log, self._say)
        with contextlib.closing(transport), contextlib.closing(keeper):
            async for line in _lines(stream):
                text = line.decode(errors="replace")
                keeper.emit(logging.makeLogRecord({"msg": text}))
                grave = _grave(text)
                if grave:
                    self._say(f"{self.name}: {grave}")


class _Log(RotatingFileHandler):
    """A process's log. Where it can't be written, that is said once, and the process goes on."""

    def __init__(self, path: Path, say: Callable[[str], None]) -> None:
        super().__init__(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True)
        self._say = say
        self._failed = self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self._failed = False
        super().emit(record)
        self._told = self._told and self._failed

    def handleError(self, record: logging.LogRecord) -> None:
        """A line could not be written."""
        self._failed = True
        if not self._told:
            error = sys.exc_info()[1]
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            self._say(f"{self.baseFilename} can't be written: {why}")
        self._told = True

    def close(self) -> None:
        """Close it, whatever could still not be written."""
        with contextlib.suppress(OSError):
            super().close()


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The lines of a stream; one that is too long comes in pieces."""
    rest = b""
    while chunk := await stream.read(LONGEST_LINE):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line
        if len(rest) >= LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


def _grave(line: str) -> str | None:
    """The event of a JSON line whose level is worth showing."""
    try:
        entry = json.loads(line)
        return f"{entry['level'].lower()}: {entry['event']}" if entry["level"] in _SHOWN else None
    except (ValueError, TypeError, KeyError):
        return None


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
