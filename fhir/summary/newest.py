"""Newest readings: which results of a long file a summary shows, found before they are read exactly.

IPS 2.0 "Generation and Data Inclusion". A look at two thousand bodies costs less than reading them with every
digit; what looks alike but for time and value is one test, of which `results` shows the newest reading. A
report stands in a summary by its conclusion.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from fhir.resource import Resource
from fhir.store import Stored
from fhir.summary.blood import BLOOD_GROUPS
from fhir.summary.coding import codes, many
from fhir.summary.holding import holds
from fhir.summary.results import VALUES, order


def newest(rows: Iterable[Stored]) -> list[Stored]:
    """The rows, of each test only the newest Observation, of reports those that conclude something."""
    kept: list[Stored] = []
    latest: dict[bytes, tuple[Any, Stored]] = {}
    for row in rows:
        if row.type != "Observation":
            if row.type != "DiagnosticReport" or b'"conclusion' in row.body:
                kept.append(row)
            continue
        seen: Resource = orjson.loads(row.body)
        if not holds(seen):
            continue
        kind, when = _kind(seen), order(seen)
        if kind not in latest or when > latest[kind][0]:
            latest[kind] = when, row
    return [*kept, *(row for _, row in latest.values())]


def _kind(observation: Resource) -> bytes:
    """What was observed, where, in which unit; of a blood group which one too: two that differ are seen."""
    parts = [_part(each) for each in (observation, *many(observation.get("component")))]
    return orjson.dumps([parts, observation.get("category"), observation.get("bodySite")])


def _part(part: Resource) -> Sequence[Any]:
    quantity = part.get("valueQuantity") or {}
    said = not VALUES.isdisjoint(part)
    value = part.get("valueCodeableConcept") or part.get("valueString")
    blood = value if value and codes(part.get("code")) & BLOOD_GROUPS else None
    return part.get("code"), said, quantity.get("unit"), quantity.get("code"), blood
