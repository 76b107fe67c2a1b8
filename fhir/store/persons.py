"""Persons: source Patients linked by equal citizen numbers, or because somebody said so.

Resources are never re-keyed; a person is read as all Patients of its rows. A link that is said is a row of
its own: by the feed (a merge, hl7v2.md line 50), by `$merge`, by a clerk, by record linkage. So is that two
are kept apart, and nothing but a clerk joins these again.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from fhir.store.changes import Changes
from fhir.store.links import Links, Members
from fhir.store.person_graph import PersonGraph

Row = dict[str, Any]


class By(StrEnum):
    """Who says that two Patients are one person, or are not."""

    FEED = "feed"
    MATCHER = "matcher"
    MERGE = "merge"
    CLERK = "clerk"


class Persons:
    """The collection `persons`.

    {_id: keyed number, members: [...], held: [...]} is written by `fhir.store.person_numbers`; a said link is
    {_id: "Patient/a Patient/b", link: True, members: [both], held: [], by: [...], evidence: {...}}; two that
    are kept apart are {_id: "Patient/a≠Patient/b", apart: By, pair: [both]}. The row of a number of which a
    member has a said link is marked `linked`, so that all others are read by one query.
    """

    def __init__(self, collection: AsyncCollection[Row], changes: Changes) -> None:
        self.collection = collection
        self._links = Links(changes)

    async def linked(self, patients: Iterable[str]) -> dict[str, Members]:
        """For each of `patients` (`Patient/<id>`): all Patients of the same person, itself among them."""
        wanted = list(dict.fromkeys(patients))
        found = self._links.known(wanted)
        if len(found) < len(wanted):
            found |= await self._look_up([patient for patient in wanted if patient not in found])
        return found

    async def members(self, patient: str) -> Members:
        """All Patients of the same person as `patient`, itself among them."""
        return (await self.linked([patient]))[patient]

    async def _look_up(self, patients: Sequence[str]) -> dict[str, Members]:
        mark = self._links.mark
        rows = await self.connected(patients)
        whole = _whole(rows)
        persons = {str(row["_id"]): whole[row["members"][0]] for row in rows}
        found = {patient: whole.get(patient, (patient,)) for patient in patients}
        self._links.keep(persons, found, mark)
        return found

    async def connected(
        self, patients: Iterable[str], session: AsyncClientSession | None = None
    ) -> list[Row]:
        """The rows of `patients`, and those to which said links lead from there."""
        rows: dict[str, Row] = {}
        shown = {"members": True, "link": True, "linked": True, "by": True, "evidence": True}
        wanted, asked = set(patients), set[str]()
        while further := sorted(wanted - asked):
            asked.update(further)
            cursor = self.collection.find({"members": {"$in": further}}, shown, session=session)
            for row in await cursor.to_list():
                rows[row["_id"]] = row
                if "link" in row or "linked" in row:
                    wanted.update(row["members"])
        return list(rows.values())

    async def graph(self, session: AsyncClientSession, patients: Iterable[str]) -> PersonGraph:
        """The persons of `patients`, as the transaction of `session` sees them."""
        rows = await self.connected(patients, session)
        whole = sorted({*patients, *(member for row in rows for member in row["members"])})
        held = self.collection.find({"held": {"$in": whole}}, {"held": True}, session=session)
        apart = self.collection.find({"pair": {"$in": whole}}, {"pair": True}, session=session)
        return PersonGraph(rows, await held.to_list(), [row["pair"] for row in await apart.to_list()])

    async def join(
        self,
        session: AsyncClientSession,
        one: str,
        other: str,
        by: By = By.FEED,
        evidence: Mapping[str, Any] | None = None,
    ) -> None:
        """Two Patients are one person because somebody says so, until `part`.

        `evidence` is why, as data without anything of the person. What the same one had kept apart is not any
        more; a clerk's word also ends what others had.
        """
        await self.join_all(session, {(one, other): evidence}, by)

    async def join_all(
        self,
        session: AsyncClientSession,
        pairs: Mapping[tuple[str, str], Mapping[str, Any] | None],
        by: By,
    ) -> None:
        """The same for several pairs, each with its evidence."""
        if not pairs:
            return
        changes: list[UpdateOne | DeleteOne] = [
            _saying(sorted(pair), by, evidence) for pair, evidence in pairs.items()
        ]
        said = {} if by is By.CLERK else {"apart": by.value}
        changes += [DeleteOne({"_id": _apart(*pair)} | said) for pair in pairs]
        await self.collection.bulk_write(changes, session=session)
        members = sorted({patient for pair in pairs for patient in pair})
        numbered = {"link": None, "linked": None, "members": {"$in": members}}
        await self.collection.update_many(numbered, {"$set": {"linked": True}}, session=session)
        self.doubt(members[0], await self.connected(members, session))

    async def part(self, session: AsyncClientSession, one: str, other: str, by: By = By.FEED) -> None:
        """Take back what `join` said; equal citizen numbers and what others say may still link the two."""
        pair = sorted((one, other))
        self.doubt(one, await self.connected(pair, session))
        row = await self.collection.find_one({"_id": " ".join(pair)}, session=session)
        if row is None:
            return
        left = [each for each in row.get("by", [By.FEED.value]) if each != by.value]
        if left:
            await self.collection.update_one({"_id": row["_id"]}, {"$set": {"by": left}}, session=session)
        else:
            await self.collection.delete_one({"_id": row["_id"]}, session=session)

    async def separate(self, session: AsyncClientSession, one: str, other: str, by: By) -> bool:
        """Keep two Patients apart: no link between them, and none that makes itself again.

        Of two that share a citizen number `one` leaves its row. False where they are still one person,
        through others that are linked with both: the caller gives up the transaction.
        """
        pair = sorted((one, other))
        self.doubt(one, await self.connected(pair, session))
        await self.collection.delete_one({"_id": " ".join(pair)}, session=session)
        shared = {"link": None, "members": {"$all": pair}}
        leave = {"$pull": {"members": one}, "$addToSet": {"held": one}}
        await self.collection.update_many(shared, leave, session=session)
        change = {"$set": {"apart": by.value, "pair": pair}}
        await self.collection.update_one({"_id": _apart(one, other)}, change, upsert=True, session=session)
        return other not in (await self.graph(session, pair)).person(one)

    async def reconcile(self, session: AsyncClientSession, one: str, other: str) -> None:
        """Nobody keeps two Patients apart any more; whether they are one person is open again."""
        await self.collection.delete_one({"_id": _apart(one, other)}, session=session)

    async def kept_apart(self, session: AsyncClientSession, one: str, others: Sequence[str]) -> bool:
        """Does anybody keep a Patient apart from any of `others`?"""
        names = [_apart(one, other) for other in others]
        found = await self.collection.find_one({"_id": {"$in": names}}, {"_id": True}, session=session)
        return found is not None

    async def divided(self, session: AsyncClientSession, patient: str) -> bool:
        """Does the person of `patient` carry several valid citizen numbers, so that it must be several?"""
        return len((await self.graph(session, [patient])).numbers([patient])) > 1

    def doubt(self, reference: str, rows: Iterable[Row]) -> None:
        """The links of `reference` and of all members of `rows` are about to change."""
        self._links.doubt([reference, *(member for each in rows for member in each["members"])])


def _saying(pair: list[str], by: By, evidence: Mapping[str, Any] | None) -> UpdateOne:
    row = {"link": True, "members": pair, "held": []}
    change: Row = {"$setOnInsert": row, "$addToSet": {"by": by.value}}
    if evidence is not None:
        change["$set"] = {"evidence": evidence}
    return UpdateOne({"_id": " ".join(pair)}, change, upsert=True)


def _apart(one: str, other: str) -> str:
    return "≠".join(sorted((one, other)))


def _whole(rows: Iterable[Row]) -> dict[str, Members]:
    """For each member of `rows` all members that the rows connect it with."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        whole = dict.fromkeys(row["members"])
        for member in row["members"]:
            whole |= found.get(member, {})
        found |= dict.fromkeys(whole, whole)
    return {member: tuple(whole) for member, whole in found.items()}
