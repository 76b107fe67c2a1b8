"""Interpretation: whether a result is normal, high, low or critical.

FHIR R4 Observation.interpretation (v3 ObservationInterpretation); without one, from the source's own
reference range; without either there is no verdict, and the page says so.
"""

from decimal import Decimal
from enum import Enum

from fhir.summary.coding import codes, many


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
    ({"POS", "DET", "RR"}, Verdict.POSITIVE),
    ({"A", "ABN"}, Verdict.ABNORMAL),
    ({"NEG", "ND", "NR"}, Verdict.NEGATIVE),
    ({"N"}, Verdict.NORMAL),
)


def verdict_of(
    interpretations: object,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    comparator: str | None = None,
) -> Verdict:
    """The source's interpretation, the worst of several; else the value against the source's range."""
    said = {code for concept in many(interpretations) for code in codes(concept)}
    for names, verdict in _CODES:
        if said & names:
            return verdict
    if value is None or (low is None and high is None) or said:
        return Verdict.UNKNOWN
    return _by_range(value, low, high, comparator)


def _by_range(value: Decimal, low: Decimal | None, high: Decimal | None, comparator: str | None) -> Verdict:
    if high is not None and value > high and comparator in (None, ">", ">="):
        return Verdict.HIGH
    if low is not None and value < low and comparator in (None, "<", "<="):
        return Verdict.LOW
    return Verdict.UNKNOWN if comparator else Verdict.NORMAL
