"""Interpretation: whether a result is normal, high, low or critical.

FHIR R4 Observation.interpretation (v3 ObservationInterpretation); without one, from the source's own
reference range; without either there is no verdict, and the page says so.
"""

import re
from decimal import Decimal
from enum import Enum

from fhir.summary.coding import codes, many, text_of


class Verdict(Enum):
    """What a result means."""

    NORMAL = "normal"
    HIGH = "high"
    LOW = "low"
    CRITICAL_HIGH = "critical-high"
    CRITICAL_LOW = "critical-low"
    ABNORMAL = "abnormal"
    CRITICAL = "critical"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"

    @property
    def critical(self) -> bool:
        """Needs somebody today."""
        return self.value.startswith("critical")

    @property
    def notable(self) -> bool:
        """Outside what is expected."""
        return self not in (Verdict.NORMAL, Verdict.NEGATIVE, Verdict.UNKNOWN)


_CODES = (
    ({"HH", "HU", ">"}, Verdict.CRITICAL_HIGH),
    ({"LL", "LU", "<"}, Verdict.CRITICAL_LOW),
    ({"AA"}, Verdict.CRITICAL),
    ({"H", "HX"}, Verdict.HIGH),
    ({"L", "LX"}, Verdict.LOW),
    ({"POS", "DET", "RR", "WR"}, Verdict.POSITIVE),
    ({"A", "ABN"}, Verdict.ABNORMAL),
    ({"NEG", "ND", "NR"}, Verdict.NEGATIVE),
    ({"N"}, Verdict.NORMAL),
)
_ALARM = re.compile(r"(?<!非)危急|(?<!non-)(?<!not )(?:critical|panic)", re.IGNORECASE)
"""Words of an interpretation by which somebody is to act today."""
_ALARMING: dict[Verdict | None, Verdict] = {
    Verdict.HIGH: Verdict.CRITICAL_HIGH,
    Verdict.CRITICAL_HIGH: Verdict.CRITICAL_HIGH,
    Verdict.LOW: Verdict.CRITICAL_LOW,
    Verdict.CRITICAL_LOW: Verdict.CRITICAL_LOW,
}


def verdict_of(
    interpretations: object,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    comparator: str | None = None,
) -> Verdict:
    """The source's interpretation, the worst of several; else the value against the source's range.

    "Normal" beside a value outside that range is not believed. A code that is not known here affirms nothing:
    it leaves what the range finds, but for that all is normal.
    """
    concepts = many(interpretations)
    said = {str(code).upper() for concept in concepts for code in codes(concept)}
    found = next((verdict for names, verdict in _CODES if said & names), None)
    if found in (None, Verdict.NORMAL) and value is not None and (low is not None or high is not None):
        ranged = _by_range(value, low, high, comparator)
        outside = ranged in (Verdict.HIGH, Verdict.LOW)
        found = ranged if outside or not said else found
    if any(_ALARM.search(text_of(each)) for each in concepts):
        return _ALARMING.get(found, Verdict.CRITICAL)
    return found or Verdict.UNKNOWN


def _by_range(value: Decimal, low: Decimal | None, high: Decimal | None, comparator: str | None) -> Verdict:
    if high is not None and value > high and comparator in (None, ">", ">="):
        return Verdict.HIGH
    if low is not None and value < low and comparator in (None, "<", "<="):
        return Verdict.LOW
    return Verdict.UNKNOWN if comparator else Verdict.NORMAL
