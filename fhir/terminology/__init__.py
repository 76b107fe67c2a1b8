"""Terminology: code systems, value sets and concept maps, shipped and stored.

FHIR R4 terminology-service.html. What a search or a validation asks of it; operations are in
`fhir.operations`.
"""

from typing import TYPE_CHECKING

from fhir.definitions.terminology import shipped
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import Canonical, canonical
from fhir.terminology.definitions import current
from fhir.terminology.released import Released
from fhir.terminology.value_set import Composition

if TYPE_CHECKING:
    from fhir.interactions.context import Context

MOST_CODINGS = 10_000
Codings = frozenset[tuple[str, str]]


async def expansion(context: "Context", value_set: str) -> Codings:
    """The codings of a ValueSet, named by `url|version` or `ValueSet/id`; a Refusal where it is not known,
    cannot be listed, or has more than MOST_CODINGS."""
    known = await current(context.store)
    found = known.expansions.get(value_set)
    if found is None:
        resource = await _by_id(context, value_set) if value_set.startswith("ValueSet/") else None
        if resource is None:
            resource = await known.require("ValueSet", canonical(value_set))
        found = frozenset(await Composition(known).members(resource))
        known.expansions[value_set] = found
    if len(found) > MOST_CODINGS:
        raise Refusal(Fault.TOO_COSTLY, f"the value set has {len(found)} codes, more than {MOST_CODINGS}")
    codings: Codings = found
    return codings


async def _by_id(context: "Context", reference: str) -> Resource:
    from fhir.store import EVERYONE

    id = reference.partition("/")[2]
    if (packed := shipped("ValueSet").get(id)) is not None:
        return packed.resource()
    stored = await context.store.resources.read("ValueSet", id, EVERYONE)
    if stored is None or stored.deleted:
        raise Refusal(Fault.NOT_FOUND, "no such ValueSet is known here")
    return stored.resource()


async def related(context: "Context", system: str, code: str, *, above: bool) -> Codings:
    """The code itself and what subsumes it (`above`) or is subsumed by it; a Refusal where the code system
    is not known."""
    found = await (await current(context.store)).code_system(Canonical(system))
    if found is None or not found.enumerable:
        raise Refusal(
            Fault.UNSUPPORTED_PARAMETER, "the code system is not known here, so nothing is above or below"
        )
    if isinstance(found, Released) and not above:
        return await _below(found, code)
    found = await found.part([code])
    concept = found.find(code)
    if concept is None:
        return frozenset({(system, code)})
    reached = found.hierarchy.above(concept.code) if above else found.hierarchy.below(concept.code)
    return frozenset((system, each) for each in (code, concept.code, *reached))


async def _below(system: Released, code: str) -> Codings:
    below = await system.below(code, MOST_CODINGS)
    if below is None:
        raise Refusal(Fault.TOO_COSTLY, f"more than {MOST_CODINGS} codes are below this one")
    return frozenset((system.url, each) for each in (code, *below))
