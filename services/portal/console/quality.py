"""Quality of a source: the share of its messages of a day without a fault, and the reasons for the rest.

hl7v2.md, checklist 66: unmapped content, missing fields, bad numbers and dates, lateness.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.portal.catalogue import mark

LATE = timedelta(hours=1)
_REASONS = {
    "missing": mark("缺少必填内容"),
    "number": mark("数值或时间格式不对"),
    "unmapped": mark("有些内容没有映射"),
    "warning": mark("转换时有警告"),
    "late": mark("发生一小时以后才发来"),
    "dead": mark("成为死信"),
}
_MISSING = ("segment-missing", "field-missing", "control-id-missing", "patient-identifier-missing")
_NUMBERS = ("timestamp", "number", "undecodable")


@dataclass(frozen=True, slots=True)
class Quality:
    """`score` of 100, or None where no message came; the reasons with how many messages each concerns."""

    score: int | None
    messages: int
    reasons: list[tuple[str, int]]


NOTHING = Quality(None, 0, [])


def quality(rows: Iterable[Mapping[str, Any]]) -> Quality:
    """Of the inbox rows of a day (`services.rhythm.sample`)."""
    faults = [_faults(row) for row in rows]
    if not faults:
        return NOTHING
    counted = [(text, sum(name in each for each in faults)) for name, text in _REASONS.items()]
    reasons = sorted(((text, count) for text, count in counted if count), key=lambda one: -one[1])
    return Quality(100 * sum(not each for each in faults) // len(faults), len(faults), reasons)


def _faults(row: Mapping[str, Any]) -> set[str]:
    texts = {found["text"] for found in row.get("findings", ())}
    told: datetime | None = row.get("told")
    said = {
        "missing": bool(texts.intersection(_MISSING)),
        "number": bool(texts.intersection(_NUMBERS)),
        "unmapped": bool(row.get("unmapped")),
        "warning": bool(row.get("warnings")),
        "late": told is not None and row["received"] - told > LATE,
        "dead": row["state"] == "dead",
    }
    return {name for name, is_so in said.items() if is_so}
