"""Possible matches: pairs of Patients of whom a clerk has to say whether they are one person.

Fellegi and Sunter 1969, clerical review. A row holds why two records are alike and what was decided, and
nothing of the people themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from fhir.matching.judgement import Rule
from fhir.store.document import now

Row = dict[str, Any]
INDEXES = [
    IndexModel([("pair", ASCENDING), ("state", ASCENDING)], name="pair_state"),
    IndexModel([("state", ASCENDING), ("weight", DESCENDING), ("_id", ASCENDING)], name="state_weight"),
    IndexModel(
        [("house", ASCENDING), ("state", ASCENDING), ("weight", DESCENDING), ("_id", ASCENDING)],
        name="house_state_weight",
        partialFilterExpression={"house": {"$exists": True}},
    ),
]


_UNNAMED = [Rule.NAMELESS.value, Rule.MOTHERS_NUMBER.value]


class State(StrEnum):
    """Where a possible match stands; `settled`: a clerk's word was taken back, and the records say enough."""

    OPEN = "open"
    POSTPONED = "postponed"
    LINKED = "linked"
    SEPARATE = "separate"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody decided, and when."""

    state: State
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """Two Patients, why they are alike (levels by feature, rule, weight in bits, model), what was decided.

    `house` is the recorder of both, where both have one and the same.
    """

    one: str
    other: str
    state: State
    rule: str
    levels: Mapping[str, str]
    weight: float
    model: str
    opened: datetime
    until: datetime | None = None
    words: Sequence[Word] = field(default=())
    house: str | None = None

    @property
    def id(self) -> str:
        """How its row is called."""
        return name_of(self.one, self.other)


def name_of(one: str, other: str) -> str:
    """The name of the possible match of two Patients, whichever comes first."""
    return " ".join(sorted((one, other)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which possible matches are asked for: of these states, of a house alone, of people without a name.

    `unnamed` are those whom no name tells: newborns, the unknown of an emergency, a name that was changed.
    """

    states: Collection[State]
    house: str | None = None
    unnamed: bool = False

    @property
    def filter(self) -> Row:
        """As MongoDB takes it."""
        filter: Row = {"state": {"$in": [state.value for state in self.states]}}
        if self.house is not None:
            filter["house"] = self.house
        if self.unnamed:
            filter["rule"] = {"$in": _UNNAMED}
        return filter


class PossibleMatches:
    """The collection `possible_matches`."""

    def __init__(self, collection: AsyncCollection[Row]) -> None:
        self._collection = collection

    async def open(
        self, session: AsyncClientSession, evidence: Mapping[tuple[str, str], Mapping[str, Any]]
    ) -> None:
        """Let a clerk decide on pairs; what was decided stays decided, what waits is told anew why."""
        told = {name_of(*pair): (pair, dict(why)) for pair, why in evidence.items()}
        found = self._collection.find({"_id": {"$in": list(told)}}, {"state": True}, session=session)
        states = {row["_id"]: State(row["state"]) for row in await found.to_list()}
        whose = await self._recorders(session, [pair for id, (pair, _) in told.items() if id not in states])
        changes = [
            change
            for id, (pair, why) in told.items()
            if (change := _opening(id, pair, why, states.get(id), whose)) is not None
        ]
        if changes:
            await self._collection.bulk_write(changes, session=session)

    async def _recorders(self, session: AsyncClientSession, pairs: Sequence[tuple[str, str]]) -> Row:
        """The house that has recorded each Patient; a recorder never changes."""
        ids = sorted({patient for pair in pairs for patient in pair})
        if not ids:
            return {}
        resources = self._collection.database["resources"]
        found = resources.find({"_id": {"$in": ids}}, {"recorder": True}, session=session)
        return {row["_id"]: row.get("recorder") for row in await found.to_list()}

    async def withdraw(self, session: AsyncClientSession, one: str, still: Collection[str]) -> None:
        """What waits about a Patient and anybody but `still` is not possible any more, or settled.

        What somebody has said a word about keeps its history.
        """
        names = [name_of(one, other) for other in still]
        waiting = {"pair": one, "state": {"$in": [State.OPEN.value, State.POSTPONED.value]}}
        over = waiting | {"_id": {"$nin": names}}
        await self._collection.delete_many(over | {"words": []}, session=session)
        settled = {"$set": {"state": State.SETTLED.value, "until": None}}
        await self._collection.update_many(over, settled, session=session)

    async def get(self, id: str, session: AsyncClientSession | None = None) -> PossibleMatch | None:
        """The possible match of that name."""
        row = await self._collection.find_one({"_id": id}, session=session)
        return None if row is None else _read(row)

    async def page(
        self, chosen: Chosen | Collection[State], *, limit: int, after: tuple[float, str] | None = None
    ) -> list[PossibleMatch]:
        """At most `limit` of those chosen, the most alike first, `after` the weight and id of the last."""
        filter = (chosen if isinstance(chosen, Chosen) else Chosen(chosen)).filter
        if after is not None:
            weight, id = after
            filter["$or"] = [{"weight": {"$lt": weight}}, {"weight": weight, "_id": {"$gt": id}}]
        cursor = self._collection.find(filter).sort([("weight", DESCENDING), ("_id", ASCENDING)])
        return [_read(row) for row in await cursor.limit(limit).to_list()]

    async def of(self, patients: Iterable[str]) -> list[PossibleMatch]:
        """All that concern any of `patients`, decided ones too."""
        cursor = self._collection.find({"pair": {"$in": list(patients)}}).sort("opened", DESCENDING)
        return [_read(row) for row in await cursor.to_list()]

    async def count(self, chosen: Chosen | State) -> int:
        """How many are chosen, or in a state."""
        filter = (chosen if isinstance(chosen, Chosen) else Chosen([chosen])).filter
        return await self._collection.count_documents(filter)

    async def say(
        self, session: AsyncClientSession, id: str, word: Word, until: datetime | None = None
    ) -> None:
        """Write down what was decided; `until` is when what is postponed comes back."""
        said = {"state": word.state.value, "by": word.by, "at": word.at, "reason": word.reason}
        change: Row = {"$set": {"state": word.state.value, "until": until}, "$push": {"words": said}}
        await self._collection.update_one({"_id": id}, change, session=session)

    async def resume(self) -> int:
        """What was postponed until now is open again; how many."""
        due = {"state": State.POSTPONED.value, "until": {"$lte": now()}}
        change = {"$set": {"state": State.OPEN.value, "until": None}}
        return (await self._collection.update_many(due, change)).modified_count


def _opening(
    id: str, pair: tuple[str, str], why: Row, state: State | None, recorders: Row
) -> InsertOne[Row] | UpdateOne | None:
    if state is None:
        one, other = (recorders.get(patient) for patient in pair)
        house = {"house": one} if one is not None and one == other else {}
        new = {"pair": sorted(pair), "state": State.OPEN.value, "opened": now(), "words": []}
        return InsertOne({"_id": id} | new | house | why)
    if state in (State.OPEN, State.POSTPONED):
        return UpdateOne({"_id": id}, {"$set": why})
    if state is State.SETTLED:
        return UpdateOne({"_id": id}, {"$set": why | {"state": State.OPEN.value, "opened": now()}})
    return None


def _read(row: Row) -> PossibleMatch:
    words = [Word(State(each["state"]), each["by"], each["at"], each["reason"]) for each in row["words"]]
    one, other = row["pair"]
    told = {name: row[name] for name in ("rule", "levels", "weight", "model", "opened")}
    told |= {name: row.get(name) for name in ("until", "house")}
    return PossibleMatch(one, other, State(row["state"]), words=words, **told)
