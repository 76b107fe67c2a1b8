"""The lifeline between the supervisor and its processes: `python -m services.lifeline MODULE`.

Runs a module whose standard input the supervisor holds open. When the supervisor is killed the kernel
closes it, and the process stops as if it had been asked to: nobody is left behind.
"""

import logging
import os
import runpy
import signal
import sys
import threading
import time

from services import log
from services.config import Settings
from services.failure import Failure


def follow(descriptor: int, patience: float) -> None:
    """Wait until the other end of `descriptor` is closed, then stop this process, if need be by force."""
    while os.read(descriptor, 1024):
        pass
    logging.getLogger("furong").warning("the supervisor has gone: stopping")
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(patience)
    os._exit(1)


def main(module: str) -> None:
    """Run `module` as the main program, on the lifeline."""
    settings = Settings.read()
    log.configure(module.rpartition(".")[2], settings.log_level)
    # The supervisor kills after `drain_seconds`; a process on its own grants itself a little longer.
    arguments = (sys.stdin.fileno(), settings.drain_seconds + 5)
    threading.Thread(target=follow, args=arguments, name="lifeline", daemon=True).start()
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Failure as failure:
        logging.getLogger("furong").error(str(failure))
        sys.exit(failure.status)


if __name__ == "__main__":
    main(sys.argv[1])
