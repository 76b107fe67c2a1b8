"""What takes one process alone: called again and again on one core, without HTTP or a database."""

import time
from collections.abc import Callable

from tests.performance.figure import Figure, Goal, Tally, figure

_SECONDS = 0.5


def measured(what: str, unit: str, work: Callable[[], str | None], goal: Goal | None = None) -> Figure:
    """The figure of `work`, which does one unit and tells what was wrong, or None."""
    work()  # what is compiled or loaded at its first use is no part of it
    tally = Tally()
    begin = now = time.perf_counter()
    while now - begin < _SECONDS:
        problem = work()
        finished = time.perf_counter()
        tally.note(now, finished, problem)
        now = finished
    return figure(what, tally, now - begin, connections=1, unit=unit, goal=goal)
