"""Expansion of a value set that is a part of one large code system: the page that is asked for, by a query.

FHIR R4 valueset-operation-expand.html (filter, offset, count). Every other value set is composed in memory.
"""

from typing import Any

from fhir.resource import Resource
from fhir.terminology.canonical import Canonical
from fhir.terminology.definitions import Definitions, check_definite
from fhir.terminology.released import Released
from fhir.terminology.value_set import Member, Versions
from fhir.terminology.value_set_expansion import MOST_SENT, Page, Wanted, page_of

_SIMPLE = frozenset({"system", "version", "filter"})


async def released_page(
    known: Definitions, value_set: Resource, versions: Versions, wanted: Wanted
) -> Page | None:
    """The page, or None where the value set is more than some filters on a code system in the store."""
    include = _only_include(value_set)
    if include is None or wanted.tree or versions.excluded:
        return None
    version = versions.of(include["system"], include.get("version"))
    system = await known.code_system(Canonical(include["system"], version))
    if not isinstance(system, Released):
        return None
    check_definite(system, version)
    filter = system.filter(include.get("filter", ()), wanted.filter)
    if filter is None:
        return None
    return await _page(system, version, _active(filter, value_set, wanted), wanted)


async def _page(system: Released, version: str | None, filter: dict[str, Any], wanted: Wanted) -> Page:
    total = await system.count(filter)
    limit = MOST_SENT if wanted.count is None else min(wanted.count, MOST_SENT)
    concepts = await system.page(filter, wanted.offset or 0, limit) if limit else []
    members = [Member(system.url, version, each) for each in concepts]
    return page_of(members, total, Canonical(system.url, system.version), wanted)


def _only_include(value_set: Resource) -> Resource | None:
    compose = value_set.get("compose", {})
    includes = compose.get("include", ())
    if len(includes) != 1 or compose.get("exclude") or value_set.get("contained"):
        return None
    include: Resource = includes[0]
    return include if "system" in include and include.keys() <= _SIMPLE else None


def _active(filter: dict[str, Any], value_set: Resource, wanted: Wanted) -> dict[str, Any]:
    """The filter, without inactive concepts where they are not wanted."""
    left_out = wanted.active or value_set.get("compose", {}).get("inactive") is False
    return {"$and": [filter, {"i": {"$ne": True}}]} if left_out else filter
