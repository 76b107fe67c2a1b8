"""TQ, TQ1, RPT: timing and quantity, as a Dosage's timing.

The guide's RPT[Timing], thin: the pattern's code (`TID`, `QD`) and the bounds; the usual codes also as
numbers. TQ is what came before TQ1 (RXE-1, ORC-7; HL7 v2.5 chapter 2A.3.79).
"""

import re
from typing import Any

from adapters.hl7v2.field import Element, Repetition
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm

_GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
_REPEATS = {
    "QD": (1, 1, "d", "QD"),
    "BID": (2, 1, "d", "BID"),
    "TID": (3, 1, "d", "TID"),
    "QID": (4, 1, "d", "QID"),
    "Q4H": (1, 4, "h", "Q4H"),
    "Q6H": (1, 6, "h", "Q6H"),
    "Q8H": (1, 8, "h", ""),
    "Q12H": (1, 12, "h", ""),
    "QOD": (1, 2, "d", "QOD"),
    "QN": (1, 1, "d", ""),
    "QW": (1, 1, "wk", ""),
}
_WORDS = {"每晚一次": "QN", "隔日一次": "QOD", "隔天一次": "QOD", "每周一次": "QW"}
_A_DAY = {
    "一": "QD",
    "1": "QD",
    "两": "BID",
    "二": "BID",
    "2": "BID",
    "三": "TID",
    "3": "TID",
    "四": "QID",
    "4": "QID",
}
_DAILY = re.compile(r"(?:[每一1][日天]([一二两三四1234])次|([1234])次/[日天])")
_HOURLY = re.compile(r"每([468]|12)(?:小时|h)(?:一次|1次)?", re.IGNORECASE)
_DURATION = re.compile(r"([HDWL])(\d{1,3})")
_UCUM = "http://unitsofmeasure.org"
_SPANS = {"H": "h", "D": "d", "W": "wk", "L": "mo"}
TEXT = 8
"""The component of TQ that holds words."""


def timing(value: Element, context: Context) -> dict[str, Any] | None:
    """A Timing of a repeat pattern; an unknown pattern is its text."""
    pattern = value[1].value.strip()  # type: ignore[index]
    if not pattern:
        return None
    known = _REPEATS.get(_code(pattern))
    found: dict[str, Any] = {}
    code: dict[str, Any] = {"text": pattern}
    if known:
        frequency, every, unit, abbreviation = known
        found["repeat"] = {"frequency": frequency, "period": every, "periodUnit": unit}
        if abbreviation:
            code = {"coding": [{"system": _GTS, "code": abbreviation}], "text": pattern}
    return found | {"code": code}


def _code(pattern: str) -> str:
    """The code of a pattern, also of one in Chinese words (`每日三次`)."""
    if daily := _DAILY.fullmatch(pattern):
        return _A_DAY[daily[1] or daily[2]]
    if hourly := _HOURLY.fullmatch(pattern):
        return f"Q{hourly[1]}H"
    return _WORDS.get(pattern, pattern.upper())


def former(value: Repetition, place: str, context: Context) -> dict[str, Any]:
    """A Timing of a TQ: interval, duration or begin and end; what it says besides is listed."""
    found = timing(value[2], context) or {}
    for position in (1, 9, 10, 11, 12):
        if value[position] and (position > 1 or value[1].value.strip() != "1"):
            context.leave(f"{place}.{position}")
    ends = {}
    for position, end in ((4, "start"), (5, "end")):
        context.place = f"{place}.{position}"
        time = dtm.date_time(value[position], context) if value[position] else None
        if time:
            ends[end] = time
        elif value[position]:
            context.leave(context.place)
    lasting = _DURATION.fullmatch(value[3].value.strip().upper())
    if ends:
        found["repeat"] = found.get("repeat", {}) | {"boundsPeriod": ends}
    elif lasting and int(lasting[2]):
        bounds = {"value": int(lasting[2]), "system": _UCUM, "code": _SPANS[lasting[1]]}
        found["repeat"] = found.get("repeat", {}) | {"boundsDuration": bounds}
    if value[3] and (ends or not lasting):
        context.leave(f"{place}.3")
    return found
