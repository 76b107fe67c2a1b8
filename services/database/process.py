"""A process of the operating system, known by its id and its start time.

An id alone is used again after a while; with the start time it names one process for good, so that a
later run recognises what an earlier one left behind.
"""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Process:
    """One process; `started` is opaque and equal only for the same process."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The running process with this id, or None."""
        started = _started(pid)
        return cls(pid, started) if started else None

    def alive(self) -> bool:
        """Whether it still runs (a zombie does not)."""
        return _started(self.pid) == self.started

    def command(self) -> str:
        """Its command line, or the empty string."""
        if _PROC.joinpath("self").exists():
            try:
                return _PROC.joinpath(str(self.pid), "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                return ""
        return _ps(self.pid, "command")

    def end(self, patience: float) -> None:
        """Ask it to stop (SIGTERM); after `patience` seconds make it (SIGKILL). Returns when it is gone."""
        for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10.0)):
            if self.alive():
                os.kill(self.pid, number)
            if self.wait(seconds):
                return

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds` for its end; whether it ended."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            _reap(self.pid)
            time.sleep(0.01)
        _reap(self.pid)
        return True


def _reap(pid: int) -> None:
    """Take the exit status of a child, so that no zombie stays; another's child is its parent's matter."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _started(pid: int) -> str | None:
    if not _PROC.joinpath("self").exists():
        state = _ps(pid, "stat")
        return None if not state or state.startswith("Z") else _ps(pid, "lstart")
    try:
        fields = _PROC.joinpath(str(pid), "stat").read_text().rpartition(") ")[2].split()
        # The first thread may be gone while others still hold files and ports.
        if fields[0] in "ZX" and len(os.listdir(_PROC / str(pid) / "task")) <= 1:
            return None
    except (OSError, UnicodeDecodeError):
        return None
    boot = _PROC.joinpath("sys/kernel/random/boot_id").read_text().strip()
    return f"{boot} {fields[19]}"


def _ps(pid: int, column: str) -> str:
    """One column of ps: the way to know it where there is no /proc (macOS)."""
    command = ["/bin/ps", "-o", f"{column}=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
