"""Group commit of updates: concurrent writes of single resources share one transaction.

As `fhir.store.group_insert` for inserts: the number of commands, not the database, is the limit. Writes that
share a transaction touch disjoint resources, and each gets its own result or its own Refusal. Whatever
ends the shared transaction ends it for nobody: each write is then carried out alone, unless the shared one
may have been committed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import PyMongoError

from fhir.outcome import Refusal
from fhir.store.transaction import Transaction

Work = Callable[[Transaction], Awaitable[Any]]
Attempt = Callable[[Work], Awaitable[tuple[Any, Transaction]]]
_MOST = 64
_LANES = 2
_QUEUE = 16
"""So many must wait before a second shared transaction is begun beside the first."""


@dataclass(slots=True, eq=False)
class _Member:
    references: frozenset[str]
    work: Work
    future: "asyncio.Future[tuple[Any, Transaction]]"
    result: Any = None
    refusal: Refusal | None = field(default=None)


class _Disturbed(Exception):
    """A member failed after it had written through the session: nothing of this transaction may stay."""


class Together:
    """`once` runs work in one transaction and commits it; `alone` does the same until it succeeds."""

    def __init__(self, once: Attempt, alone: Attempt) -> None:
        self._once = once
        self._alone = alone
        self._waiting: list[_Member] = []
        self._busy: set[str] = set()
        self._lanes: set[asyncio.Task[Any] | None] = set()

    async def run(self, references: Sequence[str], work: Work) -> tuple[Any, Transaction]:
        """What `work` returns, and the committed transaction; `work` puts or deletes `references` only."""
        future: asyncio.Future[tuple[Any, Transaction]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Member(frozenset(references), work, future))
        if not self._lanes or (len(self._lanes) < _LANES and len(self._waiting) >= _QUEUE):
            self._lanes.add(asyncio.create_task(self._drain(), name="shared transaction"))
        return await future

    async def _drain(self) -> None:
        try:
            while batch := self._next():
                claimed = {reference for member in batch for reference in member.references}
                self._busy |= claimed
                try:
                    await self._carry_out(batch)
                finally:
                    self._busy -= claimed
        finally:
            # At once, not when the task is done: who comes in between would wait for nobody.
            self._lanes.discard(asyncio.current_task())

    def _next(self) -> list[_Member]:
        """The longest waiting writes that touch nothing in common; a later one waits behind an earlier."""
        taken = set(self._busy)
        batch: list[_Member] = []
        waiting: list[_Member] = []
        for member in self._waiting:
            if member.future.done():
                continue
            free = len(batch) < _MOST and taken.isdisjoint(member.references)
            (batch if free else waiting).append(member)
            taken |= member.references
        self._waiting = waiting
        return batch

    async def _carry_out(self, batch: list[_Member]) -> None:
        if len(batch) == 1:
            return await self._carry_out_alone(batch[0])
        try:
            _, transaction = await self._once(lambda transaction: _work(transaction, batch))
        except Exception as error:
            if _unknown(error):
                return _fail(batch, error)
            await asyncio.gather(*map(self._carry_out_alone, batch))
        else:
            for member in batch:
                _settle(member, transaction)
        return None

    async def _carry_out_alone(self, member: _Member) -> None:
        try:
            result = await self._alone(member.work)
        except BaseException as error:
            if not member.future.done():
                member.future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            if not member.future.done():
                member.future.set_result(result)

    async def close(self) -> None:
        """Wait for the writes that are under way."""
        await asyncio.gather(*filter(None, self._lanes), return_exceptions=True)


async def _work(transaction: Transaction, batch: list[_Member]) -> None:
    await transaction.load(reference for member in batch for reference in member.references)
    for member in batch:
        member.refusal = None
        try:
            member.result = await member.work(transaction)
        except Refusal as refusal:
            if not transaction.shared:
                raise _Disturbed from None
            transaction.forget(member.references)
            member.refusal = refusal


def _unknown(error: Exception) -> bool:
    """May the commit have taken place? Then nothing may be carried out again."""
    return isinstance(error, PyMongoError) and error.has_error_label("UnknownTransactionCommitResult")


def _fail(batch: list[_Member], error: Exception) -> None:
    for member in batch:
        if not member.future.done():
            member.future.set_exception(error)


def _settle(member: _Member, transaction: Transaction) -> None:
    if member.future.done():
        return
    if member.refusal is not None:
        member.future.set_exception(member.refusal)
    else:
        member.future.set_result((member.result, transaction))
