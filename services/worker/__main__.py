"""The worker process (`python -m services.worker`).

One worker at a time works on the inbox; others stand by for its lease.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError, WTimeoutError

from services import process, source_metrics
from services.alarms.alarm import Kind
from services.attending import attending
from services.config import Settings
from services.inbox import DEAD, Inbox, inbox_of
from services.log import FIELDS
from services.platform import connect, sources_of
from services.reasons import reason
from services.worker.lease import Lease
from services.worker.linking import linking
from services.worker.order import Order
from services.worker.processor import Processor
from services.worker.reruns import Reruns, rerunning
from services.worker.sweeping import sweeping
from services.worker.tallying import tallying
from services.worker.watching import watching

logger = logging.getLogger("furong.worker")

_AT_ONCE = 8
_AHEAD, _FURTHEST = 400, 20_000
"""How many messages are known ahead; more only where those known wait for a few that do not end."""
_IDLE_SECONDS, _SEARCH_SECONDS = 0.03, 0.3
_ATTEMPT_SECONDS, _PATIENCE_SECONDS = 100.0, 300.0
"""How long one attempt may take, and how long the store may fail for a message while it works for others."""
_RETRY_SECONDS = 1.0
_TRIES = 3
"""A fault of ours may be one of the moment too, where the store goes down or comes back."""
_PASSING = frozenset((14_031, 64, 91, 100, 189, 10_107, 11_600, 11_602, 13_435, 13_436))
"""OutOfDiskSpace, WriteConcernFailed, UnsatisfiableWriteConcern; shutting down or no primary any more: the
store will be well again, and the message waits for it."""
_FULL = "No space left on device"
"""A full disk is also told as UnknownError (8), with these words of the storage engine."""
_OURS = reason("this failed on our side; the log knows more")
_HELD_UP = reason("this held up its patient: it took too long, or the store did not take it")

_ALARM = "A message was put among the dead letters, since it held up others of its patient."
Sound = Callable[[str, str], Awaitable[None]]
"""Tells somebody that a message of a source held up its patient."""


class Worker:
    """Takes messages from the inbox in order and has them processed, several at once."""

    def __init__(self, inbox: Inbox, processor: Processor, sound: Sound | None = None) -> None:
        self._inbox = inbox
        self._processor = processor
        self._sound = sound
        self._order = Order()
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._searched = 0.0

    @property
    def busy(self) -> bool:
        """Do messages wait, or is one under way?"""
        return len(self._order) > 0

    async def run(self, stop: asyncio.Event, lease: Lease) -> None:
        """Work until told to stop; then finish what has begun."""
        tasks = [asyncio.create_task(self._work(stop)) for _ in range(_AT_ONCE)]
        try:
            while not stop.is_set():
                await lease.hold(stop)
                await self._refill()
                await self._pause(stop)
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def _refill(self) -> None:
        if not self._wants_more():
            return
        try:
            rows = await self._inbox.waiting(self._order.known, _AHEAD)
            if rows:
                await self._inbox.flag_reused(rows)
        except PyMongoError as error:
            logger.warning("the inbox can't be read", extra={FIELDS: {"error": type(error).__name__}})
            await asyncio.sleep(_RETRY_SECONDS)
            return
        for row in rows:
            self._order.add(row["_id"], row["keys"])
        self._start()

    def _wants_more(self) -> bool:
        """Few messages are known, or nearly all of them wait for a few that do not end."""
        if len(self._order) <= _AHEAD // 2:
            return True
        now = time.monotonic()
        if self._order.started >= _AT_ONCE or len(self._order) >= _FURTHEST or now < self._searched:
            return False
        self._searched = now + _SEARCH_SECONDS
        return True

    def _start(self) -> None:
        for id in self._order.ready():
            self._ready.put_nowait(id)

    async def _pause(self, stop: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(stop.wait(), _IDLE_SECONDS)
        except TimeoutError:
            return

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                id = await asyncio.wait_for(self._ready.get(), 0.2)
            except TimeoutError:
                continue
            await self._process(id, stop)
            self._order.done(id)
            self._start()

    async def _process(self, id: str, stop: asyncio.Event) -> None:
        """Once; again while the store fails for a while; what fails otherwise is buried at the third time.

        So is what takes too long and what the store does not take though it takes other things: whoever waits
        behind it must not wait for ever (checklist 35).
        """
        failures, why, begun = 0, _OURS, time.monotonic()
        while not stop.is_set():
            try:
                if failures >= _TRIES:
                    await self._bury(id, why)
                    return
                async with asyncio.timeout(_ATTEMPT_SECONDS):
                    state = await self._processor.process(id)
                logger.info("processed", extra={FIELDS: {"message": id, "state": state}})
                return
            except (PyMongoError, TimeoutError) as error:
                told = {"error": type(error).__name__, "code": getattr(error, "code", None)}
                logger.warning("the store failed", extra={FIELDS: told})
                if isinstance(error, PyMongoError) and not passing(error):
                    failures += 1
                elif await self._is_stuck(id, begun):
                    failures, why = failures + 1, _HELD_UP
            except Exception:
                logger.exception("a message failed on our side", extra={FIELDS: {"message": id}})
                failures += 1
            if failures < _TRIES:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _is_stuck(self, id: str, begun: float) -> bool:
        """Has it failed for long, and does the store take something else of the same row at once?"""
        if time.monotonic() - begun < _PATIENCE_SECONDS:
            return False
        try:
            async with asyncio.timeout(_RETRY_SECONDS):
                return await self._inbox.count_attempt(id)
        except (PyMongoError, TimeoutError):
            return False

    async def _bury(self, id: str, why: dict[str, Any]) -> None:
        await self._processor.bury(id, why)
        source = await self._inbox.counted_dead(id)
        logger.info("processed", extra={FIELDS: {"message": id, "state": DEAD}})
        if self._sound is not None and source is not None:
            await self._sound(source, id)


def passing(error: PyMongoError) -> bool:
    """Is it a fault of the moment (no primary, a conflict, a time-out), so that trying again may help?"""
    labels = ("TransientTransactionError", "RetryableWriteError", "UnknownTransactionCommitResult")
    passes = isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError)
    faults = _faults(error)
    passes = passes or any(code in _PASSING or _FULL in text for code, text in faults)
    return passes or any(error.has_error_label(label) for label in labels)


def _faults(error: PyMongoError) -> list[tuple[int | None, str]]:
    """Code and words of each fault that the database told; a bulk write's own code tells nothing."""
    details = getattr(error, "details", None) or {}
    told = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
    if not told:
        return [(getattr(error, "code", None), str(details.get("errmsg", "")))]
    return [(each.get("code"), str(each.get("errmsg", ""))) for each in told]


async def main(settings: Settings) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with connect(settings) as platform:
        inbox = await inbox_of(platform.store)
        async with sources_of(platform) as sources:
            processor = Processor(platform.store, inbox, sources)
            platform.store.reindexing.watch()
            process.settle()
            reruns = Reruns(platform.store, inbox, processor)
            lease = Lease(platform.database)

            async def sound(source: str, message: str) -> None:
                name = source_metrics.name(source)
                await platform.alarms.sound(Kind.HELD_UP, _ALARM, source=name, message=message)

            worker = Worker(inbox, processor, sound)
            async with (
                sweeping(platform.store),
                rerunning(reruns),
                tallying(inbox),
                watching(platform),
                linking(platform.store, lease, lambda: worker.busy),
                attending(platform, "worker"),
            ):
                await worker.run(stop, lease)


if __name__ == "__main__":
    process.run("worker", main)
