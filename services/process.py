"""One process of the platform: its settings, its log, its event loop."""

import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from services import log
from services.config import Settings
from services.failure import Failure


def run(name: str, main: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run `main` as the process `name`; a Failure is logged in its own words and ends it."""
    settings = Settings.read()
    log.configure(name, settings.log_level)
    try:
        uvloop.run(main(settings))
    except Failure as failure:
        logging.getLogger("furong").error(str(failure))
        sys.exit(failure.status)
