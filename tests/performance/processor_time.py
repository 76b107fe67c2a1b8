"""Processor time that processes have used (Linux: /proc; elsewhere nothing is known)."""

import os
from collections.abc import Mapping
from pathlib import Path

Used = Mapping[str, float]


def used(processes: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor time of each named process id, as far as it is known."""
    return {name: seconds for name, pid in processes.items() if (seconds := _seconds(pid)) is not None}


def _seconds(pid: int) -> float | None:
    try:
        fields = Path("/proc", str(pid), "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cores(before: Used, after: Used, seconds: float) -> dict[str, float]:
    """How many cores each process kept busy on average, those below a hundredth left out."""
    shares = {name: (after[name] - before[name]) / seconds for name in after if name in before}
    return {name: share for name, share in shares.items() if share >= 0.01}
