"""Record linkage against a real store: what is linked, what waits for a clerk, what is taken back."""

from typing import Any

from fhir.matching.features import features
from fhir.store import Store
from fhir.store.possible_matches import State
from services.worker.linking import link
from tests.support.person import record
from tests.unit.fhir.store.test_repository import put

NUMBER, OTHER = "510104195803129013", "510104195803129021"
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
PHONE, HOUSE = "15400000001", "武侯区演示东路1号2栋301室"


async def linked(store: Store, *records: dict[str, Any]) -> None:
    await put(store, *records)
    await link(store)


async def members(store: Store, id: str) -> set[str]:
    found = await store.persons.linked([f"Patient/{id}"])
    return {each.removeprefix("Patient/") for each in found[f"Patient/{id}"]}


async def waiting(store: Store) -> list[tuple[set[str], str]]:
    found = await store.possible_matches.page([State.OPEN], limit=50)
    return [({each.one[8:], each.other[8:]}, each.rule) for each in found]


async def test_records_without_a_number_are_linked_by_what_else_agrees(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    assert await members(store, "a") == {"a", "b"}
    assert await waiting(store) == []


async def test_records_that_come_one_by_one_meet(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, address=HOUSE))
    await linked(store, record("b", **WANG, address=HOUSE))
    await linked(store, record("c", **WANG | {"name": "王 建國"}, phone=PHONE))
    assert await members(store, "c") == {"a", "b", "c"}


async def test_what_is_only_possible_waits_for_a_clerk(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG))
    assert await members(store, "b") == {"b"}
    assert await waiting(store) == [({"a", "b"}, "weight")]


async def test_of_a_person_of_many_records_one_waits(store: Store) -> None:
    await linked(
        store, *(record(id, **WANG, phone=PHONE, number=NUMBER) for id in "abc"), record("d", **WANG)
    )
    assert len(await waiting(store)) == 1


async def test_a_borrowed_card_waits_for_a_clerk(store: Store) -> None:
    lent = {"name": "李志明", "sex": "male", "birth": "1990-07-01"}
    await linked(store, record("a", **WANG, number=NUMBER), record("b", **lent, number=NUMBER))
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == [({"a", "b"}, "card-borrowed")]


async def test_a_baby_with_its_mothers_number_is_neither_linked_nor_asked_about(store: Store) -> None:
    mother = {"name": "张三", "sex": "female", "birth": "1958-03-12"}
    baby = {"name": "张三之女", "sex": "female", "birth": "2024-05-06"}
    await linked(store, record("a", **mother, number=OTHER), record("b", **baby, number=OTHER))
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == []


async def test_a_record_that_fits_two_numbers_is_linked_with_neither(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER))
    await linked(store, record("b", **WANG, phone=PHONE, number=OTHER))
    await linked(store, record("x", **WANG, phone=PHONE))
    assert [await members(store, id) for id in "abx"] == [{"a"}, {"b"}, {"x"}]
    assert sorted(await waiting(store), key=str) == sorted(
        [({"a", "b"}, "one-number-wrong"), ({"a", "x"}, "weight"), ({"b", "x"}, "weight")], key=str
    )


async def test_a_link_that_is_not_borne_out_any_more_is_taken_back(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE))
    assert await members(store, "a") == {"a", "b"}
    await linked(store, record("b", name="李芳", sex="female", birth="1990-07-01"))
    assert await members(store, "a") == {"a"}


async def test_a_possible_match_goes_when_a_correction_settles_it(store: Store) -> None:
    await linked(store, record("a", **WANG, number=NUMBER), record("b", **WANG))
    assert len(await waiting(store)) == 1
    await linked(store, record("b", **WANG, number=NUMBER))
    assert await members(store, "b") == {"a", "b"}
    assert await waiting(store) == []


async def test_what_changes_nothing_that_is_compared_does_not_wait(store: Store) -> None:
    await linked(store, record("a", **WANG))
    await put(store, record("a", **WANG) | {"active": True})
    assert await store.linking.waiting(10) == []
    await put(store, record("a", **WANG, phone=PHONE))
    assert [row["_id"] for row in await store.linking.waiting(10)] == ["Patient/a"]


async def test_a_telephone_that_many_share_links_nobody(store: Store) -> None:
    village = [record(f"v{at}", name=f"李{at}", birth="1970-01-02", phone=PHONE) for at in range(40)]
    await linked(store, *village, record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE))
    assert await members(store, "a") == {"a"}


async def test_the_blocking_keys_tell_nothing(store: Store) -> None:
    await put(store, record("a", **WANG, phone=PHONE, number=NUMBER))
    row = await store.database["resources"].find_one({"_id": "Patient/a"})
    assert row is not None
    blocks = [token for token in row["tokens"] if token.startswith(("Patient.~block|", "Patient.~count|"))]
    assert len(blocks) > 8
    assert not any(told in token for token in blocks for told in ("王", "wang", "1958", PHONE, NUMBER[:6]))


async def test_candidates_of_somebody_who_is_not_stored(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("z", name="李芳"))
    found = await store.linking.candidates(features(record("?", **WANG, phone=PHONE)))
    assert [(row.id, judgement.outcome.value) for row, judgement in found] == [("a", "link")]
