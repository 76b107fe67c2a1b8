"""Persons: what is said of two Patients, beside what their citizen numbers say."""

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
    return set(await store.persons.members(f"Patient/{id}"))


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
