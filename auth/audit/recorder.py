"""Recorder: an audit record is durable before the reply that it speaks of leaves.

Concurrent records share one insert (group commit). Whoever gets an exception from `record` must not show
what he wanted to show; at the edges it is 503.
"""

import asyncio
import contextlib
import json
from dataclasses import replace
from datetime import UTC
from time import monotonic

from auth import moment
from auth.audit.chain import Chain
from auth.audit.record import AuditRecord
from auth.audit.view import commitment
from auth.store import audit
from auth.store.audit import Entry, Head
from auth.store.database import Database
from auth.vault import Vault

OWNER = "audit"
PATIENCE = 10.0
"""Seconds after which a record that is not known to be on the disks counts as not written."""
_LARGEST_BATCH = 500
_HEAD_EVERY = 1.0


class NotRecordedError(Exception):
    """What was done can't be recorded, so it must not be shown; the cause is for the log."""


class Recorder:
    """Writes the audit of one process; it belongs to one event loop."""

    def __init__(self, database: Database, vault: Vault, patience: float = PATIENCE) -> None:
        self._database = database
        self._vault = vault
        self._patience = patience
        self._chain = Chain()
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None
        self._head_noted = (0, 0.0)

    async def record(self, record: AuditRecord) -> None:
        """Return once `record` is on the disks of a majority; a NotRecordedError where it may not be."""
        try:
            async with asyncio.timeout(self._patience):
                await self._recorded(record)
        except Exception as error:
            raise NotRecordedError("the audit record could not be written") from error

    async def _recorded(self, record: AuditRecord) -> None:
        patients = tuple(dict.fromkeys(record.patients))
        body = await self._vault.seal(OWNER, record.encode())
        by = tuple(self._vault.keyed(agent_key(name)) for name in record.agent.names)
        at = moment.milliseconds(record.moment.astimezone(UTC))
        entry = Entry(record.id, at, patients, body, by, commitment(replace(record, moment=at), self._vault))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain(), name="audit")
        await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
            error = await self._write([entry for entry, _ in batch])
            for _, future in batch:
                if future.done():
                    continue
                if error is None:
                    future.set_result(None)
                else:
                    future.set_exception(error)
            if not self._waiting and monotonic() - self._head_noted[1] >= _HEAD_EVERY:
                # A head may lag; whoever has come meanwhile waits for nothing but this loop.
                with contextlib.suppress(Exception):
                    await self._note_head()

    async def _write(self, entries: list[Entry]) -> Exception | None:
        """The error, after which a new chain begins: how far the old one came is not known for certain."""
        try:
            await audit.append(self._database, self._chain.append(entries))
        except Exception as error:
            self._chain = Chain()
            return error
        except asyncio.CancelledError:
            self._chain = Chain()
            return RuntimeError("the recorder was stopped")
        return None

    async def _note_head(self) -> None:
        chain = self._chain
        if chain.length == 0 or chain.length == self._head_noted[0]:
            return
        id, length, hashes = chain.id, chain.length, chain.head
        seal = await self._vault.seal(OWNER, json.dumps([id, length, *hashes]).encode())
        await audit.set_head(self._database, Head(id, length, hashes.sha256, seal, hashes.sm3))
        self._head_noted = (length, monotonic())

    async def close(self) -> None:
        """Wait for what is under way, no longer than for one record, and note how far the chain has come."""
        running = self._running
        if running is not None:
            _, hanging = await asyncio.wait({running}, timeout=self._patience)
            if hanging:
                self._waiting = []  # whoever waited has been told that it is not written
                running.cancel()
                return
        await self._note_head()


def agent_key(name: str) -> str:
    """The text whose keyed hash stands in the index for whoever is named `name`."""
    return f"audit agent\0{name}"
