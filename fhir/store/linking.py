"""Record linkage of one Patient against the whole region, as it is written.

Fellegi and Sunter 1969; china.md, "Matching persons". Patients wait in a queue; one process takes them in
turn, so that two who are one person and come at once meet. What is sure is linked, what is possible goes to a
clerk, and a link that the records do not bear out any more is taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

from fhir.access import Constraint
from fhir.matching.comparison import compare
from fhir.matching.features import Features, features
from fhir.matching.judgement import Judgement, Outcome, judge
from fhir.matching.linkage import BUSY_HOUSE, BUSY_PHONE, TELLING, people
from fhir.matching.model import Model, shipped
from fhir.store.blocks import count_token, searched
from fhir.store.constraint import EVERYONE
from fhir.store.document import now, read_all
from fhir.store.person_graph import PersonGraph
from fhir.store.person_numbers import QUEUE, PersonNumbers
from fhir.store.persons import By, Persons
from fhir.store.possible_matches import PossibleMatches
from fhir.store.repository import Repository
from fhir.store.stored import Stored
from fhir.store.transaction import Transaction
from fhir.store.vault import Vault

Row = dict[str, Any]
MOST = 400
"""How many records one is compared with at most, those that share its most telling keys."""
_RECORDS = 4
"""About how many records the region has of one person."""
_CENSUS_SECONDS = 600.0
_COUNTED = 20_000

_PUT_OFF = timedelta(minutes=5)

Judged = tuple[Stored, Judgement]


class Linking:
    """Compares Patients with those whom the store holds."""

    def __init__(
        self,
        database: AsyncDatabase[Row],
        vault: Vault,
        resources: Repository,
        persons: Persons,
        numbers: PersonNumbers,
        possible: PossibleMatches,
    ) -> None:
        self._queue = database[QUEUE]
        self._patients = database["resources"]
        self._vault = vault
        self._resources = resources
        self._persons = persons
        self._numbers = numbers
        self._possible = possible
        self._records, self._counted = 0, float("-inf")
        self.model: Model = shipped()

    async def waiting(self, limit: int) -> list[Row]:
        """The Patients that have waited longest, as rows of the queue; without those put off."""
        due = {"at": {"$lte": now()}}
        return await self._queue.find(due).sort("at", ASCENDING).limit(limit).to_list()

    async def put_off(self, waiting: Row) -> None:
        """Let one wait for a while, so that it holds up nobody else."""
        await self._queue.update_one(waiting, {"$set": {"at": now() + _PUT_OFF}})

    async def candidates(self, of: Features, constraint: Constraint = EVERYONE) -> list[Judged]:
        """The visible Patients that may be the one described, the likeliest first; those that are not are
        left out. `of` need not be stored."""
        found: dict[str, Stored] = {}
        tokens = searched(of, self._vault.keyed)
        for some in (tokens[:4], tokens[4:]):
            if some and len(found) < MOST:
                filter = {"type": "Patient", "tokens": {"$in": some}, "deleted": False}
                rows = await self._resources.search(filter, constraint, limit=MOST - len(found))
                found |= {row.reference: row for row in rows}
        found.pop(of.reference, None)
        judged = await self._judge(of, list(found.values()))
        likely = [each for each in judged if each[1].outcome is not Outcome.SEPARATE]
        return sorted(likely, key=lambda each: -each[1].weight)

    async def _judge(self, of: Features, rows: Sequence[Stored]) -> list[Judged]:
        if not rows:
            return []
        others = [features(row.resource()) for row in rows]
        records = await self._census()
        frequency, busy = await self._frequency(of, records), await self._busy(of, others)
        population = people(records, records / _RECORDS)
        return [
            (row, judge(of, other, compare(of, other, busy), self.model, population, frequency))
            for row, other in zip(rows, others, strict=True)
        ]

    async def _census(self) -> int:
        """How many records there are, counted now and then."""
        if monotonic() - self._counted > _CENSUS_SECONDS:
            self._records = await self._patients.count_documents({"type": "Patient", "deleted": False})
            self._counted = monotonic()
        return self._records

    async def _frequency(self, of: Features, records: int) -> float:
        """The share of records with the first name of one; 0 where too few are known to tell."""
        if not of.names or records < TELLING:
            return 0.0
        return await self._count(of.names[0].text, _COUNTED) / records

    async def _busy(self, of: Features, others: Sequence[Features]) -> frozenset[str]:
        """The telephones and addresses that a record shares with others, and many with them."""
        shared = {phone: BUSY_PHONE for other in others for phone in of.phones & other.phones}
        if of.address and any(other.address == of.address for other in others):
            shared[of.address] = BUSY_HOUSE
        limits = {text: most * _RECORDS for text, most in shared.items()}
        return frozenset([text for text, most in limits.items() if await self._count(text, most + 1) > most])

    async def _count(self, text: str, limit: int) -> int:
        token = count_token(text, self._vault.keyed)
        return await self._patients.count_documents({"tokens": token}, limit=limit)

    async def settle(self, waiting: Row) -> None:
        """Decide on one Patient of the queue, in one transaction."""
        reference = str(waiting["_id"])
        rows = await self._patients.find({"_id": reference, "deleted": False}).to_list()
        stored = next(iter(await read_all(rows, self._vault)), None)
        if stored is None or stored.deleted:
            await self._resources.transact(lambda tx: self._gone(tx.session, waiting))
            return
        of = features(stored.resource())
        judged = {row.reference: judgement for row, judgement in await self.candidates(of)}
        judged |= await self._former(of, judged)

        async def work(tx: Transaction) -> None:
            await self._numbers.place(tx.session, of)
            await self._decide(tx.session, reference, judged)
            await self._queue.delete_one(waiting, session=tx.session)

        await self._resources.transact(work)

    async def _gone(self, session: AsyncClientSession, waiting: Row) -> None:
        """Nobody has to decide about a Patient that was deleted."""
        await self._possible.withdraw(session, str(waiting["_id"]), ())
        await self._queue.delete_one(waiting, session=session)

    async def _former(self, of: Features, judged: Iterable[str]) -> dict[str, Judgement]:
        """What the records say today of those with whom linkage has linked a Patient before."""
        rows = await self._persons.connected([of.reference])
        others = {
            member
            for row in rows
            if By.MATCHER in row.get("by", ()) and of.reference in row["members"]
            for member in row["members"]
        } - {of.reference, *judged}
        found = await self._patients.find({"_id": {"$in": sorted(others)}, "deleted": False}).to_list()
        read = [row for row in await read_all(found, self._vault) if not row.deleted]
        return {row.reference: judgement for row, judgement in await self._judge(of, read)}

    async def _decide(
        self, session: AsyncClientSession, reference: str, judged: dict[str, Judgement]
    ) -> None:
        for other, judgement in judged.items():
            if judgement.parts:
                await self._persons.part(session, reference, other, By.MATCHER)
        likely = {other: each for other, each in judged.items() if each.outcome is not Outcome.SEPARATE}
        persons = await self._persons.graph(session, [reference, *likely])
        fitting = [other for other, judgement in likely.items() if judgement.outcome is Outcome.LINK]
        if not persons.bears(reference) and len(persons.numbers(fitting)) > 1:
            persons = await self._torn(session, reference, likely)
        else:
            await self._link(session, reference, fitting, likely, persons)
        await self._doubt(session, reference, likely, persons)

    async def _torn(
        self, session: AsyncClientSession, reference: str, likely: Mapping[str, Judgement]
    ) -> PersonGraph:
        """Who fits people of several numbers is linked with none of them."""
        for other in likely:
            await self._persons.part(session, reference, other, By.MATCHER)
        return await self._persons.graph(session, [reference, *likely])

    async def _link(
        self,
        session: AsyncClientSession,
        reference: str,
        fitting: Sequence[str],
        likely: dict[str, Judgement],
        persons: PersonGraph,
    ) -> None:
        """Link with whom it may be one person. Who bears no number says himself whom he fits: he is asked."""
        strangers = [other for other in fitting if other not in persons.person(reference)]
        asked = [other for other in strangers if persons.bears(reference) and not persons.bears(other)]
        await self._numbers.await_linkage(session, asked)
        sure = [each for each in fitting if each not in asked and persons.may_link([reference, each])]
        for other in sure if persons.may_link([reference, *sure]) else ():
            if other not in persons.person(reference):
                persons.join(reference, other)
                evidence = likely[other].evidence(self.model.version)
                await self._persons.join(session, reference, other, By.MATCHER, evidence)
        for other in asked:
            del likely[other]

    async def _doubt(
        self,
        session: AsyncClientSession,
        reference: str,
        likely: dict[str, Judgement],
        persons: PersonGraph,
    ) -> None:
        """One possible match for each person, that of the record most alike; what was one before may go."""
        seen = set(persons.person(reference))
        still = {}
        for other, judgement in sorted(likely.items(), key=lambda each: -each[1].weight):
            if other not in seen:
                seen |= persons.person(other)
                still[reference, other] = judgement.evidence(self.model.version)
        await self._possible.open(session, still)
        await self._possible.withdraw(session, reference, [other for _, other in still])
