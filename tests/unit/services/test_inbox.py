import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox, inbox_of


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


def arrival(raw: bytes = b"MSH", control: str = "C1", **more: object) -> Arrival:
    base = {"acknowledgement": b"AA " + raw, "state": RECEIVED, "peer": "p", "source": "S"}
    return Arrival(raw, control_id=control, **base | more)  # type: ignore[arg-type]


async def test_the_bytes_come_back_and_lie_sealed(inbox: Inbox) -> None:
    raw = "MSH|张三".encode("gb18030")
    assert (await inbox.add(arrival(raw)))[:2] == (b"AA " + raw, False)
    row = await inbox.collection.find_one()
    assert row is not None
    assert raw not in row["raw"]
    assert await inbox.raw(row) == raw


async def test_a_duplicate_gets_the_first_acknowledgement(inbox: Inbox) -> None:
    await inbox.add(arrival())
    assert (await inbox.add(arrival(acknowledgement=b"other")))[:2] == (b"AA MSH", True)
    assert await inbox.count() == {RECEIVED: 1}


@pytest.mark.parametrize(
    "other",
    [arrival(b"changed"), arrival(control="C2"), arrival(source="T")],
    ids=["other bytes", "other control id", "other sender"],
)
async def test_what_is_no_duplicate_is_kept(inbox: Inbox, other: Arrival) -> None:
    await inbox.add(arrival())
    assert (await inbox.add(other))[1] is False


async def test_without_a_control_id_nothing_is_a_duplicate(inbox: Inbox) -> None:
    results = [await inbox.add(arrival(control="")) for _ in range(2)]
    assert [each.duplicate for each in results] == [False, False]


async def test_twins_at_once_are_kept_once(inbox: Inbox) -> None:
    results = await asyncio.gather(*(inbox.add(arrival()) for _ in range(10)))
    assert sorted(each.duplicate for each in results) == [False] + [True] * 9
    assert {each.acknowledgement for each in results} == {b"AA MSH"}


async def test_the_waiting_come_in_the_order_of_the_calls(inbox: Inbox) -> None:
    controls = [f"C{number}" for number in range(30)]
    await asyncio.gather(*(inbox.add(arrival(control=each, keys=[each])) for each in controls))
    rows = await inbox.waiting([], 100)
    assert [row["keys"][0] for row in rows] == controls
    besides = [row["_id"] for row in rows[:10]]
    assert [row["keys"][0] for row in await inbox.waiting(besides, 5)] == controls[10:15]


async def test_it_numbers_on_even_if_the_clock_went_back(
    store: Store, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    await inbox.add(arrival())
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    later = await inbox_of(store)
    row = await inbox.collection.find_one()
    assert row is not None
    assert row["_id"] < later.next_id() < later.next_id()
    await later.close()


async def test_replay_takes_what_is_done_or_dead(inbox: Inbox) -> None:
    for control, state in (("C1", DONE), ("C2", DEAD), ("C3", "refused")):
        await inbox.add(arrival(control=control, state=state))
    assert await inbox.replay({"control_id": {"$in": ["C2", "C3"]}}) == 1
    assert await inbox.count() == {DONE: 1, RECEIVED: 1, "refused": 1}
