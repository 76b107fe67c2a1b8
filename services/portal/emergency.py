"""Emergency access (break-glass) in words: why a file was opened, and how long it still is.

v3-ActReason: ETREAT (emergency treatment), BTG (break the glass).
"""

import unicodedata
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
SHORTEST, LONGEST = 10, 500
_LETTERS = 2
"""So many different letters are in the shortest reason that says something."""
_PURPOSES = {"other": "BTG"}


def purpose(code: str) -> str:
    """The v3-ActReason of a reason code."""
    return _PURPOSES.get(code, "ETREAT")


def reason_fault(reason: str) -> str:
    """What is wrong with the words that say why a file is opened (a msgid); "" where they may say something.

    The time to think of better words is not there: only what can't be a reason is sent back.
    """
    signs = "".join(unicodedata.normalize("NFKC", reason).casefold().split())
    if len(signs) < SHORTEST or len(reason) > LONGEST:
        return mark("请写明情况，至少10个字，最多500个字。")
    if len(set(filter(str.isalpha, signs))) < _LETTERS:
        return mark("请用一句话写明出了什么事，例如“车祸送来，昏迷，家属不在场”。居民和隐私专员都会读到。")
    return ""


def left(until: datetime, now: datetime) -> tuple[int, int]:
    """Hours and minutes until the end, the last minute counted as whole."""
    minutes = max(0, -((now - until) // timedelta(minutes=1)))
    return divmod(minutes, 60)
