"""TQ1, RPT: timing and quantity, as a Dosage's timing.

The guide's RPT[Timing], thin: the pattern's code (`TID`, `QD`) and the bounds; the usual codes also as
numbers.
"""

from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

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


def timing(value: Element, context: Context) -> dict[str, Any] | None:
    """A Timing of a repeat pattern; an unknown pattern is its text."""
    pattern = value[1].value.strip()  # type: ignore[index]
    if not pattern:
        return None
    known = _REPEATS.get(pattern.upper())
    found: dict[str, Any] = {}
    code: dict[str, Any] = {"text": pattern}
    if known:
        frequency, every, unit, abbreviation = known
        found["repeat"] = {"frequency": frequency, "period": every, "periodUnit": unit}
        if abbreviation:
            code = {"coding": [{"system": _GTS, "code": abbreviation}], "text": pattern}
    return found | {"code": code}
