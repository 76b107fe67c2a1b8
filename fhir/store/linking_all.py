"""Record linkage of all Patients at once: a region's first load, or all anew under another model.

The same judgement as for one (`fhir.store.linking`), in memory, by all cores. What is linked already stays,
and what a clerk keeps apart; nothing is taken back. Whoever is written meanwhile waits in the queue.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.database import AsyncDatabase

from fhir.matching.features import Features, features
from fhir.matching.judgement import Judgement
from fhir.matching.linkage import Linkage, Pair, Records, link
from fhir.matching.model import Model
from fhir.store.document import now, read_all
from fhir.store.person_numbers import QUEUE
from fhir.store.persons import By
from fhir.store.possible_matches import State, name_of
from fhir.store.vault import Vault

Row = dict[str, Any]
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Linked:
    """How many Patients were compared, links made, pairs left to a clerk, blocks too large to compare."""

    patients: int
    links: int
    possible: int
    left_out: int


class LinkingAll:
    """One linkage of a whole database."""

    def __init__(self, database: AsyncDatabase[Row], vault: Vault, model: Model) -> None:
        self._database = database
        self._vault = vault
        self._model = model

    async def run(self, *, dry: bool = False, processes: int | None = None) -> Linked:
        """Link all; a `dry` run changes nothing."""
        began = now()
        records = await self._records()
        place = {record.reference: at for at, record in enumerate(records)}
        rows = await self._database["persons"].find().to_list()
        found = link(
            Records(records, self._model),
            processes,
            joined=_pairs((row["members"] for row in rows if "apart" not in row), place),
            apart=_pairs((row["pair"] for row in rows if "apart" in row), place),
        )
        possible = list(_one_each(found, len(records)))
        if not dry:
            await self._keep(records, found.links, possible, began)
        return Linked(len(records), len(found.links), len(possible), found.left_out)

    async def _records(self) -> list[Features]:
        found: list[Features] = []
        last = ""
        while True:
            filter = {"type": "Patient", "deleted": False, "_id": {"$gt": last}}
            cursor = self._database["resources"].find(filter).sort("_id", ASCENDING).limit(_BATCH)
            rows = await cursor.to_list()
            if not rows:
                return found
            last = rows[-1]["_id"]
            read = await read_all(rows, self._vault)
            found += [features(row.resource()) for row in read if not row.deleted]

    async def _keep(
        self, records: Sequence[Features], links: Sequence[Pair], possible: Sequence[Pair], began: datetime
    ) -> None:
        """Write what was found, and take those out of the queue who were there before it began."""
        named = [(records[one].reference, records[other].reference, told) for one, other, told in links]
        await self._write("persons", [self._link(*each) for each in named])
        members = sorted({each for one, other, _ in named for each in (one, other)})
        for start in range(0, len(members), _BATCH):
            some = {"link": None, "linked": None, "members": {"$in": members[start : start + _BATCH]}}
            await self._database["persons"].update_many(some, {"$set": {"linked": True}})
        waiting = [(records[one].reference, records[other].reference, told) for one, other, told in possible]
        await self._write("possible_matches", [self._possible(*each) for each in waiting])
        await self._database[QUEUE].delete_many({"at": {"$lte": began}})

    async def _write(self, collection: str, changes: Sequence[UpdateOne]) -> None:
        for start in range(0, len(changes), _BATCH):
            await self._database[collection].bulk_write(changes[start : start + _BATCH], ordered=False)

    def _link(self, one: str, other: str, told: Judgement) -> UpdateOne:
        pair = sorted((one, other))
        new = {"link": True, "members": pair, "held": []}
        change = {
            "$setOnInsert": new,
            "$addToSet": {"by": By.MATCHER.value},
            "$set": {"evidence": told.evidence(self._model.version)},
        }
        return UpdateOne({"_id": " ".join(pair)}, change, upsert=True)

    def _possible(self, one: str, other: str, told: Judgement) -> UpdateOne:
        new = {"pair": sorted((one, other)), "state": State.OPEN.value, "opened": now(), "words": []}
        new |= told.evidence(self._model.version)
        return UpdateOne({"_id": name_of(one, other)}, {"$setOnInsert": new}, upsert=True)


def _pairs(groups: Iterable[Sequence[str]], place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """The first of each group with each of the others, by position; who is not there is left out."""
    for group in groups:
        known = [place[each] for each in group if each in place]
        yield from ((known[0], other) for other in known[1:])


def _one_each(found: Linkage, count: int) -> Iterator[Pair]:
    """Of the pairs that wait, for each two persons the one most alike."""
    group = [0] * count
    for at, members in enumerate(found.groups):
        for member in members:
            group[member] = at
    seen: set[tuple[int, int]] = set()
    for pair in sorted(found.reviews, key=lambda pair: -pair.judgement.weight):
        persons = min(group[pair.one], group[pair.other]), max(group[pair.one], group[pair.other])
        if persons[0] != persons[1] and persons not in seen:
            seen.add(persons)
            yield pair
