"""Quality of a source: the share of its messages of a day without a flaw, and the reasons for the rest.

hl7v2.md, checklist 66: unmapped codes and content, missing fields, bad numbers and dates, lateness.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.catalogue import mark
from services.tallies import Tally

_REASONS = {
    "codes": mark("有些代码没有映射"),
    "missing": mark("缺少必填内容"),
    "number": mark("数值或时间格式不对"),
    "unmapped": mark("有些内容没有映射"),
    "warning": mark("转换时有警告"),
    "late": mark("发生一小时以后才发来"),
    "dead": mark("成为死信"),
}


@dataclass(frozen=True, slots=True)
class Quality:
    """`score` of 100, or None where no message came; the reasons with how many messages each concerns."""

    score: int | None
    messages: int
    reasons: list[tuple[str, int]]


NOTHING = Quality(None, 0, [])


def quality(tallies: Iterable[Tally]) -> Quality:
    """Of the tallies of one source."""
    messages = flawed = 0
    counts: dict[str, int] = {}
    for tally in tallies:
        messages, flawed = messages + tally.messages, flawed + tally.flawed
        for flaw, count in tally.flaws.items():
            counts[flaw] = counts.get(flaw, 0) + count
    if not messages:
        return NOTHING
    reasons = [(text, counts[flaw]) for flaw, text in _REASONS.items() if flaw in counts]
    return Quality(100 * (messages - flawed) // messages, messages, sorted(reasons, key=lambda one: -one[1]))
