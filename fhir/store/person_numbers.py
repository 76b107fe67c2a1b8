"""Citizen numbers of persons: Patients with the same number that is their own are one person at once.

china.md, "Matching persons" rule 1. A projection: it follows every Patient in the transaction that writes it.
Who has the number and can't be the same person is held for a clerk. Whoever is told anew in what records are
compared by is put in the queue of record linkage (`fhir.store.linking`).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession

from fhir.matching.features import Features, features
from fhir.matching.judgement import same_by_number
from fhir.resource import Resource, reference_of
from fhir.store.document import now, read_all
from fhir.store.persons import Persons, Row
from fhir.store.projection import Former, Session
from fhir.store.vault import Vault

QUEUE = "linking"
"""The collection of those who wait for record linkage: {_id: Patient/x, at: since when}."""


class PersonNumbers:
    """Follows every Patient that is written."""

    types = frozenset({"Patient"})

    def __init__(self, persons: Persons, vault: Vault) -> None:
        self._persons = persons
        self._rows = persons.collection
        self._queue = persons.collection.database[QUEUE]
        self._patients = persons.collection.database["resources"]
        self._versions = persons.collection.database["versions"]
        self._vault = vault

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """A deleted Patient stays with its person, so that its history stays where it was.

        Whether it may be somebody else's record nobody needs to decide any more.
        """
        await self.await_linkage(session, references)

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """Link, hold or unlink each Patient as its citizen number now says.

        One look-up finds those of whom nothing is known yet or nothing changes: nearly all.
        """
        told = {reference_of(patient): features(patient) for patient in resources}
        numbers = {reference: self._number(of) for reference, of in told.items()}
        await self._apply(session, told, numbers)
        changed = [of.reference for of in told.values() if _changed(of, former(of.reference))]
        await self.await_linkage(session, changed)

    async def _apply(
        self, session: AsyncClientSession, told: dict[str, Features], numbers: dict[str, str | None]
    ) -> None:
        known: dict[str, list[Row]] = {}
        for row in await self._known(session, list(told), [each for each in numbers.values() if each]):
            for each in {row["_id"], *row["members"], *row["held"]}:
                known.setdefault(each, []).append(row)
        times = Counter(numbers.values())
        new: list[Row] = []
        for reference, of in told.items():
            number = numbers[reference]
            theirs = known.get(reference, []) + (known.get(number, []) if number else [])
            self._persons.doubt(reference, theirs)
            said = any("link" in row for row in theirs)
            if (number and times[number] > 1) or said or not _settled(reference, number, theirs):
                await self.place(session, of)
            elif number and not theirs:
                new.append({"_id": number, "members": [reference], "held": []})
        if new:
            await self._rows.insert_many(new, session=session)

    async def await_linkage(self, session: AsyncClientSession, patients: Sequence[str]) -> None:
        """Put Patients in the queue of record linkage."""
        moment = {"$set": {"at": now()}}
        rows = [UpdateOne({"_id": reference}, moment, upsert=True) for reference in patients]
        if rows:
            await self._queue.bulk_write(rows, ordered=False, session=session)

    def _number(self, of: Features) -> str | None:
        return self._vault.keyed(f"person|{of.number}") if of.number else None

    async def _known(
        self, session: AsyncClientSession, references: list[str], numbers: list[str]
    ) -> list[Row]:
        places = [{"members": {"$in": references}}, {"held": {"$in": references}}]
        known = {"$or": [{"_id": {"$in": numbers}}, *places]}
        return await self._rows.find(known, session=session).to_list()

    async def place(self, session: AsyncClientSession, of: Features) -> None:
        """Put a Patient where its number says: among the members of its row, or with those held."""
        reference, number = of.reference, self._number(of)
        known = await self._known(session, [reference], [number] if number else [])
        self._persons.doubt(reference, known)
        rows = [each for each in known if "link" not in each]
        row = next((each for each in rows if each["_id"] == number), None)
        if any(each is not row for each in rows):
            await self._leave(session, reference, number)
        if number is None:
            return
        said = len(rows) < len(known)
        fits = await self._fits(session, row, of) and await self._may_join(session, row, of, number, said)
        place, other = ("members", "held") if fits else ("held", "members")
        if row is not None and reference in row[place] and (not said or "linked" in row):
            return
        change: Row = {"$addToSet": {place: reference}, "$setOnInsert": {other: []}}
        if row is not None:
            change = {"$addToSet": {place: reference}, "$pull": {other: reference}}
        if said and fits:
            change["$set"] = {"linked": True}
        await self._rows.update_one({"_id": number}, change, upsert=row is None, session=session)

    async def _may_join(
        self, session: AsyncClientSession, row: Row | None, of: Features, number: str, said: bool
    ) -> bool:
        """May the persons of a Patient and of the members of its row become one?

        Not where anybody keeps any of them apart, where somebody of his is held for this very number, or
        where he brings another one.
        """
        reference, others = of.reference, _others(row, of)
        if not said and not (row and "linked" in row):
            return not others or not await self._persons.kept_apart(session, reference, others)
        graph = await self._persons.graph(session, [reference, *others])
        theirs = graph.person(reference) - {reference, *others}
        held = row is not None and not theirs.isdisjoint(row["held"])
        brought = graph.numbers([reference]) - {number} - graph.numbers(others)
        return not held and not brought and not graph.apart(reference, *others)

    async def _leave(self, session: AsyncClientSession, reference: str, number: str | None) -> None:
        """Take a Patient out of every row but that of `number`."""
        elsewhere = {
            "_id": {"$ne": number},
            "link": None,
            "$or": [{"members": reference}, {"held": reference}],
        }
        change = {"$pull": {"members": reference, "held": reference}}
        await self._rows.update_many(elsewhere, change, session=session)

    async def _fits(self, session: AsyncClientSession, row: Row | None, of: Features) -> bool:
        """Is a Patient one person with any of the others of its row, by what they tell?

        Where some have a name, with any of these: nobody becomes another by way of a record without one. Who
        was deleted counts as he was.
        """
        others = _others(row, of)
        if not others:
            return True
        members = [features(each) for each in await self._told(session, others)]
        named = [member for member in members if member.names]
        return any(same_by_number(member, of) for member in named or members)

    async def _told(self, session: AsyncClientSession, references: list[str]) -> list[Resource]:
        """What Patients say, or said before they were deleted."""
        cursor = self._patients.find({"_id": {"$in": references}, "deleted": False}, session=session)
        rows = await cursor.to_list()
        gone = sorted(set(references) - {row["_id"] for row in rows})
        for reference in gone:
            former = {"reference": reference, "deleted": False}
            rows += await self._versions.find(former, session=session).sort("version", -1).limit(1).to_list()
        return [each.resource() for each in await read_all(rows, self._vault) if not each.deleted]


def _others(row: Row | None, of: Features) -> list[str]:
    return [member for member in row["members"] if member != of.reference] if row else []


def _changed(of: Features, before: Resource | None) -> bool:
    return before is None or features(before).identity != of.identity


def _settled(reference: str, number: str | None, rows: Iterable[Row]) -> bool:
    """Is nothing to be decided: is the Patient in no row, or alone in the row of its number?"""
    return all(row["_id"] == number and row["members"] == [reference] for row in rows)
