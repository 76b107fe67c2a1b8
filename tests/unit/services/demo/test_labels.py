"""The whole demonstration is labelled HTEST; security-and-scale.md, line 53.

Messages of every kind that the region sends go through the real listener, inbox and worker; then the whole
store is walked.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from adapters.mllp.server import Server, start
from auth.login.passwords import Passwords
from fhir.resource import Resource, parse
from fhir.store import EVERYONE, Store
from services import inbox, sources
from services.demo import cast, load
from services.demo.region import Region
from services.intake.intake import Intake
from services.worker.__main__ import Worker
from services.worker.lease import Lease
from services.worker.processor import Processor

FIRST, OF_EACH = 150, 12


@pytest.fixture
def sample(region: Region, monkeypatch: pytest.MonkeyPatch) -> Region:
    """The first weeks, those who have an account, and the first messages of each trigger event."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(cast, "Passwords", lambda: Passwords(cheap))
    seen: dict[str, int] = {}
    chosen = []
    for number, event in enumerate(region.events):
        seen[event.trigger] = seen.get(event.trigger, 0) + 1
        known = event.resident.key and event.trigger == "A28"
        if number < FIRST or seen[event.trigger] <= OF_EACH or known:
            chosen.append(event)
    small = replace(region, events=tuple(chosen))
    monkeypatch.setattr(load, "build", lambda seed, until: small)
    return small


@asynccontextmanager
async def platform(store: Store) -> AsyncIterator[Server]:
    """The listener, and the worker beside it."""
    rows, stop = await inbox.inbox_of(store), asyncio.Event()
    known = sources.Sources(store.database, store.vault.identify, False)
    async with known:
        worker = Worker(rows, Processor(store, rows, known))
        working = asyncio.create_task(worker.run(stop, Lease(store.database)))
        server = await start(Intake(rows, known, store.keyed, ["P"]).receive, "127.0.0.1", 0)
        try:
            yield server
        finally:
            await server.close()
            stop.set()
            await working
            await rows.close()


async def _everything(store: Store) -> AsyncIterator[Resource]:
    """Every current resource of the store, opened."""
    async for row in store.database["resources"].find({}, {"_id": 1}):
        type, id = row["_id"].split("/")
        stored = await store.resources.read(type, id, EVERYONE)
        if stored is not None:
            yield parse(stored.body)


async def test_line_53_every_resource_of_the_demonstration_is_labelled(store: Store, sample: Region) -> None:
    async with platform(store) as server:
        assert await load.load(store, "127.0.0.1", server.port, progress=False)
    types: dict[str, int] = {}
    bare = []
    async for resource in _everything(store):
        types[resource["resourceType"]] = types.get(resource["resourceType"], 0) + 1
        labels = {each.get("code") for each in resource.get("meta", {}).get("security", ())}
        if "HTEST" not in labels:
            bare.append((resource["resourceType"], resource["id"]))
    assert bare == []
    assert {"Patient", "Encounter", "Observation", "Provenance", "Practitioner", "Organization"} <= set(types)
    assert len(types) >= 15, types
