"""Duration: a length of time in words of two languages.

FHIR R4 2.24.0.3 (datatypes.html#Duration); its units are those of Timing.repeat, in UCUM.
"""

from decimal import Decimal
from typing import Any

from fhir.summary.coding import folded
from fhir.summary.quantity import number_of, plain
from fhir.summary.wording import Wording

Part = Wording | None
"""A part of a line; None for what the words leave out."""
UNITS = {
    "s": ("秒", "second"), "min": ("分钟", "minute"), "h": ("小时", "hour"), "d": ("天", "day"),
    "wk": ("周", "week"), "mo": ("个月", "month"), "a": ("年", "year"),
}  # fmt: skip
_UCUM = "http://unitsofmeasure.org"
_WORDS = {
    **{said: code for code, (chinese, one) in UNITS.items() for said in (code, chinese, one, f"{one}s")},
    "分": "min", "时": "h", "日": "d", "星期": "wk", "月": "mo",
}  # fmt: skip


def time_unit(quantity: dict[str, Any] | None) -> str | None:
    """The UCUM code of a unit of time; None where unit and code differ or one of them is no known one."""
    quantity = quantity or {}
    said = [_WORDS.get(folded(str(quantity[each]))) for each in ("unit", "code") if quantity.get(each)]
    known = len(set(said)) == 1 and quantity.get("system", _UCUM) == _UCUM
    return said[0] if known else None


def length(unit: str, least: Decimal, most: Decimal | None = None) -> Wording:
    """So long, or between two: 7天, 5–7天; 7 days, 5 to 7 days."""
    chinese, one = UNITS[unit]
    if most is None:
        return Wording(f"{plain(least)}{chinese}", f"{plain(least)} {one}{'' if least == 1 else 's'}")
    return Wording(f"{plain(least)}–{plain(most)}{chinese}", f"{plain(least)} to {plain(most)} {one}s")


def duration(quantity: dict[str, Any] | None) -> Wording | None:
    """A Duration; None where it cannot be said plainly."""
    number, unit = number_of(quantity), time_unit(quantity)
    if quantity is None or number is None or unit is None or "comparator" in quantity:
        return None
    return length(unit, number)
