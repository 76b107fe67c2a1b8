"""Persons: source Patients linked by equal valid citizen number, or because a source or a clerk said so.

Resources are never re-keyed; a person is read as all Patients of its rows. A Patient whose number is
equal but who can't be the same person is held for a clerk to decide, never linked by itself. A link that is
said (a merge, hl7v2.md line 50) is a row of its own, and no row that it leads to joins two citizen numbers.
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
from fhir.store.projection import Former, Session
from fhir.store.vault import Vault

Row = dict[str, Any]


class Persons:
    """The collection `persons`: {_id: keyed number, members: [...], held: [...]}; follows every Patient.

    A said link is {_id: "Patient/a Patient/b", link: True, members: [both], held: []}; the row of a number of
    which a member has one is marked `linked`, so that all others are read by one query.
    """

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
        rows = await self._connected(patients)
        whole = _whole(rows)
        persons = {str(row["_id"]): whole[row["members"][0]] for row in rows}
        found = {patient: whole.get(patient, (patient,)) for patient in patients}
        self._links.keep(persons, found, mark)
        return found

    async def _connected(
        self, patients: Iterable[str], session: AsyncClientSession | None = None
    ) -> list[Row]:
        """The rows of `patients`, and those to which said links lead from there."""
        rows: dict[str, Row] = {}
        shown = {"members": True, "link": True, "linked": True}
        wanted, asked = set(patients), set[str]()
        while further := sorted(wanted - asked):
            asked.update(further)
            cursor = self._collection.find({"members": {"$in": further}}, shown, session=session)
            for row in await cursor.to_list():
                rows[row["_id"]] = row
                if "link" in row or "linked" in row:
                    wanted.update(row["members"])
        return list(rows.values())

    async def join(self, session: AsyncClientSession, one: str, other: str) -> None:
        """Two Patients are one person because a source or a clerk says so, until `part`."""
        pair = sorted((one, other))
        row = {"link": True, "members": pair, "held": []}
        await self._collection.update_one(
            {"_id": " ".join(pair)}, {"$setOnInsert": row}, upsert=True, session=session
        )
        numbered = {"link": None, "linked": None, "members": {"$in": pair}}
        await self._collection.update_many(numbered, {"$set": {"linked": True}}, session=session)
        self._doubt(one, await self._connected(pair, session))

    async def part(self, session: AsyncClientSession, one: str, other: str) -> None:
        """Take back what `join` said; equal citizen numbers may still link the two."""
        pair = sorted((one, other))
        self._doubt(one, await self._connected(pair, session))
        await self._collection.delete_one({"_id": " ".join(pair)}, session=session)

    async def divided(self, session: AsyncClientSession, patient: str) -> bool:
        """Does the person of `patient` carry several valid citizen numbers, so that it must be several?"""
        members = {each for row in await self._connected([patient], session) for each in row["members"]}
        theirs = sorted({patient, *members})
        numbered = {"link": None, "$or": [{"members": {"$in": theirs}}, {"held": {"$in": theirs}}]}
        return await self._collection.count_documents(numbered, limit=2, session=session) > 1

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted Patient stays with its person, so that its history stays where it was."""

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
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
            said = any("link" in row for row in theirs)
            if (person and numbers[person] > 1) or said or not _settled(reference, person, theirs):
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
        known = await self._known(session, [reference], [person] if person else [])
        self._doubt(reference, known)
        rows = [each for each in known if "link" not in each]
        row = next((each for each in rows if each["_id"] == person), None)
        if any(each is not row for each in rows):
            await self._leave(session, reference, person)
        if person is None:
            return
        said = len(rows) < len(known)
        others = [member for member in row["members"] if member != reference] if row else []
        fits = (not others or await self._fits(session, others, patient)) and not (
            said and await self._elsewhere(session, reference, person)
        )
        place, other = ("members", "held") if fits else ("held", "members")
        if row is not None and reference in row[place] and (not said or "linked" in row):
            return
        change: Row = {"$addToSet": {place: reference}, "$setOnInsert": {other: []}}
        if row is not None:
            change = {"$addToSet": {place: reference}, "$pull": {other: reference}}
        if said and fits:
            change["$set"] = {"linked": True}
        await self._collection.update_one({"_id": person}, change, upsert=row is None, session=session)

    async def _elsewhere(self, session: AsyncClientSession, reference: str, person: str) -> bool:
        """Do said links lead from a Patient to another citizen number than its own?"""
        rows = await self._connected([reference], session)
        return any("link" not in row and row["_id"] != person for row in rows)

    async def _leave(self, session: AsyncClientSession, reference: str, person: str | None) -> None:
        """Take a Patient out of every row but that of `person`."""
        elsewhere = {
            "_id": {"$ne": person},
            "link": None,
            "$or": [{"members": reference}, {"held": reference}],
        }
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


def _whole(rows: Iterable[Row]) -> dict[str, Members]:
    """For each member of `rows` all members that the rows connect it with."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        whole = dict.fromkeys(row["members"])
        for member in row["members"]:
            whole |= found.get(member, {})
        found |= dict.fromkeys(whole, whole)
    return {member: tuple(whole) for member, whole in found.items()}
