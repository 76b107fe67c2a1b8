"""Emergency access (break-glass) in words: why a file was opened, and how long it still is.

v3-ActReason: ETREAT (emergency treatment), BTG (break the glass).
"""

from datetime import datetime, timedelta

from services.portal.catalogue import mark

REASONS = {
    "unconscious": mark("昏迷或无法表达"),
    "life-threat": mark("有生命危险"),
    "newborn": mark("新生儿，监护人无法到场"),
    "other": mark("其他紧急情况"),
}
"""The reason codes of this platform, with their msgids."""

UNJUSTIFIED = "not-justified"
"""The verdict that closes a file which is still open."""
VERDICTS = {"justified": mark("理由成立"), UNJUSTIFIED: mark("理由不成立")}
_PURPOSES = {"other": "BTG"}


def purpose(code: str) -> str:
    """The v3-ActReason of a reason code."""
    return _PURPOSES.get(code, "ETREAT")


def left(until: datetime, now: datetime) -> tuple[int, int]:
    """Hours and minutes until the end, the last minute counted as whole."""
    minutes = max(0, -((now - until) // timedelta(minutes=1)))
    return divmod(minutes, 60)
