"""Clerical review: what a clerk decides of two Patients, and takes back.

Fellegi and Sunter 1969; china.md, "Matching persons" rule 6. Nothing is re-keyed, so that both histories are
there again when a link is taken back; access follows the links at once.
"""

from datetime import datetime
from typing import Any

from fhir.matching.comparison import compare
from fhir.matching.features import features
from fhir.matching.judgement import judge
from fhir.outcome import Fault, Refusal
from fhir.patient_merge import replaces, taken_back
from fhir.store.document import now
from fhir.store.linking import Linking
from fhir.store.person_numbers import PersonNumbers
from fhir.store.persons import By, Persons
from fhir.store.possible_matches import PossibleMatch, PossibleMatches, State, Word, name_of
from fhir.store.repository import Repository
from fhir.store.transaction import Transaction


class ClericalReview:
    """The decisions about possible matches; each is one transaction, and a Refusal changes nothing."""

    def __init__(
        self,
        resources: Repository,
        persons: Persons,
        numbers: PersonNumbers,
        possible: PossibleMatches,
        linking: Linking,
    ) -> None:
        self._resources = resources
        self._persons = persons
        self._numbers = numbers
        self._possible = possible
        self._linking = linking

    async def link(self, one: str, other: str, by: str, reason: str, seen: int | None = None) -> None:
        """Two Patients are one person."""

        async def work(tx: Transaction) -> None:
            match = await self._of(tx, one, other, seen)
            await self._persons.reconcile(tx.session, one, other)
            if not (await self._persons.graph(tx.session, [one, other])).may_join([one, other]):
                raise Refusal(
                    Fault.CONFLICT,
                    "the two persons have different valid citizen numbers, or somebody keeps two of their "
                    "Patients apart: correct the number, or decide on those first",
                )
            await self._persons.join(tx.session, one, other, By.CLERK)
            await self._say(tx, match, State.LINKED, by, reason)

        await self._resources.transact(work)

    async def separate(self, one: str, other: str, by: str, reason: str, seen: int | None = None) -> None:
        """Two Patients are two people, whatever has linked them; `one` gives up a number that both have."""

        async def work(tx: Transaction) -> None:
            match = await self._of(tx, one, other, seen)
            await self._take_back(tx, one, other)
            if not await self._persons.separate(tx.session, one, other, By.CLERK):
                raise Refusal(
                    Fault.CONFLICT,
                    "the two are still linked through another Patient: decide first whose that one is",
                )
            await self._say(tx, match, State.SEPARATE, by, reason)

        await self._resources.transact(work)

    async def postpone(
        self, one: str, other: str, until: datetime, by: str, reason: str, seen: int | None = None
    ) -> None:
        """Nobody can say yet; it comes back at `until`."""

        async def work(tx: Transaction) -> None:
            match = await self._of(tx, one, other, seen)
            if match.state in (State.LINKED, State.SEPARATE):
                raise Refusal(Fault.CONFLICT, "this was decided meanwhile")
            await self._say(tx, match, State.POSTPONED, by, reason, until)

        await self._resources.transact(work)

    async def reopen(self, one: str, other: str, by: str, reason: str, seen: int | None = None) -> None:
        """Take back what a clerk decided; the records alone say again what the two are."""

        async def work(tx: Transaction) -> None:
            match = await self._of(tx, one, other, seen)
            if match.state is State.LINKED:
                await self._persons.part(tx.session, one, other, By.CLERK)
            await self._persons.reconcile(tx.session, one, other)
            await self._say(tx, match, State.OPEN, by, reason)
            await self._numbers.await_linkage(tx.session, sorted((one, other)))

        await self._resources.transact(work)

    async def _take_back(self, tx: Transaction, one: str, other: str) -> None:
        """Take back a `$merge` of the one into the other; what a hospital merged, its feed takes back."""
        read = await tx.load([one, other])
        for loser, survivor in ((read[one], read[other]), (read[other], read[one])):
            if replaces(survivor.resource(), loser.resource()) and not loser.memory.get("links"):
                for patient in taken_back(loser.resource(), survivor.resource()):
                    tx.put(patient)

    async def _of(self, tx: Transaction, one: str, other: str, seen: int | None) -> PossibleMatch:
        """The possible match of two Patients; one that linkage did not think of is made.

        Whoever has `seen` fewer words about it than there are decides on what he does not know.
        """
        read = await tx.load([one, other])
        if one == other or any(each not in read or read[each].deleted for each in (one, other)):
            raise Refusal(Fault.NOT_FOUND, "there are no two such Patients")
        known = await self._possible.get(name_of(one, other), tx.session)
        if known is None:
            a, b = (features(read[each].resource()) for each in (one, other))
            judgement = judge(a, b, compare(a, b), self._linking.model, 2.0)
            evidence = judgement.evidence(self._linking.model.version)
            await self._possible.open(tx.session, {(one, other): evidence})
            known = await self._possible.get(name_of(one, other), tx.session)
        assert known is not None
        if seen is not None and len(known.words) != seen:
            raise Refusal(Fault.STALE, "somebody has decided meanwhile")
        return known

    async def _say(
        self, tx: Transaction, match: PossibleMatch, state: State, by: str, reason: str, until: Any = None
    ) -> None:
        await self._possible.say(tx.session, match.id, Word(state, by, now(), reason), until)
