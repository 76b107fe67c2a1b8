"""Resolution: what a search has to know of other resources, each looked up as its reader may see it.

FHIR R4 3.1.1.3 (search.html#chaining, #has). Every look-up passes the decision for its own type and carries
its constraint, so that a chain, `_has`, `_filter` or `_list` tells nothing of what is hidden.
"""

from collections.abc import Callable, Sequence
from typing import Any

from fhir.access import Action, Permit
from fhir.interactions.context import Context
from fhir.outcome import Fault, Refusal
from fhir.references import is_literal
from fhir.search.condition import Condition, Filter, resolved
from fhir.search.query import Query
from fhir.store import semijoin
from fhir.store.constraint import visible_among
from fhir.store.semijoin import Part
from fhir.terminology import expansion, related


class Resolution:
    """`fhir.search.condition.Resolver` for one reader."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    async def references(self, type: str, conditions: Sequence[Condition]) -> Sequence[str]:
        """All visible resources of `type` that meet `conditions`, as `Type/id`; a Refusal where too many."""
        filter, constraint = await self._part(type, conditions)
        return await semijoin.references(self._store, filter, constraint)

    async def existing(self, references: Sequence[str]) -> frozenset[str]:
        """Those of `references` (`Type/id`) that are there and may be seen."""
        rows = await self._store.resources.judged(references)
        found: set[str] = set()
        for type in sorted({row["type"] for row in rows.values()}):
            decision = await self._context.access.decide(type, Action.SEARCH)
            if isinstance(decision, Permit):
                theirs = [row for row in rows.values() if row["type"] == type]
                visible = await visible_among(theirs, decision.constraint)
                found |= {f"{type}/{row['id']}" for row in visible}
        return frozenset(found)

    async def referred(self, type: str, conditions: Sequence[Condition], parameter: str) -> Sequence[str]:
        """What the resources that `references` would give refer to by `parameter`."""
        filter, constraint = await self._part(type, conditions)
        return await semijoin.referred(self._store, filter, constraint, f"{type}.{parameter}")

    async def confirmed(self, type: str, candidates: Condition, test: Callable[[Any], bool]) -> Sequence[str]:
        """Those resources of `type` meeting `candidates` whose parsed JSON passes `test`, as `Type/id`."""
        filter, constraint = await self._part(type, [candidates])
        return await semijoin.confirmed(self._store, filter, constraint, test)

    async def codings(self, value_set: str) -> frozenset[tuple[str, str]]:
        """The expansion of a ValueSet (canonical URL or `ValueSet/id`, also below the server's own base); a
        Refusal where it is not known."""
        await self._context.permit("ValueSet", Action.SEARCH)
        try:
            return await expansion(self._context, value_set.removeprefix(f"{self._context.base}/"))
        except Refusal as refusal:
            if refusal.status != 404:
                raise
            text = "a value set that the search names is not known here"
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, text) from None

    async def related(self, system: str, code: str, *, above: bool) -> frozenset[tuple[str, str]]:
        """The code itself and what subsumes it (`above`) or is subsumed by it, as (system, code)."""
        await self._context.permit("CodeSystem", Action.SEARCH)
        return await related(self._context, system, code, above=above)

    async def members(self, list: str) -> Sequence[str]:
        """The references that the List `List/id` holds, those flagged as deleted left out."""
        constraint = await self._context.permit("List", Action.SEARCH)
        _, _, id = list.partition("/")
        stored = await self._store.resources.read("List", id, constraint)
        if stored is None or stored.deleted:
            return ()
        entries = [each for each in stored.resource().get("entry", ()) if each.get("deleted") is not True]
        found = (str(each.get("item", {}).get("reference")).partition("/_history/")[0] for each in entries)
        return [each for each in found if is_literal(each)]

    async def _part(self, type: str, conditions: Sequence[Condition]) -> Part:
        constraint = await self._context.permit(type, Action.SEARCH)
        found = [await resolved(each, self) for each in conditions]
        patients = sorted(frozenset[str]().union(*(each.patients for each in found)))
        linked = await self._context.persons(patients) if patients else {}
        filters = [each.filter(self._store.keyed, linked) for each in found]
        return {"$and": [*filters, {"tokens": type}]}, constraint


async def settled(context: Context, query: Query) -> Query:
    """`query` with everything looked up that it asks of other resources.

    A Refusal (403) before any data where it names a type that is not open to the reader.
    """
    for type in sorted(query.types):
        await context.permit(type, Action.SEARCH)
    return await query.resolved(Resolution(context))


async def filter_of(context: Context, query: Query) -> Filter:
    """The filter of what `query` asks, a Patient standing for all Patients of the person."""
    found = await settled(context, query)
    patients = sorted(found.patients)
    linked = await context.persons(patients) if patients else {}
    return found.filter(context.store.keyed, linked)
