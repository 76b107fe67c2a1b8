"""Processor time: what the platform's processes used, and what others took of the machine meanwhile.

Linux: /proc; elsewhere nothing is known.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of processor time, by process and of the whole machine."""

    processes: Mapping[str, float]
    machine: float | None


def usage(processes: Mapping[str, int]) -> Usage:
    """What each named process id, and the machine, have used until now."""
    known = {name: seconds for name, pid in processes.items() if (seconds := _of_process(pid)) is not None}
    return Usage(known, _of_machine())


def cores(before: Usage, after: Usage, seconds: float) -> dict[str, float]:
    """How many cores each process, and all others together, kept busy on average."""
    shares = {
        name: (used - before.processes[name]) / seconds
        for name, used in after.processes.items()
        if name in before.processes
    }
    if before.machine is None or after.machine is None:
        return shares
    others = (after.machine - before.machine) / seconds - sum(shares.values())
    return shares | {OTHERS: max(0.0, others)}


def _of_process(pid: int) -> float | None:
    fields = _read(f"/proc/{pid}/stat").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _ticks() if fields else None


def _of_machine() -> float | None:
    """User, nice, system, interrupts and stolen time: all but idle and waiting."""
    fields = _read("/proc/stat").partition("\n")[0].split()[1:]
    return sum(int(fields[column]) for column in (0, 1, 2, 5, 6, 7)) / _ticks() if fields else None


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _ticks() -> int:
    return os.sysconf("SC_CLK_TCK")
