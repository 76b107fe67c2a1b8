"""Parts of resources: `_summary` and `_elements`.

FHIR R4 3.1.1.5.8 and 3.1.1.5.9 (search.html#summary, #elements). What is cut is tagged SUBSETTED; what is
mandatory or a modifier stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from fhir.definitions.structures import Element, structure
from fhir.resource import Resource, serialize
from fhir.search.query import Query
from fhir.store import Stored

_ALWAYS = frozenset({"resourceType", "id", "meta"})
_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def subset_all(rows: Sequence[Stored], query: Query) -> list[Stored]:
    """`rows` as far as the query asks for them."""
    if not query.elements and query.summary in (None, "false", "count"):
        return list(rows)
    return [
        replace(row, body=serialize(subset(row.resource(), query.summary, query.elements))) for row in rows
    ]


def subset(resource: Resource, summary: str | None, elements: Sequence[str] = ()) -> Resource:
    """The part of a resource that `_summary` (true, text, data) or `_elements` names."""
    kept = set(_kept(resource["resourceType"], summary, {name.split(".")[0] for name in elements}))
    cut = {name: value for name, value in resource.items() if name.removeprefix("_") in kept}
    meta = dict(cut["meta"])
    meta["tag"] = [*(meta.get("tag") or []), _SUBSETTED]
    return cut | {"meta": meta}


def _kept(type: str, summary: str | None, elements: set[str]) -> Iterable[str]:
    yield from _ALWAYS
    for element in structure(type).elements:
        if element.min > 0 or element.modifier or _asked(element, summary, elements):
            yield from element.members()


def _asked(element: Element, summary: str | None, elements: set[str]) -> bool:
    if summary is None or summary == "false":
        return element.name in elements
    return element.summary if summary == "true" else (element.name == "text") == (summary == "text")
