"""Provision of a Consent: for which reader it speaks, and of which resources.

FHIR R4 consent-definitions.html#Consent.provision. `actor`, `action`, `purpose` and `period` are of the
reader; `class`, `code`, `securityLabel`, `dataPeriod` and `data` are of the resources.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from auth import moment as clock
from auth.access.types import COMPARTMENT
from fhir.access import Filter
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.refers import KEY
from fhir.search.registry import definitions
from fhir.search.types.interval import interval, moment
from fhir.search.value import guarded
from fhir.store.facets import label

RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
_PRIVACY = "patient-privacy"
_READS = frozenset({"access", "use", "disclose"})
_CODED = ("code", "category", "type", "vaccine-code")
_RELATED = frozenset({"related", "dependents", "authoredby"})
_ACTORS = frozenset({"Organization", "Practitioner", "RelatedPerson"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, as Consents may name him: references of him and his house, and the purpose."""

    names: frozenset[str]
    purpose: str | None
    at: datetime | None = None


def matches(provision: Mapping[str, Any], reader: Reader) -> bool:
    """Does the provision speak of this reader, now?"""
    actors = [(each.get("reference") or {}).get("reference") for each in provision.get("actor", ())]
    if actors and reader.names.isdisjoint(actors):
        return False
    purposes = {each.get("code") for each in provision.get("purpose", ())}
    if purposes and reader.purpose not in purposes:
        return False
    actions = {code.get("code") for each in provision.get("action", ()) for code in each.get("coding", ())}
    if actions and actions.isdisjoint(_READS):
        return False
    return current(provision.get("period") or {}, reader.at or clock.now())


def current(period: Mapping[str, Any], at: datetime) -> bool:
    """Does a Period hold a moment?"""
    start, end = interval(str(period.get("start", ""))), interval(str(period.get("end", "")))
    return (start is None or moment(start[0]) <= at) and (end is None or at < moment(end[1]))


def narrows(provision: Mapping[str, Any], *, certain: bool = False) -> list[Filter]:
    """What a resource must meet to be spoken of; [] for every one.

    Where a resource has no date, a `dataPeriod` counts as met, unless it has to be `certain`.
    """
    found: list[Filter] = []
    if classes := provision.get("class"):
        found.append({"type": {"$in": [each.get("code") for each in classes]}})
    if codes := provision.get("code"):
        found.append({"facets": {"$in": list(_codes(codes))}})
    if labels := provision.get("securityLabel"):
        wanted = [label((str(each.get("system", "")), str(each.get("code", "")))) for each in labels]
        found.append({"$or": [{"facets": {"$in": wanted}}, {"inherited": {"$in": wanted}}]})
    if period := provision.get("dataPeriod"):
        found.append(_dated(period, certain))
    if data := provision.get("data"):
        found.append({"$or": [part for each in data for part in _named(each, certain)]})
    return found


def _codes(concepts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        for each in concept.get("coding", ()):
            code, system = guarded(str(each.get("code", ""))), each.get("system")
            tail = code if system is None else f"{guarded(str(system))}|{code}"
            yield from (f"{key}|{tail}" for key in _keys())


@cache
def _keys() -> tuple[str, ...]:
    """What the facets of codes begin with, in all types of a file."""
    return tuple(
        f"{type}.{name}" for type in sorted(COMPARTMENT) for name in _CODED if name in definitions(type)
    )


def _dated(period: Mapping[str, Any], certain: bool) -> Filter:
    range: dict[str, Any] = {}
    if start := interval(str(period.get("start", ""))):
        range["$gte"] = start[0]
    if end := interval(str(period.get("end", ""))):
        range["$lt"] = end[1]
    within: Filter = {"sort.date": range}
    return within if certain else {"$or": [within, {"sort.date": None}]}


def _named(data: Mapping[str, Any], certain: bool) -> Iterator[Filter]:
    """FHIR R4 consent-data-meaning: `related` is also what the instance refers to. That is not opened with it
    (each part is named instead), and what refers to it is denied with it."""
    reference = str((data.get("reference") or {}).get("reference", ""))
    type, _, id = reference.partition("/")
    if data.get("meaning") != "authoredby":
        yield {"type": type, "id": id}
    if data.get("meaning") in (_RELATED - {"related"} if certain else _RELATED):
        yield {"facets": f"{KEY}|{reference}"}


def is_privacy(consent: Resource) -> bool:
    """Is it about privacy, by any coding of its scope?"""
    codings = (consent.get("scope") or {}).get("coding", ())
    return any(each.get("code") == _PRIVACY for each in codings)


def check_enforceable(consent: Resource) -> None:
    """Refuse (422) a Consent of which a part could not be kept to: it would promise what does not hold."""
    if not is_privacy(consent):
        return
    for path, provision in _provisions(consent.get("provision") or {}, "Consent.provision", 0):
        for name, wrong, why in _faults(provision):
            if wrong:
                raise Refusal(Fault.BUSINESS_RULE, why, expression=f"{path}.{name}")


def _provisions(
    provision: Mapping[str, Any], path: str, depth: int
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield path, provision
    if depth == 1 and provision.get("provision"):
        text = "exceptions to exceptions are not kept to here (IHE PCF has two levels)"
        raise Refusal(Fault.BUSINESS_RULE, text, expression=f"{path}.provision")
    for position, each in enumerate(provision.get("provision", ())):
        yield from _provisions(each, f"{path}.provision[{position}]", depth + 1)


def _faults(provision: Mapping[str, Any]) -> Iterator[tuple[str, bool, str]]:
    """Element, whether it is at fault, and why."""
    actors = [(each.get("reference") or {}).get("reference", "") for each in provision.get("actor", ())]
    known = all(each.partition("/")[0] in _ACTORS for each in actors)
    yield (
        "actor",
        not known,
        f"an actor is one of {', '.join(sorted(_ACTORS))} of this server",
    )
    systems = {each.get("system") for each in provision.get("class", ())}
    yield "class", not systems <= {RESOURCE_TYPES}, f"a class is a resource type, of {RESOURCE_TYPES}"
    bare = [each for each in provision.get("code", ()) if not each.get("coding")]
    yield "code", bool(bare), "a code needs a coding: words alone can't be compared"
