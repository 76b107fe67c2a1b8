"""Bridges: a third record never joins two people who can't be one, whichever way it comes."""

from typing import Any

from fhir.matching.citizen_number import SYSTEM, check_digit
from fhir.resource import Resource
from fhir.store import Store
from fhir.store.transaction import Transaction
from tests.support.person import record
from tests.unit.fhir.store.test_linking import HOUSE, NUMBER, OTHER, PHONE, WANG, linked, members, waiting
from tests.unit.fhir.store.test_repository import put

_FIRST = "51010419700112003"
SHARED = _FIRST + check_digit(_FIRST)
WEI: dict[str, Any] = {"name": "王伟", "sex": "male", "birth": "1970-01-21"}
LI: dict[str, Any] = {"name": "李秀英", "sex": "female", "birth": "1970-12-01"}
LIU: dict[str, Any] = {
    "name": "李志明",
    "sex": "male",
    "birth": "1958-03-12",
    "phone": PHONE,
    "address": HOUSE,
}


def numbered(patient: Resource, number: str) -> Resource:
    return patient | {"identifier": [{"system": SYSTEM, "value": number}]}


async def test_a_record_without_a_name_leads_nobody_to_another(store: Store) -> None:
    await linked(store, record("a", **WEI, number=SHARED))
    await linked(store, record("x", number=SHARED))
    await linked(store, record("b", **LI, number=SHARED))
    assert await members(store, "a") == {"a"}
    assert await members(store, "b") == {"b"}
    assert len(await waiting(store)) >= 2


async def test_a_card_found_on_somebody_does_not_open_its_owners_file(store: Store) -> None:
    await linked(store, record("a", **WEI, number=SHARED), record("x", number=SHARED))
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == [({"a", "x"}, "card-borrowed")]


async def test_the_word_of_a_clerk_holds_when_a_third_record_tells_a_number(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, address=HOUSE), record("b", **WANG, number=NUMBER))
    await store.clerical_review.separate("Patient/a", "Patient/b", "clerk", "cousins")
    third = record("c", **WANG, phone=PHONE, address=HOUSE)
    await linked(store, third)
    assert await members(store, "c") == {"a", "c"}
    await linked(store, numbered(third, NUMBER))
    assert await members(store, "a") == {"a", "c"}


async def test_a_borrowed_card_stays_with_the_clerk_when_a_third_record_bears_both_names(
    store: Store,
) -> None:
    await linked(store, record("b", **WANG, number=NUMBER), record("a", **LIU, number=NUMBER))
    third = record("c", **LIU)
    await linked(store, third)
    assert await members(store, "c") == {"a", "c"}
    both = third | {"name": [{"text": "李志明"}, {"text": "王建国"}]}
    await linked(store, numbered(both, NUMBER))
    assert await members(store, "b") == {"b"}
    assert "card-borrowed" in {rule for _, rule in await waiting(store)}


async def test_a_clerk_may_say_that_a_borrowed_card_is_none(store: Store) -> None:
    await linked(store, record("b", **WANG, number=NUMBER), record("a", **LIU, number=NUMBER))
    await store.clerical_review.link("Patient/a", "Patient/b", "clerk", "a new name")
    assert await members(store, "a") == {"a", "b"}


async def test_the_number_of_a_deleted_patient_is_not_free(store: Store) -> None:
    await linked(store, record("a", **WEI, number=SHARED))

    async def delete(tx: Transaction) -> None:
        await tx.load(["Patient/a"])
        tx.delete("Patient/a")

    await store.resources.transact(delete)
    await linked(store, record("b", **LI, number=SHARED))
    assert await members(store, "b") == {"b"}
    await linked(store, record("c", **WEI, number=SHARED))
    assert await members(store, "c") == {"a", "c"}


async def test_a_newborn_under_its_mothers_name_and_number_is_not_its_mother(store: Store) -> None:
    mother = record("m", name="王丽", sex="female", birth="1970-01-12", number=SHARED, phone=PHONE)
    child = record("n", name="王丽", sex="male", birth="2024-05-05", number=SHARED, phone=PHONE)
    await linked(store, mother, child)
    assert await members(store, "m") == {"m"}
    assert await waiting(store) == [({"m", "n"}, "mothers-number")]


async def test_a_link_that_becomes_doubtful_goes_to_a_clerk(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    assert await members(store, "a") == {"a", "b"}
    await linked(store, record("b", **WANG, phone=PHONE, number="510104195803129021"))
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == [({"a", "b"}, "one-number-wrong")]


async def test_records_that_turn_out_to_be_twins_part(store: Store) -> None:
    told = {"sex": "male", "birth": "1990-05-05", "phone": PHONE, "address": HOUSE}
    await linked(store, record("a", name="陈琳", **told), record("b", name="陈玲", **told))
    await put(store, record("b", name="陈玲", **told, twin=True))
    await linked(store)
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == [({"a", "b"}, "twins")]


async def test_who_fits_two_people_is_linked_with_neither_whoever_came_first(store: Store) -> None:
    first, second = (record(id, **WANG, phone=PHONE, number=n) for id, n in (("a", NUMBER), ("b", OTHER)))
    without = record("x", **WANG, phone=PHONE)
    await linked(store, first, without)
    assert await members(store, "x") == {"a", "x"}
    await linked(store, second)
    await linked(store, first | {"active": True})
    await linked(store, first | {"gender": "male", "address": [{"text": HOUSE}]})
    assert await members(store, "x") == {"x"}
    assert [pair for pair, _ in await waiting(store) if "x" in pair] != []
