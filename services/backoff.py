"""Back-off: how long to wait before what ended is started again.

What had worked for a while starts again at once, whatever ended it; what ends soon after its start, again
and again, would end so the next time too, and is left alone for longer each time.
"""

PAUSES = (0.0, 0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before each further start of what keeps ending soon."""
STEADY = 5.0
"""What lived this many seconds had worked; its next end is the first one."""


class Backoff:
    """The pauses of one process."""

    def __init__(self) -> None:
        self._ends = 0

    def after(self, lived: float) -> float:
        """The pause, in seconds, after a life of `lived` seconds."""
        self._ends = 0 if lived > STEADY else self._ends
        pause = PAUSES[min(self._ends, len(PAUSES) - 1)]
        self._ends += 1
        return pause
