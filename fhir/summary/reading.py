"""Reading a health file: every clinical type of one person through the search interaction.

The decision's constraint is part of each query; linked source Patients are read as one person.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from fhir.interactions.context import Context
from fhir.interactions.read import not_found, read
from fhir.interactions.search import SearchPage, search
from fhir.resource import ID, Resource
from fhir.summary.file import CLINICAL, HealthFile

MOST = "1000"
_NEWEST_FIRST = {"Observation", "Encounter", "DiagnosticReport", "Immunization"}


async def health_file(
    context: Context, id: str, clinical: Sequence[str] = CLINICAL
) -> tuple[HealthFile, bool]:
    """The file of the person behind `Patient/<id>`, of some types; and whether there is more than was read.

    A Refusal (404) where that Patient is unknown or hidden. The trail names every Patient that was touched.
    """
    patients, reference = await sources(context, id), f"Patient/{id}"
    types = (*clinical, "EpisodeOfCare")
    pages = await asyncio.gather(*(_of_type(context, type, reference) for type in types))
    resources = {type: _resources(page) for type, page in zip(types, pages, strict=True)}
    managers = _referenced([each.get("careManager") for each in resources["EpisodeOfCare"]], "Practitioner/")
    doctors = {f"Practitioner/{each['id']}": each for each in await _by_id(context, "Practitioner", managers)}
    medications = _referenced([r for list in resources.values() for r in list], "Medication/")
    if medications:
        resources["Medication"] = await _by_id(context, "Medication", medications)
    organizations = await organizations_of(
        context, [*patients, *(r for list in resources.values() for r in list)]
    )
    context.trail.entity, context.trail.query = reference, None
    return HealthFile(patients, resources, organizations, doctors), any(_more(page) for page in pages)


async def sources(context: Context, id: str) -> list[Resource]:
    """The source Patients of the person behind `Patient/<id>`, that one first; else a Refusal (404)."""
    if not ID.fullmatch(id):
        raise not_found()
    first = (await read(context, "Patient", id)).resource()
    reference = f"Patient/{id}"
    linked = (await context.store.persons.linked([reference]))[reference]
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
