"""Guard: ends the mongod of a benchmark and removes its folder once the benchmark is gone, however it went.

`python -m tests.performance.guard FOLDER` waits until its standard input is closed.
"""

import contextlib
import shutil
import signal
import sys
from pathlib import Path

from services.database.embedded import EmbeddedMongo

DATABASE = "mongodb"
"""The name of the database folder within the benchmark's folder."""


def main(folder: Path) -> None:
    """Wait, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(1024):
        pass
    with contextlib.suppress(OSError):
        EmbeddedMongo(folder / DATABASE).stop(force=True)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
