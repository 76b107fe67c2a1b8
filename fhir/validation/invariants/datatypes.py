"""Constraints of the data types.

FHIR R4 datatypes.html, metadatatypes.html, references.html.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fhir.validation.date import surely_after
from fhir.validation.invariant import Rules, apart, both, demands, has, holds, needs, one, some

UCUM = "http://unitsofmeasure.org"
_MEALS = frozenset(("C", "CM", "CD", "CV"))


def _ucum(element: Mapping[str, Any]) -> bool:
    coded = has(element, "code") or not has(element, "value")
    return coded and element.get("system", UCUM) == UCUM


def _count(element: Mapping[str, Any]) -> bool:
    value = element.get("value")
    whole = not isinstance(value, Decimal) or "." not in str(value)
    return _ucum(element) and element.get("code", "1") == "1" and whole


def _ordered(element: Mapping[str, Any]) -> bool:
    """Low is not above high, as far as their units can be compared."""
    low, high = element.get("low", {}), element.get("high", {})
    if any(low.get(key) != high.get(key) for key in ("system", "code", "unit")):
        return True
    return not ("value" in low and "value" in high) or bool(low["value"] <= high["value"])


def _ratio(element: Mapping[str, Any]) -> bool:
    numerator = "numerator" in element
    return numerator == ("denominator" in element) and (numerator or "extension" in element)


def _not_negative(name: str) -> Any:
    return holds(lambda element: element.get(name, 0) >= 0)


RULES: Rules = {
    ("Age", "age-1"): holds(lambda element: _ucum(element) and element.get("value", 1) > 0),
    ("Attachment", "att-1"): needs("data", "contentType"),
    ("ContactPoint", "cpt-2"): needs("value", "system"),
    ("Count", "cnt-3"): holds(_count),
    ("DataRequirement.codeFilter", "drq-1"): one("path", "searchParam"),
    ("DataRequirement.dateFilter", "drq-2"): one("path", "searchParam"),
    ("Distance", "dis-1"): holds(_ucum),
    ("Duration", "drt-1"): holds(
        lambda element: not has(element, "code") or (element.get("system") == UCUM and has(element, "value"))
    ),
    ("Expression", "exp-1"): some("expression", "reference"),
    ("Extension", "ext-1"): one("extension", "value"),
    ("Period", "per-1"): holds(lambda element: not surely_after(element.get("start"), element.get("end"))),
    ("Quantity", "qty-3"): needs("code", "system"),
    ("Range", "rng-2"): holds(_ordered),
    ("Ratio", "rat-1"): holds(_ratio),
    ("Timing.repeat", "tim-1"): needs("duration", "durationUnit"),
    ("Timing.repeat", "tim-2"): needs("period", "periodUnit"),
    ("Timing.repeat", "tim-4"): _not_negative("duration"),
    ("Timing.repeat", "tim-5"): _not_negative("period"),
    ("Timing.repeat", "tim-6"): needs("periodMax", "period"),
    ("Timing.repeat", "tim-7"): needs("durationMax", "duration"),
    ("Timing.repeat", "tim-8"): needs("countMax", "count"),
    ("Timing.repeat", "tim-9"): both(
        needs("offset", "when"),
        holds(lambda element: not has(element, "offset") or _MEALS.isdisjoint(element.get("when", ()))),
    ),
    ("Timing.repeat", "tim-10"): apart("timeOfDay", "when"),
    ("TriggerDefinition", "trd-1"): apart("data", "timing"),
    ("TriggerDefinition", "trd-2"): needs("condition", "data"),
    ("TriggerDefinition", "trd-3"): both(
        demands("type", ["named-event"], "name"),
        demands("type", ["periodic"], "timing"),
        demands("type", ["data-changed", "data-added", "data-modified", "data-removed"], "data"),
        demands("type", ["data-accessed", "data-access-ended"], "data"),
    ),
}
