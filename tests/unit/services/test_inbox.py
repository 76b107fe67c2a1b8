import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest

from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, REFUSED, Arrival, Inbox, inbox_of


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


@pytest.mark.parametrize(
    ("control", "hidden"),
    [
        ("P7771234", True),
        ("HIS-P7771234-20260301", True),
        ("A510104195803129013", True),
        ("P777", False),
        ("20260301080000123", False),
        ("C1", False),
    ],
)
async def test_lines_31_and_61_a_patient_s_number_in_the_control_id_lies_hidden_and_is_found(
    inbox: Inbox, store: Store, control: str, hidden: bool
) -> None:
    keys = [store.keyed("P7771234"), store.keyed("P777")]
    answer = f"MSA|AA|{control}".encode()
    for duplicate in (False, True):
        kept = await inbox.add(arrival(control=control, keys=keys, acknowledgement=answer))
        assert kept[:2] == (answer, duplicate)
    (row,) = await inbox.collection.find().to_list()
    assert (row["control_id"] != control) is hidden
    assert (control in str(row)) is not hidden
    assert [each["_id"] for each in await inbox.numbered(control, 5)] == [row["_id"]]
    await inbox.answered(row["_id"], answer + b"|later", "AA")
    (row,) = await inbox.collection.find().to_list()
    assert (control in str(row)) is not hidden
    assert (await inbox.add(arrival(control=control, keys=keys))).acknowledgement == answer + b"|later"


async def test_without_a_control_id_nothing_is_a_duplicate(inbox: Inbox) -> None:
    results = [await inbox.add(arrival(control="")) for _ in range(2)]
    assert [each.duplicate for each in results] == [False, False]


async def test_line_31_what_is_refused_again_for_the_same_reasons_is_counted_and_answered_anew(
    inbox: Inbox,
) -> None:
    first, again = [arrival(state=REFUSED, code="AR", acknowledgement=each) for each in (b"first", b"again")]
    assert [(await inbox.add(each))[:2] for each in (first, again, again)] == [
        (b"first", False),
        (b"again", True),
        (b"again", True),
    ]
    (row,) = await inbox.collection.find().to_list()
    assert row["repeated"] == 2
    assert row["repeated_at"] >= row["received"]
    others = [
        arrival(state=REFUSED, code="AR", findings=[{"text": "unknown-source"}]),
        arrival(b"other", state=REFUSED, code="AR"),
        arrival(state=REFUSED, code="AR", source="T"),
        arrival(),
    ]
    assert [(await inbox.add(each)).duplicate for each in others] == [False] * 4
    assert await inbox.count() == {REFUSED: 4, RECEIVED: 1}


async def test_a_large_message_that_comes_again_leaves_no_parts_behind(inbox: Inbox, store: Store) -> None:
    large = bytes(random.Random(1).randbytes(9_000_000))
    kept = [await inbox.add(arrival(large)) for _ in range(2)]
    assert [each.duplicate for each in kept] == [False, True]
    row = await inbox.collection.find_one()
    assert row is not None
    assert await store.database["inbox_parts"].count_documents({}) == row["raw"] == 2
    assert await inbox.raw(row) == large


async def test_twins_at_once_are_kept_once(inbox: Inbox) -> None:
    results = await asyncio.gather(*(inbox.add(arrival()) for _ in range(10)))
    assert sorted(each.duplicate for each in results) == [False] + [True] * 9
    assert {each.acknowledgement for each in results} == {b"AA MSH"}


async def test_nothing_is_waited_for_before_the_insert(inbox: Inbox, store: Store) -> None:
    """Checklist line 35: else a message would overtake another while the data keys are loaded anew."""
    store.vault.lost()
    with pytest.raises(StopIteration):
        inbox.row(arrival()).send(None)
    await asyncio.gather(*(inbox.add(arrival(control=f"C{n}")) for n in range(5)))
    row = await inbox.collection.find_one()
    assert row is not None
    assert await inbox.raw(row) == b"MSH"


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


async def plan(inbox: Inbox, command: dict[str, object]) -> str:
    """The names of the indexes that a find would use."""
    told = await inbox.collection.database.command({"explain": {"find": "inbox"} | command})
    return str(told["queryPlanner"]["winningPlan"])


async def test_what_is_asked_again_and_again_is_found_by_an_index(inbox: Inbox) -> None:
    for number in range(20):
        await inbox.add(arrival(control=f"C{number}", sequence=number, replies=number % 2 == 0))
    counted = {"source": "S", "sequence": {"$exists": True}}
    assert "source_sequence" in await plan(inbox, {"filter": counted, "sort": {"_id": -1}, "limit": 1})
    assert "key_digest" in await plan(inbox, {"filter": {"key": {"$in": ["a", "b"]}}, "sort": {"_id": 1}})


async def test_line_23_a_reply_is_found_by_its_control_id(inbox: Inbox) -> None:
    kept = await inbox.add(arrival(replies=True))
    await inbox.add(arrival(control="C2", replies=True))
    row = await inbox.collection.find_one({"_id": kept.id})
    assert row is not None
    control = row["reply"]["control"]
    assert len(control) <= 20, "MSH-10 of older versions has 20 characters"
    assert await inbox.replied("S", control) == row
    for source, other in (("T", control), ("S", "R1"), ("S", "C1"), ("S", ""), ("S", control + "0")):
        assert await inbox.replied(source, other) is None


async def test_line_30_the_last_number_is_that_of_the_newest_row(inbox: Inbox) -> None:
    assert await inbox.last_number("S") is None
    for control, number in (("C1", 7), ("C2", 8), ("C3", 0)):
        await inbox.add(arrival(control=control, sequence=number))
    await inbox.add(arrival(control="C4"))
    await inbox.add(arrival(control="C5", source="T", sequence=99))
    assert await inbox.last_number("S") == 0


async def test_line_31_only_what_came_later_is_flagged_and_only_once(inbox: Inbox) -> None:
    for raw, control in ((b"A", "C1"), (b"B", "C1"), (b"C", "C2")):
        await inbox.add(arrival(raw, control=control))
    for _ in range(2):
        await inbox.flag_reused(await inbox.waiting([], 100))
    rows = await inbox.collection.find().sort("_id", 1).to_list()
    assert [[each["text"] for each in row["findings"]] for row in rows] == [[], ["control-id-reused"], []]
