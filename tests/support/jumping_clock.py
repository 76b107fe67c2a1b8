"""A process whose wall clock jumps: `python -m tests.support.jumping_clock FILE services.worker`.

FILE holds seconds from the true time and may change at any moment. The monotonic clock stays true, as when an
administrator or NTP sets the time.
"""

import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

_EVERY = 0.05


def follow(path: Path) -> None:
    """Let the clock of this process say what `path` says, from now on."""
    offset = float(path.read_text())
    begin = datetime.now(UTC) + timedelta(seconds=offset)
    clock = time_machine.travel(begin, tick=True).start()

    def watch() -> None:
        nonlocal offset
        while True:
            wanted = float(path.read_text())
            clock.shift(wanted - offset)
            offset = wanted
            time.sleep(_EVERY)

    threading.Thread(target=watch, daemon=True, name="clock").start()


if __name__ == "__main__":
    follow(Path(sys.argv[1]))
    runpy.run_module(sys.argv[2], run_name="__main__", alter_sys=True)
