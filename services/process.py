"""One process of the platform: its settings, its log, its event loop."""

import gc
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

from services import log
from services.config import Settings
from services.failure import Failure
from services.residue import no_core_files


def settle() -> None:
    """Everything that was made so far stays: full garbage collections need not walk it again.

    The FHIR definitions are half a million objects; walking them took 110 to 150 ms each time. Few objects
    are parts of cycles, so young ones are looked at less often than Python does by itself (5 % of a search).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def run(name: str, main: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run `main` as the process `name`; a Failure is logged in its own words and ends it."""
    settings = Settings.read()
    log.configure(name, settings.log_level)
    no_core_files()
    try:
        uvloop.run(main(settings))
    except Failure as failure:
        logging.getLogger("furong").error(str(failure))
        sys.exit(failure.status)
