"""One order is one ServiceRequest, whichever of its numbers a message tells (checklist 33, 36 and 47)."""

from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import pytest

from fhir.store import EVERYONE, Store
from services.inbox import Inbox, inbox_of
from tests.unit.services.worker.test_ownership import LI, WANG, deliver, message

SODIUM, POTASSIUM = "NA^血钠^99LIS", "K^血钾^99LIS"


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


def order(hour: int, *lines: str, who: str = WANG) -> bytes:
    return message("ORM^O01", hour, who, *lines)


def new(hour: int = 8, placer: str = "A1", filler: str = "F1", code: str = SODIUM, who: str = WANG) -> bytes:
    return order(hour, f"ORC|NW|{placer}|{filler}", f"OBR|1|{placer}|{filler}|{code}", who=who)


async def requests(store: Store) -> list[tuple[str, str, list[str]]]:
    """Code, state and numbers of the orders; one that went into another is left out."""
    found = []
    for row in await store.database["resources"].find({"type": "ServiceRequest"}).to_list():
        read = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert read is not None
        one: dict[str, Any] = read.resource()
        if "extension" not in one:
            numbers = [number["value"] for number in one["identifier"]]
            code = one.get("code", {}).get("coding", [{}])[0].get("code", "")
            found.append((code, one["status"], numbers))
        else:
            assert one["status"] == "entered-in-error"
    return sorted(found)


@pytest.mark.parametrize(
    "told",
    [
        ["ORC|OC|A1"],
        ["ORC|OC|A1|F1"],
        ["ORC|OC||F1"],
        ["ORC|OC|A1", "OBR|1|A1"],
        ["ORC|DC|A1||||||||||||||||R^撤销"],
        ["ORC|SC|A1|||CA"],
    ],
    ids=["placer", "both", "filler", "OBR without a service", "discontinued", "by ORC-5"],
)
async def test_a_cancel_by_number_alone_finds_its_order_in_any_order(
    store: Store, inbox: Inbox, told: list[str]
) -> None:
    for messages in permutations([new(), order(9, *told)]):
        await store.database["resources"].delete_many({})
        await inbox.collection.delete_many({})
        assert await deliver(store, inbox, *messages) == ["done", "done"]
        assert await requests(store) == [("NA", "revoked", ["A1", "F1"])]
        versions = await store.database["resources"].find().distinct("version")
        await inbox.collection.delete_many({})
        assert await deliver(store, inbox, *messages) == ["done", "done"]
        assert await store.database["resources"].find().distinct("version") == versions


async def test_a_number_that_came_before_its_order_is_in_use_as_if_it_had_come_after(
    store: Store, inbox: Inbox
) -> None:
    for messages in permutations([new(filler=""), order(9, "ORC|NA|A1|F1"), order(10, "ORC|SC|A1")]):
        for collection in ("resources", "versions", "inbox"):
            await store.database[collection].delete_many({})
        assert await deliver(store, inbox, *messages) == ["done"] * 3
        (row,) = await store.database["resources"].find({
            "type": "ServiceRequest", "tokens": "ServiceRequest.status|active"
        }).to_list()  # fmt: skip
        read = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert read is not None
        numbers = [(one["value"], one.get("use")) for one in read.resource()["identifier"]]
        assert numbers == [("A1", None), ("F1", None)]


async def test_a_number_of_two_services_cancels_both(store: Store, inbox: Inbox) -> None:
    await deliver(store, inbox, new(), new(code=POTASSIUM), order(9, "ORC|OC|A1"))
    assert [each[:2] for each in await requests(store)] == [("K", "revoked"), ("NA", "revoked")]


async def test_an_older_cancel_does_not_win(store: Store, inbox: Inbox) -> None:
    await deliver(store, inbox, new(9), order(8, "ORC|OC|A1"))
    assert await requests(store) == [("NA", "active", ["A1", "F1"])]


async def test_the_number_of_somebody_else_cancels_nothing(store: Store, inbox: Inbox) -> None:
    told = await deliver(store, inbox, new(), order(9, "ORC|OC|A1", who=LI))
    assert told == ["done", "done"]
    assert await requests(store) == [("", "revoked", ["A1"]), ("NA", "active", ["A1", "F1"])]


async def test_orders_whose_numbers_differ_stay_two(store: Store, inbox: Inbox) -> None:
    await deliver(store, inbox, new(), new(placer="A2"), order(9, "ORC|OC|A2"))
    assert await requests(store) == [("NA", "active", ["A1", "F1"]), ("NA", "revoked", ["A2", "F1"])]


async def test_what_a_later_message_leaves_out_is_kept(store: Store, inbox: Inbox) -> None:
    await deliver(store, inbox, new(), order(9, "ORC|XO|A1", f"OBR|1|A1||{SODIUM}"))
    assert await requests(store) == [("NA", "active", ["A1", "F1"])]


async def test_a_fillers_own_number_is_enough(store: Store, inbox: Inbox) -> None:
    await deliver(store, inbox, new(), order(9, "ORC|OC||F1", f"OBR|1||F1|{SODIUM}"))
    assert await requests(store) == [("NA", "revoked", ["A1", "F1"])]


@pytest.mark.parametrize(("control", "status"), [("CA", "cancelled"), ("DC", "stopped"), ("HD", "on-hold")])
async def test_the_number_of_a_medication_means_the_medication(
    store: Store, inbox: Inbox, control: str, status: str
) -> None:
    told = await deliver(
        store,
        inbox,
        order(8, "ORC|NW|R1", "RXO|AMX^阿莫西林^99HIS|0.5||g"),
        order(9, f"ORC|{control}|R1"),
    )
    assert told == ["done", "done"]
    assert await requests(store) == []
    (row,) = await store.database["resources"].find({"type": "MedicationRequest"}).to_list()
    read = await store.resources.read("MedicationRequest", row["id"], EVERYONE)
    assert read is not None
    assert (read.resource()["status"], read.version) == (status, 2)
    assert read.resource()["medicationCodeableConcept"]["text"] == "阿莫西林"


async def test_a_cancel_that_repeats_the_time_of_its_medication_order_cancels_it(
    store: Store, inbox: Inbox
) -> None:
    """ORC-9 is the order's: the cancel was sent later."""
    moment = "|" * 7 + "20260105080000"
    told = (order(8, f"ORC|NW|R1{moment}", "RXO|AMX^阿莫西林^99HIS|0.5||g"), order(9, f"ORC|CA|R1{moment}"))
    assert await deliver(store, inbox, *told) == ["done", "done"]
    (row,) = await store.database["resources"].find({"type": "MedicationRequest"}).to_list()
    read = await store.resources.read("MedicationRequest", row["id"], EVERYONE)
    assert read is not None
    assert read.resource()["status"] == "cancelled"
