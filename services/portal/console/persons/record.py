"""Record: one source Patient as a steward compares it: who it is about, from where, and what hangs on it.

FHIR R4 Patient. Read under the access decision; of visits and results nothing is read but how many there are
and when the last visit was.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.interactions.search import search
from fhir.matching.features import Features, features
from fhir.resource import Resource
from fhir.search.types.interval import moment
from fhir.store import Stored
from fhir.summary.moment import local_day
from fhir.summary.patient import Banner, banner, names_of
from fhir.summary.reading import organizations_of
from fhir.summary.source import target

_LAST_FIRST = (("sort.date", True),)
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Record:
    """A source Patient, the house that it comes from, and when it was last told of."""

    resource: Resource
    house: str
    updated: datetime

    @property
    def reference(self) -> str:
        """`Patient/<id>`."""
        return f"Patient/{self.resource['id']}"

    @property
    def name(self) -> str:
        """What it calls the person; nothing where it does not."""
        return next(iter(names_of(self.resource)), "")

    @property
    def features(self) -> Features:
        """What is compared of it."""
        return features(self.resource)

    @property
    def banner(self) -> Banner:
        """Its head line, with masked numbers."""
        return banner([self.resource], local_day())


@dataclass(frozen=True, slots=True)
class Holdings:
    """What hangs on a record."""

    visits: int
    results: int
    last: datetime | None


async def records(context: Context, references: Iterable[str]) -> dict[str, Record]:
    """Those of the Patients that the reader may see, by reference."""
    ids = list(dict.fromkeys(each.removeprefix("Patient/") for each in references))
    rows: list[Stored] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ",".join(ids[start : start + _AT_ONCE])
        rows += (await search(context, "Patient", [("_id", some), ("_count", str(_AT_ONCE))])).matches
    return await _of_rows(context, rows)


async def _of_rows(context: Context, rows: Collection[Stored]) -> dict[str, Record]:
    """What was found, with the names of its houses."""
    found = [(row, row.resource()) for row in rows]
    houses = {row.reference: _house(row, resource) for row, resource in found}
    named = await organizations_of(context, [{"reference": each} for each in houses.values() if each])
    context.trail.query = None
    return {
        row.reference: Record(
            resource, str(named.get(houses[row.reference], {}).get("name") or ""), row.updated
        )
        for row, resource in found
    }


async def both(context: Context, one: str, other: str) -> tuple[Record, Record]:
    """Two Patients; a Refusal (404) where either is unknown or hidden."""
    found = await records(context, [one, other])
    if one not in found or other not in found or one == other:
        raise not_found()
    return found[one], found[other]


async def holdings(context: Context, reference: str) -> Holdings:
    """How many visits and results a record has by itself, and when the last visit was."""
    visits = {"type": "Encounter", "owner": reference, "deleted": False}
    store, constraint = context.store.resources, await context.permit("Encounter", Action.SEARCH)
    last = await store.search(visits, constraint, order=_LAST_FIRST, limit=1)
    of_results = await context.permit("Observation", Action.SEARCH)
    context.trail.touch([reference])
    return Holdings(
        await store.count(visits, constraint),
        await store.count(visits | {"type": "Observation"}, of_results),
        next((moment(began) for row in last if (began := row.sort.get("date")) is not None), None),
    )


def _house(row: Stored, resource: Resource) -> str:
    return row.recorder or target(resource.get("managingOrganization"))
