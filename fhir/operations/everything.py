"""Operation $everything of Patient and Encounter.

FHIR R4 patient-operation-everything.html, encounter-operation-everything.html. The whole file of a person
(what lies in the compartment of any Patient linked with the one named), of all residents whom the reader may
see, or of one visit; with what those resources refer to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fhir.access import Action
from fhir.cursor import CURSOR
from fhir.definitions.compartments import compartments
from fhir.definitions.operations import ParameterDefinition
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.interactions.search import SearchPage
from fhir.operations import compartment
from fhir.operations.compartment import Part
from fhir.operations.operation import Call, Level, Operation, check_types, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.registry import definitions
from fhir.search.sort import clinical_dates
from fhir.search.types.date import paths
from fhir.search.types.interval import interval

Filter = dict[str, Any]
_LARGEST_PAGE = 10_000
_PAGE_OF_ALL = 1_000
_OWN = "{def}"
_CURSOR = ParameterDefinition(CURSOR, "string")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for: types ((): all), care dates, changes since, and which page."""

    types: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    since: str | None = None
    count: int | None = None
    cursor: str | None = None

    @classmethod
    def of(cls, call: Call) -> "Asked":
        """Read and check the parameters of a call."""
        types = tuple(dict.fromkeys(type for text in call.all("_type") for type in text.split(",") if type))
        check_types("_type", types)
        if "AuditEvent" in types:
            raise Refusal(
                Fault.UNSUPPORTED_PARAMETER, "AuditEvents are found by a search: AuditEvent?patient=…"
            )
        count = call.number("_count")
        if count == 0:
            raise wrong("_count", "it is above zero")
        start, end = call.text("start"), call.text("end")
        return cls(types, start, end, call.text("_since"), count, call.text(CURSOR))

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters for a link, without the cursor."""
        given = [("start", self.start), ("end", self.end), ("_since", self.since), ("_count", self.count)]
        types = [("_type", ",".join(self.types))] if self.types else []
        return types + [(name, str(value)) for name, value in given if value is not None]

    def wants(self, type: str) -> bool:
        """Is a resource of `type` to be sent?"""
        return not self.types or type in self.types

    def beyond(self, inside: Sequence[str]) -> bool:
        """Is a type asked for that lies outside of the compartment, so that only a reference leads to it?"""
        return not set(self.types).issubset(inside)

    def filters(self, types: Sequence[str]) -> list[Filter]:
        """What rows of `types` have to meet besides."""
        changed = [] if self.since is None else [{"updated": {"$gte": datetime.fromisoformat(self.since)}}]
        return changed if self.start is None and self.end is None else [*changed, self._care(types)]

    def _care(self, types: Sequence[str]) -> Filter:
        """Care within the dates; what has no date of care is always in scope."""
        keys = (key for type in types for key in clinical_dates(type))
        element: Filter = {"p": {"$in": [path for key in keys for path in paths(key)]}}
        if self.end is not None:
            element["s"] = {"$lt": _range("end", self.end)[1]}
        if self.start is not None:
            element["e"] = {"$gt": _range("start", self.start)[0]}
        return {"$or": [{"dates": {"$elemMatch": element}}, {"sort.date": None}]}


def _range(name: str, text: str) -> tuple[int, int]:
    found = interval(text)
    if found is None:
        raise wrong(name, "the calendar has no such day")
    return found


async def run(context: Context, call: Call) -> Resource:
    """The file of a person, or of all residents, as a searchset."""
    asked = Asked.of(call)
    page = await (everybody(context, asked) if call.id is None else everything(context, call.id, asked))
    return page.bundle(context.base)


async def everything(context: Context, id: str, asked: Asked | None = None) -> SearchPage:
    """The file of the person to whom `Patient/id` belongs, or what is of that Patient alone."""
    asked = asked or Asked()
    await read(context, "Patient", id)
    reference = f"Patient/{id}"
    members = frozenset((await context.persons([reference]))[reference])
    types = _inside("Patient", asked)
    parts: list[Filter] = []
    groups = await compartment.permitted(context, types)
    await compartment.mask(context, groups, members)
    for constraint, listed in groups:
        own = Part({"tokens": {"$in": listed}}, members)
        further = [f"{type}.compartment|{member}" for type in listed for member in sorted(members)]
        for part in (own, Part({"tokens": {"$in": further}})):
            parts.append(await compartment.visible(context, part, constraint))
    return await _page(context, f"{reference}/$everything", parts, types, asked)


async def everybody(context: Context, asked: Asked) -> SearchPage:
    """The files of all residents whom the reader may see."""
    await context.permit("Patient", Action.READ)
    types = _inside("Patient", asked)
    parts = [
        await compartment.all_visible(listed, constraint)
        for constraint, listed in await compartment.permitted(context, types)
    ]
    return await _page(context, "Patient/$everything", parts, types, asked)


async def run_of_encounter(context: Context, call: Call) -> Resource:
    """One visit with what happened in it, as a searchset."""
    asked = Asked.of(call)
    encounter = await read(context, "Encounter", call.id or "")
    types = _inside("Encounter", asked)
    codes = compartments()["Encounter"]
    parts: list[Filter] = []
    for constraint, listed in await compartment.permitted(context, types):
        keys = [key for type in listed for code in codes[type] if code != _OWN for key in _keys(type, code)]
        within: list[Filter] = [{"tokens": {"$in": [f"{key}|{encounter.reference}" for key in keys]}}]
        own = [{"_id": encounter.reference, "deleted": False}] if "Encounter" in listed else []
        parts.append(await compartment.visible(context, Part({"$or": within + own}), constraint))
    members = (await context.persons([encounter.owner]))[encounter.owner]
    page = await _page(context, f"{encounter.reference}/$everything", parts, types, asked, members)
    return page.bundle(context.base)


def _keys(type: str, code: str) -> list[str]:
    """What the index calls a parameter."""
    return [part.key for part in definitions(type)[code].parts]


def _inside(name: str, asked: Asked) -> list[str]:
    """The types of the compartment `name` that are asked for, or all of them where what they refer to is;
    AuditEvents live elsewhere."""
    inside = sorted({name, *compartments()[name]} - {"AuditEvent"})
    return inside if asked.beyond(inside) else [type for type in inside if asked.wants(type)]


async def _page(
    context: Context,
    path: str,
    parts: Sequence[Filter],
    types: Sequence[str],
    asked: Asked,
    members: Sequence[str] = (),
) -> SearchPage:
    whole = _PAGE_OF_ALL if path.startswith("Patient/$") else _LARGEST_PAGE
    count = min(asked.count or whole, whole)
    query = urlencode(asked.pairs())
    bound = f"{path}?{urlencode(replace(asked, count=None).pairs())}"
    found = await compartment.rows(context, parts, asked.filters(types), count, asked.cursor, bound)
    by_way_of = () if asked.beyond(types) else asked.types
    reached = await compartment.referred(context, found.rows, by_way_of, members)
    own, included = ([row for row in rows if asked.wants(row.type)] for rows in (found.rows, reached))
    context.trail.touch(row.owner for row in (*own, *included))
    context.trail.query = f"{path}?{query}".rstrip("?")
    url = f"{context.base}/{path}?{query}".rstrip("?")
    links = [("self", url)]
    if found.cursor is not None:
        links.append(("next", f"{url}{'&' if query else '?'}{CURSOR}={found.cursor}"))
    total = len(own) if found.cursor is None and asked.cursor is None else None
    return SearchPage(own, total, links, included=included)


PATIENT = Operation(
    name="everything",
    definition="http://hl7.org/fhir/OperationDefinition/Patient-everything",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"Patient"}),
    more=(_CURSOR,),
)
ENCOUNTER = Operation(
    name="everything",
    definition="http://hl7.org/fhir/OperationDefinition/Encounter-everything",
    run=run_of_encounter,
    levels=frozenset({Level.INSTANCE}),
    types=frozenset({"Encounter"}),
    more=(_CURSOR,),
)
