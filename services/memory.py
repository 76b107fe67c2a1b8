"""Memory: how much this machine, or the control group that we run in, has."""

import contextlib
import os
from pathlib import Path

_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def memory() -> int:
    """Bytes of memory that we may use at most (cgroup v2 or v1 where it sets a limit)."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in _LIMITS:
        with contextlib.suppress(OSError, ValueError):  # absent elsewhere; "max" where there is no limit
            found.append(int(path.read_text()))
    return min(found)
