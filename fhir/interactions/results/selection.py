"""Selection: which types a search reaches, its query for each, and the constraint under which each is read.

FHIR R4 3.1.1.1 (search.html#searching) and compartmentdefinition.html. The decision comes before any data;
where no type is named, those that the reader may search are meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fhir.access import Action, Constraint, Permit
from fhir.definitions.compartments import compartments
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.interactions.results.resolution import settled
from fhir.outcome import Fault, Refusal
from fhir.search import refused
from fhir.search.condition import Filter
from fhir.search.criteria.compartment import InCompartment
from fhir.search.criteria.criterion import APART
from fhir.search.query import Parameters, Query, parse_all
from fhir.search.result import Result
from fhir.search.value import alternatives
from fhir.store.semijoin import Part

TYPE = "_type"
Compartment = tuple[str, str]
_UNSTORED = frozenset({"OperationOutcome", "Parameters"})


@dataclass(slots=True)
class Selection:
    """The queries of a search, one for each type, and what of the store they reach."""

    queries: list[Query]
    parts: list[Part]
    named: list[tuple[str, str]] = field(default_factory=list)

    @property
    def query(self) -> Query:
        """The first query: what all of them have in common."""
        return self.queries[0]

    @property
    def result(self) -> Result:
        """What is wanted of the matches."""
        return self.query.result

    @property
    def processed(self) -> list[tuple[str, str]]:
        """The parameters that were understood."""
        return [*self.named, *self.query.processed]


async def select(
    context: Context,
    type: str | None,
    parameters: Parameters,
    *,
    strict: bool,
    compartment: Compartment | None = None,
) -> Selection:
    """What `parameters` select of `type` (None: of all types, or those of `_type`) in a compartment."""
    named: list[tuple[str, str]] = []
    if type is None:
        named = [(name, value) for name, value in parameters if name == TYPE and value.strip()]
        parameters = [each for each in parameters if each[0] != TYPE]
    inside = None if compartment is None else _inside(compartment[0])
    constraints = await _types(context, type, named, inside)
    queries = parse_all(list(constraints), parameters, strict, context.base)
    queries = [await settled(context, query) for query in queries]
    if compartment is not None:
        await read(context, *compartment)
        for query in queries:
            query.conditions.insert(0, InCompartment(query.type, *compartment))
    return Selection(queries, await _parts(context, queries, constraints), named)


async def _types(
    context: Context,
    type: str | None,
    named: Sequence[tuple[str, str]],
    inside: frozenset[str] | None,
) -> dict[str, Constraint]:
    """The types that are searched, each with its constraint; a Refusal where one is not open."""
    wanted = [type] if type is not None else _listed(named)
    if wanted is not None:
        if inside is not None and not inside.issuperset(wanted):
            raise Refusal(Fault.NOT_FOUND, "the type that is asked for lies in no such compartment")
        return {each: await context.permit(each, Action.SEARCH) for each in wanted}
    found: dict[str, Constraint] = {}
    for each in sorted((inside or resource_types) - APART - _UNSTORED):
        decision = await context.access.decide(each, Action.SEARCH)
        if isinstance(decision, Permit):
            found[each] = decision.constraint
    if not found:
        raise Refusal(Fault.FORBIDDEN, "no type of resource is open to a search")
    return found


def _listed(named: Sequence[tuple[str, str]]) -> list[str] | None:
    """The types that `_type` names; None where it is not there. Repeated, it names those in all of them."""
    sets = [dict.fromkeys(each.strip() for each in alternatives(value)) for _, value in named]
    if not sets or not sets[0]:
        return None
    if not resource_types.issuperset(each for names in sets for each in names):
        raise refused.malformed(TYPE, "it names what is no resource type of FHIR R4")
    if any(each in APART for names in sets for each in names):
        raise refused.unsupported(TYPE, "AuditEvents are kept apart and are searched by themselves")
    wanted = [each for each in sets[0] if all(each in names for names in sets)]
    if not wanted:
        raise refused.malformed(TYPE, "no type is named by all of it")
    return wanted


def _inside(name: str) -> frozenset[str]:
    """The types in a compartment, its own among them."""
    if name not in compartments():
        raise Refusal(Fault.NOT_FOUND, "FHIR R4 defines no compartment of that type")
    return frozenset({name, *compartments()[name]})


async def _parts(
    context: Context, queries: Sequence[Query], constraints: dict[str, Constraint]
) -> list[Part]:
    """The filters of the queries, joined where they stand under the same constraint."""
    patients = sorted(frozenset[str]().union(*(query.patients for query in queries)))
    linked = await context.persons(patients) if patients else {}
    groups: list[tuple[Constraint, list[Query]]] = []
    for query in queries:
        constraint = constraints[query.type]
        group = next((listed for other, listed in groups if other is constraint), None)
        if group is None:
            groups.append((constraint, [query]))
        else:
            group.append(query)
    return [
        (_joined(listed, [query.filter(context.store.keyed, linked) for query in listed]), constraint)
        for constraint, listed in groups
    ]


def _joined(queries: Sequence[Query], filters: Sequence[Filter]) -> Filter:
    if len(filters) == 1:
        return filters[0]
    if not any(query.conditions for query in queries):
        return {"tokens": {"$in": [query.type for query in queries]}}
    return {"$or": list(filters)}
