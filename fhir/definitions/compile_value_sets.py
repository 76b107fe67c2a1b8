"""ValueSet expansion at build time: the codes of every required binding of R4.

FHIR R4 valueset.html 4.9.6 (expansion). Only value sets that list their codes or take whole complete code
systems are expanded; what cannot be enumerated (UCUM, BCP 47, MIME types, currencies, LOINC answers) is left
out.
"""

from collections.abc import Iterable, Iterator
from typing import Any


def _concepts(concepts: Iterable[dict[str, Any]]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _concepts(concept.get("concept", ()))


def _included(include: dict[str, Any], systems: dict[str, dict[str, Any]]) -> list[str] | None:
    """The codes of one compose.include, or None when they can't be listed."""
    if include.keys() & {"filter", "valueSet"}:
        return None
    if "concept" in include:
        return list(_concepts(include["concept"]))
    system = systems.get(include.get("system", ""), {})
    return list(_concepts(system["concept"])) if system.get("content") == "complete" else None


def expand(value_set: dict[str, Any], systems: dict[str, dict[str, Any]]) -> dict[str, list[str]] | None:
    """The codes of `value_set` by code system, in their order; None when it can't be enumerated."""
    compose = value_set.get("compose", {})
    if "exclude" in compose or not compose.get("include"):
        return None
    codes: dict[str, list[str]] = {}
    for include in compose["include"]:
        found = _included(include, systems)
        if found is None:
            return None
        codes.setdefault(include["system"], []).extend(found)
    return codes


def compile_value_sets(urls: Iterable[str], sources: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The expansions of the value sets `urls` that can be enumerated, from ValueSets and CodeSystems."""
    by_type: dict[str, dict[str, Any]] = {"ValueSet": {}, "CodeSystem": {}}
    for source in sources:
        by_type.setdefault(source["resourceType"], {})[source.get("url", "")] = source
    known = (by_type["ValueSet"].get(url, {}) for url in urls)
    expansions = {one["url"]: expand(one, by_type["CodeSystem"]) for one in known if one}
    return {url: codes for url, codes in expansions.items() if codes}
