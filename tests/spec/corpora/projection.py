"""Projection: what two makers of FHIR must agree on, whatever else they say.

Type, business identifiers, status, code, value and period of the resources that tell of care. Times are
compared as moments, identifiers by value, codes by code (words where there is none).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

Projection = dict[str, Any]
Difference = tuple[str, Any, Any]
"""Element (`Observation.status`, or `Observation` for a whole resource), ours, theirs."""

TYPES = (
    "Patient", "Encounter", "ServiceRequest", "DiagnosticReport", "Specimen", "Observation", "Immunization",
    "RelatedPerson", "Coverage",
)  # fmt: skip
"""What is compared. Bundle, MessageHeader and Provenance are each maker's own envelope; Organization,
Location, PractitionerRole, Device and EpisodeOfCare are only what others refer to; Practitioner:
`professionals`."""
_PLAIN = (
    "status", "intent", "gender", "birthDate", "deceasedDateTime", "authoredOn", "issued", "receivedTime",
    "multipleBirthBoolean", "multipleBirthInteger", "effectiveDateTime", "occurrenceDateTime",
    "valueString", "valueDateTime", "valueTime", "valueBoolean",
)  # fmt: skip
_CODED = ("code", "type", "vaccineCode", "valueCodeableConcept", "method", "bodySite")
_PERIODS = ("period", "effectivePeriod", "valuePeriod")


def project(resource: Mapping[str, Any]) -> Projection:
    """The projection of one resource."""
    found: Projection = {name: _moment(resource[name]) for name in _PLAIN if name in resource}
    numbers = {one["value"] for one in resource.get("identifier", ()) if one.get("value")}
    if numbers:
        found["identifier"] = sorted(numbers)
    for name in _CODED:
        if codes := _codes(resource.get(name)):
            found[name] = codes
    if "class" in resource and resource["resourceType"] == "Encounter":
        found["class"] = resource["class"].get("code")
    for name in _PERIODS:
        if name in resource:
            found[name] = [_moment(resource[name].get(end)) for end in ("start", "end")]
    found |= _collected(resource.get("collection", {}))
    found |= _quantities(resource)
    if telecom := resource.get("telecom"):
        found["telecom"] = sorted(str(one.get("value")) for one in telecom)
    return found


def professionals(resources: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """The people who did something, by number and surname."""
    return {
        (str(number.get("value")), str(name.get("family")))
        for one in resources
        if one["resourceType"] == "Practitioner"
        for number in one.get("identifier", [{}])
        for name in one.get("name", [{}])
    }


def by_type(resources: Iterable[Mapping[str, Any]]) -> dict[str, list[Projection]]:
    """The projections of every compared type."""
    found: dict[str, list[Projection]] = {}
    for one in resources:
        if one["resourceType"] in TYPES:
            found.setdefault(one["resourceType"], []).append(project(one))
    return found


def differences(
    ours: Mapping[str, list[Projection]], theirs: Mapping[str, list[Projection]]
) -> list[Difference]:
    """Where two sets of resources differ; each resource is held against the one most like it."""
    found: list[Difference] = []
    for type_ in TYPES:
        left, right = list(ours.get(type_, ())), list(theirs.get(type_, ()))
        while left and right:
            mine, other = max(((a, b) for a in left for b in right), key=lambda pair: _likeness(*pair))
            left.remove(mine)
            right.remove(other)
            found += [
                (f"{type_}.{name}", mine.get(name), other.get(name))
                for name in sorted({*mine, *other})
                if mine.get(name) != other.get(name)
            ]
        found += [(type_, one, None) for one in left] + [(type_, None, one) for one in right]
    return found


def _likeness(mine: Projection, other: Projection) -> int:
    same = sum(mine.get(name) == other.get(name) for name in {*mine, *other})
    return 2 * same - len({*mine, *other})


def _moment(value: Any) -> Any:
    if not isinstance(value, str) or "T" not in value:
        return value
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC).isoformat()
    except ValueError:
        return value


def _codes(value: Any) -> list[str]:
    concept = value[0] if isinstance(value, list) and value else value
    if not isinstance(concept, dict):
        return []
    codes = {one["code"] for one in concept.get("coding", ()) if one.get("code")}
    return sorted(codes) or ([concept["text"]] if concept.get("text") else [])


def _collected(collection: Mapping[str, Any]) -> Projection:
    if "collectedDateTime" in collection:
        return {"collected": _moment(collection["collectedDateTime"])}
    period = collection.get("collectedPeriod")
    return {"collected": [_moment(period.get(end)) for end in ("start", "end")]} if period else {}


def _quantities(resource: Mapping[str, Any]) -> Projection:
    found: Projection = {}
    for name, parts in (("valueRange", ("low", "high")), ("valueRatio", ("numerator", "denominator"))):
        if name in resource:
            found[name] = [_quantity(resource[name].get(part, {})) for part in parts]
    for name in ("valueQuantity", "doseQuantity"):
        if name in resource:
            found[name] = _quantity(resource[name])
    if quantity := resource.get("collection", {}).get("quantity"):
        found["quantity"] = _quantity(quantity)
    return found


def _quantity(value: Mapping[str, Any]) -> list[str]:
    return [str(value[name]) for name in ("comparator", "value", "unit") if name in value]
