"""How much is kept of strangers: checklist lines 24 and 65 of the feed."""

from collections.abc import AsyncIterator

import pytest

from adapters.mllp.peer import Peer
from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.inbox import REFUSED, Inbox, inbox_of
from services.intake import strangers
from services.intake.intake import Intake
from services.sources import Sources, register
from tests.support.messages import adt

PEER = Peer("10.0.0.1", 4711)
LIMIT = 60_000


@pytest.fixture
async def inbox(store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Inbox]:
    monkeypatch.setattr(strangers, "_FRESH_SECONDS", 0)
    monkeypatch.setattr(strangers, "_LOOK_SECONDS", 0)
    await register(store.database, Source("TEST1", "Organization/h1"))
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


@pytest.fixture
async def intake(inbox: Inbox, store: Store) -> AsyncIterator[Intake]:
    async with Sources(store.database, store.vault.identify, False) as sources:
        yield Intake(inbox, sources, store.keyed, ("P",), strangers_bytes=LIMIT)


async def refused(intake: Intake, first: int, count: int) -> None:
    """So many messages of a stranger, each answered AR with the reason."""
    for number in range(first, first + count):
        answer = await intake.receive(adt(f"S{number}", facility="NOBODY").encode(), PEER)
        assert answer is not None
        assert f"MSA|AR|S{number}".encode() in answer
        assert "发送方未登记".encode() in answer or b"not registered" in answer


async def kept(inbox: Inbox, code: str) -> list[str]:
    rows = await inbox.collection.find({"source": code}).sort("_id", 1).to_list()
    return [row["control_id"] for row in rows]


async def test_line_65_the_oldest_go_and_the_room_stays_bounded(inbox: Inbox, intake: Intake) -> None:
    for turn in range(24):
        await refused(intake, turn * 2, 2)
        await intake.strangers.look()
    found = await kept(inbox, "")
    assert found == [f"S{number}" for number in range(48 - len(found), 48)], "the newest, without a gap"
    total = [row["stranger"] async for row in inbox.collection.find({"source": ""})]
    assert 0.5 * LIMIT < sum(total) <= LIMIT
    assert strangers.BYTES._value.get() <= LIMIT


async def test_line_65_what_comes_faster_than_the_old_goes_is_refused_without_being_kept(
    inbox: Inbox, intake: Intake
) -> None:
    await refused(intake, 0, 48)
    found = await kept(inbox, "")
    assert found == [f"S{number}" for number in range(len(found))]
    assert sum([row["stranger"] async for row in inbox.collection.find()]) <= LIMIT
    await intake.strangers.look()
    await refused(intake, 48, 1)
    assert (await kept(inbox, ""))[-1] == "S48", "there is room again"


async def test_line_65_a_registered_source_is_kept_whatever_strangers_send(
    inbox: Inbox, intake: Intake
) -> None:
    wrong = adt("R1").replace("ADT^A01", "XXX^A01").encode()
    broken = adt("R2").encode().replace("张".encode(), b"\xff\xff")
    for block in (wrong, broken):
        assert await intake.receive(block, PEER)
    for turn in range(12):
        await refused(intake, turn * 8, 8)
        await intake.strangers.look()
        assert b"MSA|AA|" in (await intake.receive(adt(f"C{turn}").encode(), PEER) or b"")
    assert await kept(inbox, "TEST1") == ["R1", "R2", *(f"C{turn}" for turn in range(12))]


async def test_line_24_of_a_large_message_of_a_stranger_the_beginning_is_kept(
    inbox: Inbox, store: Store
) -> None:
    async with Sources(store.database, store.vault.identify, False) as sources:
        intake = Intake(inbox, sources, store.keyed, ("P",))
        large = adt(facility="NOBODY") + "OBX|1|ED|PDF||" + "A" * 3_000_000 + "\r"
        assert b"MSA|AR|" in (await intake.receive(large.encode(), PEER) or b"")
    (row,) = await inbox.collection.find().to_list()
    assert (row["state"], len(await inbox.raw(row))) == (REFUSED, 1_000_000)
    assert 1_000_000 < row["stranger"] < 1_010_000


async def test_line_65_another_process_counts_what_is_there_already(inbox: Inbox, store: Store) -> None:
    async with Sources(store.database, store.vault.identify, False) as sources:
        first = Intake(inbox, sources, store.keyed, ("P",), strangers_bytes=LIMIT)
        await refused(first, 0, 20)
        second = strangers.Strangers(inbox, LIMIT)
        await second.look()
        assert [second.room(0) for _ in range(100)].count(True) < 20
