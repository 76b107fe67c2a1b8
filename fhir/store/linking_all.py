"""Record linkage of all Patients at once: a region's first load, or all anew under another model.

The same judgement as for one (`fhir.store.linking`), in memory, by all cores. What is linked already stays,
and what a clerk keeps apart; nothing is taken back. Whoever is written meanwhile waits in the queue, and what
was found of him is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from pymongo import ASCENDING, DeleteOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from fhir.matching.features import Features, features
from fhir.matching.linkage import Linkage, Pair, Records, link
from fhir.matching.model import Model
from fhir.store.document import read_all
from fhir.store.person_numbers import QUEUE
from fhir.store.persons import By, Persons
from fhir.store.possible_matches import PossibleMatches
from fhir.store.repository import Repository
from fhir.store.transaction import Transaction
from fhir.store.vault import Vault

Row = dict[str, Any]
Waited = Mapping[str, datetime]
"""Who waited in the queue, since when."""
T = TypeVar("T")
_BATCH = 500


class Told(NamedTuple):
    """Two Patients and why they are alike, as it is kept."""

    one: str
    other: str
    why: Row


@dataclass(frozen=True, slots=True)
class Linked:
    """How many Patients were compared, links made, pairs left to a clerk, blocks too large to compare."""

    patients: int
    links: int
    possible: int
    left_out: int


class LinkingAll:
    """One linkage of a whole database."""

    def __init__(
        self,
        database: AsyncDatabase[Row],
        vault: Vault,
        resources: Repository,
        persons: Persons,
        possible: PossibleMatches,
    ) -> None:
        self._database = database
        self._queue = database[QUEUE]
        self._vault = vault
        self._resources = resources
        self._persons = persons
        self._possible = possible

    async def run(self, model: Model, *, dry: bool = False, processes: int | None = None) -> Linked:
        """Link all; a `dry` run changes nothing."""
        waited = {row["_id"]: row["at"] for row in await self._queue.find().to_list()}
        records = await self._records()
        place = {record.reference: at for at, record in enumerate(records)}
        rows = await self._database["persons"].find().to_list()
        found = link(
            Records(records, model),
            processes,
            joined=_pairs((row["members"] for row in rows if "apart" not in row), place),
            apart=_pairs((row["pair"] for row in rows if "apart" in row), place),
        )
        links = _told(records, found.links, model.version)
        possible = _told(records, _one_each(found, len(records)), model.version)
        kept = len(links) if dry else await self._keep(links, possible, waited)
        return Linked(len(records), kept, len(possible), found.left_out)

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

    async def _keep(self, links: Sequence[Told], possible: Sequence[Told], waited: Waited) -> int:
        """Write what was found, and take those out of the queue who were there before it began."""
        kept = 0
        for some in _batches(links):
            kept += await self._resources.transact(partial(self._join, some, waited))
        for some in _batches(possible):
            await self._resources.transact(partial(self._open, some, waited))
        for rows in _batches(list(waited.items())):
            done = [DeleteOne({"_id": id, "at": at}) for id, at in rows]
            await self._queue.bulk_write(done, ordered=False)
        return kept

    async def _join(self, links: Sequence[Told], waited: Waited, tx: Transaction) -> int:
        """Those links that still hold: neither record was written meanwhile, nobody has said otherwise."""
        fresh = await self._unchanged(tx.session, links, waited)
        persons = await self._persons.graph(tx.session, sorted(_patients(fresh)))
        kept: dict[tuple[str, str], Row] = {}
        for one, other, why in fresh:
            if other not in persons.person(one) and persons.may_link([one, other]):
                persons.join(one, other)
                kept[one, other] = why
        await self._persons.join_all(tx.session, kept, By.MATCHER)
        return len(kept)

    async def _open(self, possible: Sequence[Told], waited: Waited, tx: Transaction) -> None:
        fresh = await self._unchanged(tx.session, possible, waited)
        await self._possible.open(tx.session, {(one, other): why for one, other, why in fresh})

    async def _unchanged(
        self, session: AsyncClientSession, pairs: Sequence[Told], waited: Waited
    ) -> list[Told]:
        """Without the pairs of whom was written since all were read: the queue has him anew."""
        rows = self._queue.find({"_id": {"$in": sorted(_patients(pairs))}}, session=session)
        changed = {row["_id"] for row in await rows.to_list() if waited.get(row["_id"]) != row["at"]}
        return [each for each in pairs if changed.isdisjoint((each.one, each.other))]


def _told(records: Sequence[Features], pairs: Iterable[Pair], model: str) -> list[Told]:
    return [
        Told(records[one].reference, records[other].reference, judgement.evidence(model))
        for one, other, judgement in pairs
    ]


def _patients(pairs: Iterable[Told]) -> set[str]:
    return {patient for each in pairs for patient in (each.one, each.other)}


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


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
