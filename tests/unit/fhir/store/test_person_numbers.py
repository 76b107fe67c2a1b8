"""Equal valid citizen numbers link, but only where the name agrees."""

import asyncio
from typing import Any

from pymongo import AsyncMongoClient

from fhir.store import Store
from tests.support.commands import Commands
from tests.support.mongo import MASTER_KEY
from tests.unit.fhir.store.test_persons import NUMBER, members, patient
from tests.unit.fhir.store.test_repository import put


async def test_a_patient_without_number_is_alone(store: Store) -> None:
    await put(store, patient("a", "张三", "1958-03-12", None))
    assert await members(store, "a") == {"Patient/a"}


async def test_equal_numbers_link_when_the_name_agrees(store: Store) -> None:
    await put(store, patient("a", "张三", "1958-03-12"))
    await put(store, patient("b", "张 三", "1958-12-03", NUMBER.lower()))
    assert await members(store, "a") == await members(store, "b") == {"Patient/a", "Patient/b"}


async def test_a_borrowed_card_is_held_and_never_linked(store: Store) -> None:
    """The birth date may have been read from the card: the name must agree."""
    await put(store, patient("a", "张三", "1958-03-12"))
    await put(store, patient("b", "李四", "1958-03-12"))
    assert await members(store, "a") == {"Patient/a"}
    assert await members(store, "b") == {"Patient/b"}
    assert await store.database["persons"].count_documents({"held": "Patient/b"}) == 1


async def test_a_number_of_another_generation_is_not_taken_for_ones_own(store: Store) -> None:
    await put(store, patient("child", "李佳", "2024-05-06"))
    await put(store, patient("mother", "张三", "1958-03-12"))
    assert await store.database["persons"].count_documents({"members": "Patient/child"}) == 0
    assert await store.database["persons"].count_documents({"members": "Patient/mother"}) == 1


async def test_a_corrected_number_takes_the_link_back(store: Store) -> None:
    await put(store, patient("a", "张三", "1958-03-12"), patient("b", "张三", "1958-03-12"))
    await put(store, patient("b", "张三", "1958-03-12", "510104195803129021"))
    assert await members(store, "a") == {"Patient/a"}


async def test_fifteen_and_eighteen_digits_are_one_number(store: Store) -> None:
    await put(store, patient("a", "王五", "1948-09-15", "510103480915003"))
    await put(store, patient("b", "王五", "1948-09-15", "510103194809150031"))
    assert await members(store, "a") == {"Patient/a", "Patient/b"}


async def test_an_invalid_number_links_nobody(store: Store) -> None:
    wrong = "510104195803129014"
    await put(store, patient("a", "张三", "1958-03-12", wrong), patient("b", "张三", "1958-03-12", wrong))
    assert await members(store, "a") == {"Patient/a"}


async def test_many_arrivals_at_once_are_one_person(store: Store) -> None:
    await asyncio.gather(*(put(store, patient(f"p{n}", "张三", "1958-03-12")) for n in range(12)))
    assert await members(store, "p0") == {f"Patient/p{n}" for n in range(12)}


async def test_patients_of_one_transaction_are_placed_as_if_one_after_the_other(store: Store) -> None:
    """Known and unknown, linked and held, moved and unchanged ones together."""
    other, third = "510104195803129021", "510103194809150031"
    await put(store, patient("a", "张三", "1958-03-12"), patient("alone", "王五", "1948-09-15", third))
    await put(
        store,
        patient("b", "张三", "1958-03-12"),
        patient("c", "李四", "1958-03-12"),
        patient("d", "赵六", "1958-03-12", other),
        patient("e", "赵六", "1958-03-12", other),
        patient("f", "赵六", "1970-01-01", None),
        patient("alone", "王五", "1948-09-15", third, gender="male"),
    )
    assert await members(store, "a") == {"Patient/a", "Patient/b"}
    assert await members(store, "d") == {"Patient/d", "Patient/e"}
    assert [await members(store, id) for id in ("c", "f", "alone")] == [
        {"Patient/c"},
        {"Patient/f"},
        {"Patient/alone"},
    ]
    await put(store, patient("b", "赵六", "1958-03-12", other), patient("e", "赵六", "1958-03-12", None))
    assert await members(store, "a") == {"Patient/a"}
    assert await members(store, "d") == {"Patient/b", "Patient/d"}
    assert await members(store, "e") == {"Patient/e"}


async def test_new_patients_of_one_transaction_share_their_look_up(
    store: Store, database: tuple[str, str]
) -> None:
    uri, name = database
    commands = Commands()
    async with AsyncMongoClient[dict[str, Any]](uri, tz_aware=True, event_listeners=[commands]) as client:
        other = Store(client, name, MASTER_KEY)
        await put(other, *(patient(f"n{number}", "张三", "1958-03-12", None) for number in range(50)))
    assert commands.found_in.count("persons") == 1
    assert await members(store, "n49") == {"Patient/n49"}
