"""Persons: equal valid citizen numbers link, but only where name or birth date agrees."""

import asyncio
from typing import Any

from fhir.matching.citizen_number import SYSTEM
from fhir.store import Store
from fhir.store.transaction import Transaction
from tests.unit.fhir.store.test_repository import put

NUMBER = "510104195803129013"


def patient(id: str, name: str, born: str, number: str | None = NUMBER, **more: Any) -> dict[str, Any]:
    identifier = [{"system": SYSTEM, "value": number}] if number else []
    return {
        "resourceType": "Patient", "id": id, "name": [{"text": name}], "birthDate": born,
        **({"identifier": identifier} if identifier else {}),
    } | more  # fmt: skip


async def members(store: Store, id: str) -> set[str]:
    return set((await store.persons.linked([f"Patient/{id}"]))[f"Patient/{id}"])


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


async def test_new_patients_of_one_transaction_share_their_look_up(store: Store) -> None:
    commands = await store.client.admin.command("serverStatus")
    before = commands["opcounters"]["query"]
    await put(store, *(patient(f"n{number}", "张三", "1958-03-12", None) for number in range(50)))
    commands = await store.client.admin.command("serverStatus")
    assert commands["opcounters"]["query"] - before < 45, "the server counts those of others as well"


OTHER, THIRD = "510104195803129021", "510103194809150031"


async def say(store: Store, *pairs: tuple[str, str], part: bool = False) -> None:
    async def work(tx: Transaction) -> None:
        for one, other in pairs:
            said = store.persons.part if part else store.persons.join
            await said(tx.session, f"Patient/{one}", f"Patient/{other}")

    await store.resources.transact(work)


async def divided(store: Store, id: str) -> bool:
    async def work(tx: Transaction) -> bool:
        return await store.persons.divided(tx.session, f"Patient/{id}")

    return await store.resources.transact(work)


async def test_said_links_join_chains_and_those_of_equal_numbers(store: Store) -> None:
    """Checklist line 51: a chain resolves from each of its ends, whichever link was said first."""
    await put(store, *(patient(id, "张三", "1958-03-12", None) for id in "abc"))
    await put(store, patient("d", "张三", "1958-03-12"), patient("e", "张三", "1958-03-12"))
    await say(store, ("b", "c"), ("a", "b"), ("c", "d"))
    everybody = {f"Patient/{id}" for id in "abcde"}
    assert [await members(store, id) for id in "abcde"] == [everybody] * 5
    assert await store.persons.linked(["Patient/a", "Patient/x"]) == {
        "Patient/a": (await store.persons.linked(["Patient/a"]))["Patient/a"],
        "Patient/x": ("Patient/x",),
    }


async def test_a_said_link_is_taken_back_alone(store: Store) -> None:
    """Checklist line 52: un-merge is reversible; the equal numbers stay."""
    await put(store, patient("a", "张三", "1958-03-12"), patient("b", "张三", "1958-03-12"))
    await put(store, patient("c", "张三", "1958-03-12", None))
    for _ in range(2):
        await say(store, ("b", "c"), ("b", "c"))
        assert await members(store, "a") == {"Patient/a", "Patient/b", "Patient/c"}
        await say(store, ("c", "b"), part=True)
        assert await members(store, "c") == {"Patient/c"}
        assert await members(store, "a") == {"Patient/a", "Patient/b"}


async def test_two_numbers_in_one_person_are_told(store: Store) -> None:
    await put(store, patient("a", "张三", "1958-03-12"), patient("b", "李四", "1958-03-12", OTHER))
    await put(store, patient("c", "张三", "1958-03-12", None), patient("held", "李四", "1958-03-12"))
    await say(store, ("a", "c"))
    assert not await divided(store, "c")
    await say(store, ("c", "b"))
    assert await divided(store, "a")
    await say(store, ("c", "b"), part=True)
    await say(store, ("held", "b"))
    assert await divided(store, "b")


async def test_a_number_that_comes_later_joins_nobody_to_another_number(store: Store) -> None:
    """Those of the new number stay a person of their own; the Patient between the two is held."""
    await put(store, patient("a", "张三", "1958-03-12"), patient("b", "张三", "1958-03-12", None))
    await put(store, patient("x", "张三", "1958-03-12", OTHER))
    await say(store, ("a", "b"))
    await put(store, patient("b", "张三", "1958-03-12", OTHER))
    assert await members(store, "b") == {"Patient/a", "Patient/b"}
    assert await members(store, "x") == {"Patient/x"}
    assert await divided(store, "a")
    await say(store, ("a", "b"), part=True)
    await put(store, patient("b", "张三", "1958-03-12", OTHER, gender="male"))
    assert await members(store, "b") == {"Patient/b", "Patient/x"}


async def test_a_number_that_comes_after_the_said_link_is_found_from_both(store: Store) -> None:
    await put(store, patient("a", "张三", "1958-03-12", None), patient("b", "张三", "1958-03-12", None))
    await say(store, ("a", "b"))
    await put(store, patient("a", "张三", "1958-03-12"), patient("b", "张三", "1958-03-12"))
    await put(store, patient("c", "张三", "1958-03-12"), patient("d", "张三", "1958-03-12", THIRD))
    assert [await members(store, id) for id in "abc"] == [{"Patient/a", "Patient/b", "Patient/c"}] * 3
    assert not await divided(store, "c")
