"""Reading a health file: every clinical type of one person, in one query where that is possible.

The decision's constraint is part of each query; linked source Patients are read as one person.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import not_found, read
from fhir.interactions.search import SearchPage, search
from fhir.operations import compartment
from fhir.operations.compartment import Part
from fhir.resource import ID, Resource, reference_of
from fhir.store import Stored
from fhir.summary.file import CLINICAL, HealthFile

TYPES = (*CLINICAL, "EpisodeOfCare")
MOST = "1000"
"""Of each type, where a file holds more than WHOLE resources."""
WHOLE = 5_000
Choose = Callable[[Sequence[Stored]], list[Stored]]
_NEWEST_FIRST = {"Observation", "Encounter", "DiagnosticReport", "Immunization"}
_TOLD = ("Observation", "Practitioner")
"""What of a document or report is told with it."""
_NAMED = {"Organization", "Medication", "Device"}


async def health_file(context: Context, id: str, types: Collection[str] = TYPES) -> tuple[HealthFile, bool]:
    """The file of the person behind `Patient/<id>`, of some types; and whether there is more than was read.

    A Refusal (404) where that Patient is unknown or hidden, (403) where a type may not be read. The trail
    names every Patient that was touched.
    """
    file, incomplete = await record(context, id, types)
    for type in sorted(file.withheld):
        await context.permit(type, Action.READ)
    return file, incomplete


async def record(
    context: Context, id: str, types: Collection[str] = TYPES, choose: Choose = list
) -> tuple[HealthFile, bool]:
    """The same without the types that the reader may not read, which the file names as withheld.

    Of `types` alone, and of their rows those that `choose` leaves.
    """
    if not ID.fullmatch(id):
        raise not_found()
    first, reference = await read(context, "Patient", id), f"Patient/{id}"
    members = (await context.persons([reference]))[reference]
    groups = await compartment.permitted(context, ("Patient", *types))
    await compartment.mask(context, groups, members)
    rows, incomplete = await _rows(context, [first, *await _whole(context, groups, members)], groups)
    context.trail.touch(row.owner for row in rows)
    rows = choose(rows)
    resources: dict[str, list[Resource]] = {}
    for row in rows:
        resources.setdefault(row.type, []).append(row.resource())
    patients = list({each["id"]: each for each in resources.pop("Patient")}.values())
    named = await _named(context, rows, resources.get("EpisodeOfCare", []), members)
    resources |= {type: list(named[type].values()) for type in ("Medication", "Device") if named[type]}
    context.trail.entity, context.trail.query = reference, None
    withheld = frozenset(types) - {type for _, listed in groups for type in listed}
    file = HealthFile(patients, resources, named["Organization"], named["Practitioner"], withheld, members)
    return file, incomplete


async def _whole(
    context: Context, groups: Sequence[tuple[Any, list[str]]], members: Iterable[str]
) -> list[Stored]:
    """Everything of these Patients that may be seen, WHOLE and one at most."""
    own = frozenset(members)
    parts = [
        await compartment.visible(context, Part({"tokens": {"$in": listed}}, own), constraint)
        for constraint, listed in groups
    ]
    return await compartment.found(context, parts, WHOLE + 1)


async def _rows(
    context: Context, rows: list[Stored], groups: Sequence[tuple[Any, list[str]]]
) -> tuple[list[Stored], bool]:
    """The rows, or of a very long file the newest of each type; whether there are more."""
    if len(rows) <= WHOLE:
        return rows, False
    reference = rows[0].reference
    types = [type for _, listed in groups for type in listed if type != "Patient"]
    patients = [row for row in rows if row.type == "Patient"]
    pages = await asyncio.gather(*(_of_type(context, type, reference) for type in types))
    return [*patients, *(row for page in pages for row in page.matches)], any(_more(page) for page in pages)


async def _named(
    context: Context, rows: Sequence[Stored], episodes: Sequence[Resource], members: Iterable[str]
) -> dict[str, dict[str, Resource]]:
    """What the rows name of the directory, and the drugs and devices, by type and reference."""
    wanted = {
        each for row in rows for each in compartment.references(row) if each.partition("/")[0] in _NAMED
    }
    wanted |= _referenced([each.get("careManager") for each in episodes], "Practitioner/")
    found: dict[str, dict[str, Resource]] = {type: {} for type in (*_NAMED, "Practitioner")}
    for row in await compartment.resolved(context, wanted, allowed=compartment.of_no_other(members)):
        context.trail.touch([row.owner])
        found[row.type][row.reference] = row.resource()
    return found


async def line(context: Context, id: str, reference: str) -> HealthFile:
    """Of the file of the person behind `Patient/<id>` one line, and the results and people that it names.

    A Refusal (404) where the Patient or the line is unknown or hidden, or the line is another person's.
    """
    patients = await sources(context, id)
    members = (await context.persons([f"Patient/{id}"]))[f"Patient/{id}"]
    type, _, key = reference.partition("/")
    row = await read(context, type, key)
    if row.owner not in members:
        raise not_found()
    found: dict[str, list[Resource]] = {type: [row.resource()]}
    for each in await compartment.referred(context, [row], _TOLD, members):
        found.setdefault(each.type, []).append(each.resource())
    houses = await organizations_of(context, [*patients, *found.values()])
    context.trail.entity, context.trail.query = reference, None
    people = {reference_of(each): each for each in found.pop("Practitioner", [])}
    return HealthFile(patients, found, houses, people, members=tuple(members))


async def sources(context: Context, id: str) -> list[Resource]:
    """The source Patients of the person behind `Patient/<id>`, that one first; else a Refusal (404)."""
    if not ID.fullmatch(id):
        raise not_found()
    first = (await read(context, "Patient", id)).resource()
    reference = f"Patient/{id}"
    linked = await context.store.persons.members(reference)
    return [first, *await _by_id(context, "Patient", sorted(set(linked) - {reference}))]


async def patient_of(context: Context, reference: str) -> Resource:
    """The Patient of a reference (`Patient/<id>`); a Refusal (404) where it is unknown or hidden."""
    return (await read(context, "Patient", reference.removeprefix("Patient/"))).resource()


async def organizations_of(context: Context, resources: Iterable[Any]) -> dict[str, Resource]:
    """The Organizations that some resources (or references) name."""
    found = await _by_id(context, "Organization", _referenced(resources, "Organization/"))
    return {f"Organization/{o['id']}": o for o in found}


async def _of_type(context: Context, type: str, patient: str) -> SearchPage:
    sort = [("_sort", "-date")] if type in _NEWEST_FIRST else []
    return await search(context, type, [("patient", patient), ("_count", MOST), *sort])


async def _by_id(context: Context, type: str, references: Iterable[str]) -> list[Resource]:
    ids = sorted({reference.removeprefix(f"{type}/") for reference in references})
    return _resources(await search(context, type, [("_id", ",".join(ids)), ("_count", MOST)])) if ids else []


def _resources(page: SearchPage) -> list[Resource]:
    return [stored.resource() for stored in page.matches]


def _more(page: SearchPage) -> bool:
    return any(relation == "next" for relation, _ in page.links)


def _referenced(part: Any, start: str) -> set[str]:
    """All references within `part` that begin with `start`."""
    return {reference for reference in _references(part) if reference.startswith(start)}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        for value in part.values():
            if isinstance(value, (dict, list)):
                yield from _references(value)
    elif isinstance(part, (list, set, tuple)):
        for value in part:
            if isinstance(value, (dict, list)):
                yield from _references(value)
