"""Persons: source Patients linked by equal valid citizen number.

Resources are never re-keyed; a person is read as all Patients of its row. A Patient whose number is
equal but who can't be the same person is held for a clerk to decide, never linked by itself.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from fhir.matching.compatible import citizen_number, compatible
from fhir.resource import Resource, reference_of
from fhir.store.changes import Changes
from fhir.store.document import read_all
from fhir.store.links import Links, Members
from fhir.store.vault import Vault

Row = dict[str, Any]


class Persons:
    """The collection `persons`: {_id: keyed number, members: [...], held: [...]}; follows every Patient."""

    types = frozenset({"Patient"})

    def __init__(self, collection: AsyncCollection[Row], vault: Vault, changes: Changes) -> None:
        self._collection = collection
        self._patients = collection.database["resources"]
        self._vault = vault
        self._links = Links(changes)

    async def linked(self, patients: Iterable[str]) -> dict[str, Members]:
        """For each of `patients` (`Patient/<id>`): all Patients of the same person, itself among them."""
        wanted = list(dict.fromkeys(patients))
        found = self._links.known(wanted)
        if len(found) < len(wanted):
            found |= await self._look_up([patient for patient in wanted if patient not in found])
        return found

    async def _look_up(self, patients: Sequence[str]) -> dict[str, Members]:
        mark = self._links.mark
        rows = await self._collection.find({"members": {"$in": patients}}, {"members": 1}).to_list()
        persons = {str(row["_id"]): tuple(row["members"]) for row in rows}
        found: dict[str, Members] = {patient: (patient,) for patient in patients}
        for members in persons.values():
            found.update((member, members) for member in members if member in found)
        self._links.keep(persons, found, mark)
        return found

    async def apply(self, session: AsyncClientSession, resources: Sequence[Resource]) -> None:
        """Link, hold or unlink each Patient as its citizen number now says.

        One look-up finds those of whom nothing is known yet or nothing changes: nearly all.
        """
        persons = {reference_of(patient): self._person(patient) for patient in resources}
        rows = await self._known(session, list(persons), [each for each in persons.values() if each])
        known: dict[str, list[Row]] = {}
        for row in rows:
            for each in {row["_id"], *row["members"], *row["held"]}:
                known.setdefault(each, []).append(row)
        numbers = Counter(persons.values())
        new: list[Row] = []
        for patient in resources:
            reference = reference_of(patient)
            person = persons[reference]
            theirs = known.get(reference, []) + (known.get(person, []) if person else [])
            self._doubt(reference, theirs)
            if (person and numbers[person] > 1) or not _settled(reference, person, theirs):
                await self._place(session, patient)
            elif person and not theirs:
                new.append({"_id": person, "members": [reference], "held": []})
        if new:
            await self._collection.insert_many(new, session=session)

    def _person(self, patient: Resource) -> str | None:
        number = citizen_number(patient)
        return self._vault.keyed(f"person|{number}") if number else None

    async def _known(
        self, session: AsyncClientSession, references: list[str], persons: list[str]
    ) -> list[Row]:
        places = [{"members": {"$in": references}}, {"held": {"$in": references}}]
        known = {"$or": [{"_id": {"$in": persons}}, *places]}
        return await self._collection.find(known, session=session).to_list()

    def _doubt(self, reference: str, rows: Iterable[Row]) -> None:
        self._links.doubt([reference, *(member for each in rows for member in each["members"])])

    async def _place(self, session: AsyncClientSession, patient: Resource) -> None:
        reference, person = reference_of(patient), self._person(patient)
        rows = await self._known(session, [reference], [person] if person else [])
        self._doubt(reference, rows)
        row = next((each for each in rows if each["_id"] == person), None)
        if any(each is not row for each in rows):
            await self._leave(session, reference, person)
        if person is None:
            return
        if row is None:
            await self._collection.insert_one(
                {"_id": person, "members": [reference], "held": []}, session=session
            )
            return
        others = [member for member in row["members"] if member != reference]
        fits = not others or await self._fits(session, others, patient)
        place, other = ("members", "held") if fits else ("held", "members")
        if reference in row[place]:
            return
        change = {"$addToSet": {place: reference}, "$pull": {other: reference}}
        await self._collection.update_one({"_id": person}, change, session=session)

    async def _leave(self, session: AsyncClientSession, reference: str, person: str | None) -> None:
        """Take a Patient out of every row but that of `person`."""
        elsewhere = {"_id": {"$ne": person}, "$or": [{"members": reference}, {"held": reference}]}
        change = {"$pull": {"members": reference, "held": reference}}
        await self._collection.update_many(elsewhere, change, session=session)

    async def _fits(self, session: AsyncClientSession, others: list[str], patient: Resource) -> bool:
        """Is `patient` compatible with any of the `others` that still exist?"""
        cursor = self._patients.find({"_id": {"$in": others}, "deleted": False}, session=session)
        members = await cursor.to_list()
        for member in await read_all(members, self._vault):
            if not member.deleted and compatible(member.resource(), patient):
                return True
        return not members


def _settled(reference: str, person: str | None, rows: list[Row]) -> bool:
    """Is nothing to be decided: is the Patient in no row, or alone in the row of its number?"""
    return not rows or all(row["_id"] == person and row["members"] == [reference] for row in rows)
