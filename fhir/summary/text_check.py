"""Text check: does the text of a dosage say what its structure says?

FHIR R4 2.31 (dosage.html). The text is a source's own words: what is compared is told so plainly that a
difference is one. Whatever stays open, the reader is sent to the prescription.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from fhir.summary.coding import folded, many
from fhir.summary.controlled import table
from fhir.summary.frequency import Frequency, frequency
from fhir.summary.quantity import number_of, plain, unit_of

_PHRASES = re.compile(r"[，,；;、。\s]+")
_SPACE = re.compile(r"(?<=\d)\s+(?=[^\d\s])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_BEFORE = r"(?<![\d.A-Za-z/×*])"
_NUMBER = re.compile(r"\d(?![\d.])")
_MASSES = frozenset({"g", "mg", "microgram"})
_WEEKLY = re.compile(
    r"每[1一]?(?:周|星期)|/周|weekly|(?:every|per|a) (?:week|month|mon|tue|wed|thu|fri|sat|sun)|monthly|每月",
    re.IGNORECASE,
)
_DAILY = re.compile(r"[每1一][日天]|/[日天]|\bdaily\b|(?:every|per|a) day\b|\bqd\b", re.IGNORECASE)
_PLACED = frozenset({"dayOfWeek", "timeOfDay", "offset", "frequencyMax", "periodMax"})
_LIMITING = frozenset({
    "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime", "modifierExtension",
})  # fmt: skip
_OTHER = (
    r"(?![\d.]|\s*(?:[-~至到/]|次|日|天|周|个?月|小时|分钟|年|h\b|d\b|min"
    r"|(?:times?|hours?|days?|weeks?|months?)\b))"
)


def bare(text: str) -> str:
    """A text with the digits of every keyboard as one, and without commas within a number."""
    return _THOUSANDS.sub("", normalize("NFKC", text))


def phrases(text: str) -> list[str]:
    """What stands between commas and blanks."""
    return [phrase for phrase in _PHRASES.split(_SPACE.sub("", text)) if phrase]


def says(text: str, span: dict[str, Any]) -> bool:
    """Does the text say this dose between two numbers?"""
    low, high = (number_of(span.get(end)) for end in ("low", "high"))
    if low is None or high is None:
        return True
    return bool(
        re.search(rf"{_BEFORE}{re.escape(plain(low))}\D{{0,9}}{re.escape(plain(high))}(?![\d.])", text)
    )


def holds_dose(text: str, quantity: dict[str, Any]) -> bool:
    """Does the text say this number, not of another unit, of times or days, nor within a fraction?"""
    number = number_of(quantity)
    if number is None:
        return True
    unit = _unit(quantity)
    return any(not each or not unit or each == unit for each in _units_of(number, text))


def tells_another(text: str, quantity: dict[str, Any]) -> bool:
    """Does the text say another number of this unit? (Half a tablet, where the structure says two.)"""
    unit = _unit(quantity)
    return bool(unit) and any(_unit_after(text, each.end()) == unit for each in _NUMBER.finditer(text))


def magnitudes_differ(text: str, quantity: dict[str, Any]) -> bool:
    """Does the text say the number with another unit of mass? (100 micrograms are not 100 mg.)"""
    number, unit = number_of(quantity), _unit(quantity)
    if number is None or unit not in _MASSES:
        return False
    return any(each in _MASSES - {unit} for each in _units_of(number, text))


def _units_of(number: Decimal, text: str) -> list[str]:
    """What follows a number wherever a text says it."""
    found = re.finditer(rf"{_BEFORE}{re.escape(plain(number))}{_OTHER}", text)
    return [_unit_after(text, each.end()) for each in found]


def _unit(quantity: dict[str, Any]) -> str:
    return _unit_after(unit_of(quantity), 0)


def _unit_after(text: str, at: int) -> str:
    """The unit that stands at a place of a text, in English; "" where none that is known."""
    rest = folded(text[at : at + 12])
    known = [word for word in table("units") if rest.startswith(word)]
    return str(table("units")[max(known, key=len)][0]) if known else ""


def rhythms_differ(text: str, stated: Iterable[Frequency], instruction: dict[str, Any]) -> bool:
    """Does one say every week, the other every day? (It has killed: methotrexate.) `stated` is of the
    structure."""
    daily = any(each.unit == "d" and each.period == 1 for each in stated)
    weekly = any(each.unit in ("wk", "mo") for each in stated)
    days = ((instruction.get("timing") or {}).get("repeat") or {}).get("dayOfWeek")
    rare, often = bool(_WEEKLY.search(text)), bool(_DAILY.search(text))
    return rare != often and ((rare and daily and not days) or (often and weekly))


def says_more(
    text: str, found: Iterable[str], stated: Iterable[Frequency], instruction: dict[str, Any]
) -> bool:
    """Does the structure say what a text seldom tells, and this one, `found` being its phrases, perhaps does
    not? `stated` is of the structure."""
    repeat = (instruction.get("timing") or {}).get("repeat") or {}
    rates = many(instruction.get("doseAndRate"))
    events = [table("events").get(folded(str(code)), [""])[0] for code in many(repeat.get("when"))]
    rare = any(each.unit in ("wk", "mo", "a") or (each.unit == "d" and each.period != 1) for each in stated)
    said = not rare or any(map(frequency, found)) or bool(_WEEKLY.search(text))
    return (
        not said
        or bool(repeat.keys() & _PLACED)
        or any(not event or event not in text for event in events)
        or len(rates) > 1
        or any(rate.keys() - {"doseQuantity", "doseRange", "type", "id"} for rate in rates)
        or bool(instruction.keys() & _LIMITING)
    )
