"""Through the real listener and the real inbox; what the worker does with a message is in its own tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.mllp.server import Server, start
from auth.login.passwords import Passwords
from fhir.matching.citizen_number import SYSTEM, valid
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from services import inbox, sources
from services.demo import cast, claim, load
from services.demo.region import Region
from services.failure import Failure
from services.intake.intake import Intake

FIRST = 240


class Reader:
    """Stands in the worker's place: files each Patient under its citizen number and settles the row."""

    def __init__(self, store: Store, rows: inbox.Inbox, bury: str = "") -> None:
        self.store = store
        self.rows = rows
        self.bury = bury

    async def run(self) -> None:
        while True:
            for waiting in await self.rows.waiting([], 500):
                await self.settle(waiting["_id"])
            await asyncio.sleep(0.02)

    async def settle(self, id: str) -> None:
        row = await self.rows.collection.find_one({"_id": id})
        assert row is not None
        pid = Message.parse(decode(await self.rows.raw(row), row["charset"]).text)["PID"]
        numbers = {str(each[1]) for each in pid[3].repetitions} | {str(pid[4]), str(pid[19])}
        number = next(filter(valid, numbers), None)
        if number:
            patient = {
                "resourceType": "Patient",
                "id": number,
                "identifier": [{"system": SYSTEM, "value": number}],
            }
            await self.store.resources.transact(lambda tx: put(tx, patient))
        state = inbox.DEAD if row["control_id"] == self.bury else inbox.DONE
        await self.rows.collection.update_one({"_id": id}, {"$set": {"state": state}})


async def put(transaction: Transaction, resource: dict[str, object]) -> None:
    transaction.put(resource)


@contextlib.asynccontextmanager
async def platform(store: Store, *, reads: bool = True, bury: str = "") -> AsyncIterator[Server]:
    rows = await inbox.inbox_of(store)
    intake = Intake(rows, sources.Sources(store.database, store.vault.identify, False), store.keyed, ["P"])
    server = await start(intake.receive, "127.0.0.1", 0)
    reading = asyncio.create_task(Reader(store, rows, bury).run()) if reads else None
    try:
        yield server
    finally:
        if reading:
            reading.cancel()
        await server.close()
        await rows.close()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is tested where it is hashed."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(cast, "Passwords", lambda: Passwords(cheap))


@pytest.fixture
def smaller(region: Region, monkeypatch: pytest.MonkeyPatch) -> Region:
    """The first weeks of the region and of those who have an account, so that a load takes a second."""
    known = [event for event in region.events[FIRST:] if event.resident.key and event.trigger == "A28"]
    small = replace(region, events=(*region.events[:FIRST], *known))
    monkeypatch.setattr(load, "build", lambda seed, until: small)
    return small


async def test_the_region_goes_in_through_the_listener(store: Store, smaller: Region) -> None:
    async with platform(store) as server:
        assert await load.load(store, "127.0.0.1", server.port, progress=False)
    rows = [row async for row in store.database["inbox"].find()]
    assert {row["control_id"] for row in rows} == {each.control_id for each in smaller.messages}
    assert {row["state"] for row in rows} == {inbox.DONE}
    known = await sources.registered(store.database)
    assert set(known) == {house.code for house in smaller.houses}
    assert {each.label for each in known.values()} == {"HTEST"}
    organization = await store.resources.read("Organization", "demo-jinjiang-general", EVERYONE)
    assert organization is not None
    assert await store.database["accounts"].count_documents({}) == 11
    made = await claim.claimed(store.database)
    assert made is not None
    assert made.loaded


async def test_residents_accounts_lead_to_their_own_files(store: Store, smaller: Region) -> None:
    async with platform(store) as server:
        await load.load(store, "127.0.0.1", server.port, progress=False)
    row = await store.database["accounts"].find_one({"login": "wang.jianguo"})
    assert row is not None
    assert row["patient"] == f"Patient/{smaller.character('diabetic').number}"


async def test_a_second_load_does_nothing(store: Store, smaller: Region) -> None:
    async with platform(store) as server:
        assert await load.load(store, "127.0.0.1", server.port, progress=False)
        before = await store.database["resources"].count_documents({})
        assert not await load.load(store, "127.0.0.1", server.port, progress=False)
    assert await store.database["inbox"].count_documents({}) == len(smaller.messages)
    assert await store.database["resources"].count_documents({}) == before


async def test_a_load_that_was_killed_goes_on_and_doubles_nothing(store: Store, smaller: Region) -> None:
    async with platform(store) as server:
        loading = asyncio.create_task(load.load(store, "127.0.0.1", server.port, progress=False))
        while not loading.done() and await store.database["inbox"].count_documents({}) < FIRST // 3:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
    passwords = await cast.members(store)
    assert await store.database["accounts"].count_documents({}) == 0
    async with platform(store) as server:
        assert await load.load(store, "127.0.0.1", server.port, progress=False)
    assert await store.database["inbox"].count_documents({}) == len(smaller.messages)
    assert await store.database["accounts"].count_documents({}) == len(passwords) == 11
    assert await cast.members(store) == passwords


async def test_messages_that_nobody_reads_are_said(
    store: Store, smaller: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PATIENCE", 0.3)
    async with platform(store, reads=False) as server:
        with pytest.raises(Failure, match=f"{len(smaller.messages)} messages of the demonstration wait"):
            await load.load(store, "127.0.0.1", server.port, progress=False)
    assert not (await claim.claim(store.database)).loaded


async def test_a_dead_letter_is_said_and_stops_nothing(
    store: Store, smaller: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    async with platform(store, bury=smaller.messages[3].control_id) as server:
        assert await load.load(store, "127.0.0.1", server.port, progress=False)
    assert "1 messages of the demonstration are among the dead letters" in capsys.readouterr().err


async def test_bars_are_shown_only_where_they_are_wanted(
    store: Store, smaller: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    async with platform(store) as server:
        await load.load(store, "127.0.0.1", server.port, progress=True)
    assert "sending: 100%" in capsys.readouterr().err


async def test_no_bar_on_what_is_no_terminal(
    store: Store, smaller: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    async with platform(store) as server:
        await load.load(store, "127.0.0.1", server.port)
    assert capsys.readouterr().err == ""


async def test_a_database_with_other_data_gets_not_one_message(store: Store, smaller: Region) -> None:
    await store.database["sources"].insert_one({"_id": "SOMEBODY"})
    async with platform(store) as server:
        with pytest.raises(Failure, match="empty database only"):
            await load.load(store, "127.0.0.1", server.port)
    assert await store.database["inbox"].count_documents({}) == 0
