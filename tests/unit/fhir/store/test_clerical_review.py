"""What a clerk decides holds against everything that comes after it, and is taken back by a clerk."""

import pytest

from fhir.outcome import Fault, Refusal
from fhir.store import Store
from fhir.store.persons import By
from fhir.store.possible_matches import State
from fhir.store.transaction import Transaction
from services.worker.linking import link
from tests.support.person import record
from tests.support.refusal import refused
from tests.unit.fhir.store.test_linking import NUMBER, OTHER, PHONE, WANG, linked, members, waiting
from tests.unit.fhir.store.test_repository import put


async def test_a_clerk_links_and_takes_it_back(store: Store) -> None:
    await linked(store, record("a", **WANG, number=NUMBER), record("b", **WANG))
    one, other = "Patient/b", "Patient/a"
    await store.clerical_review.link(one, other, "clerk", "he came himself")
    assert await members(store, "a") == {"a", "b"}
    assert await waiting(store) == []
    await store.clerical_review.reopen(one, other, "clerk", "a mistake")
    await link(store)
    assert await members(store, "a") == {"a"}
    assert await waiting(store) == [({"a", "b"}, "weight")]
    match = await store.possible_matches.get("Patient/a Patient/b")
    assert match is not None
    assert [(word.state, word.reason) for word in match.words] == [
        (State.LINKED, "he came himself"),
        (State.OPEN, "a mistake"),
    ]


async def test_what_a_clerk_keeps_apart_stays_apart(store: Store) -> None:
    """Whatever comes: linkage, equal numbers, another write."""
    a, b = record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE)
    await linked(store, a, b)
    await store.clerical_review.separate("Patient/b", "Patient/a", "clerk", "two cousins")
    await linked(store, b | {"active": True}, record("c", **WANG, phone=PHONE))
    assert "b" not in await members(store, "a")
    await linked(store, record("a", **WANG, number=NUMBER), record("b", **WANG, number=NUMBER))
    assert "b" not in await members(store, "a")
    await store.clerical_review.reopen("Patient/b", "Patient/a", "clerk", "one after all")
    await link(store)
    assert "b" in await members(store, "a")


async def test_a_clerk_parts_who_share_a_number(store: Store) -> None:
    await linked(store, *(record(id, **WANG, number=NUMBER) for id in "abc"))
    await store.clerical_review.separate("Patient/b", "Patient/a", "clerk", "a borrowed card")
    assert await members(store, "b") == {"b"}
    assert await members(store, "a") == {"a", "c"}


async def test_who_is_linked_through_a_third_is_not_parted_silently(store: Store) -> None:
    await put(
        store, *(record(id, name=name) for id, name in zip("abc", ("王甲", "王乙", "王丙"), strict=True))
    )

    async def say(tx: Transaction) -> None:
        for one, other in (("a", "b"), ("b", "c")):
            await store.persons.join(tx.session, f"Patient/{one}", f"Patient/{other}", By.FEED)

    await store.resources.transact(say)
    with pytest.raises(Refusal, match="through another Patient"):
        await store.clerical_review.separate("Patient/a", "Patient/c", "clerk", "")
    assert await members(store, "a") == {"a", "b", "c"}


async def test_a_clerk_can_not_give_somebody_two_numbers(store: Store) -> None:
    await linked(store, record("a", **WANG, number=NUMBER), record("b", name="李芳", number=OTHER))
    with pytest.raises(Refusal, match="different valid citizen numbers"):
        await store.clerical_review.link("Patient/a", "Patient/b", "clerk", "")
    assert await members(store, "a") == {"a"}


async def test_a_feeds_unlink_leaves_a_clerks_word(store: Store) -> None:
    await linked(store, record("a", name="王甲"), record("b", name="王乙"))
    await store.clerical_review.link("Patient/a", "Patient/b", "clerk", "")

    async def work(tx: Transaction) -> None:
        await store.persons.join(tx.session, "Patient/a", "Patient/b", By.FEED)
        await store.persons.part(tx.session, "Patient/a", "Patient/b", By.FEED)

    await store.resources.transact(work)
    assert await members(store, "a") == {"a", "b"}


@pytest.mark.parametrize("other", ["Patient/a", "Patient/nobody"])
async def test_there_must_be_two(store: Store, other: str) -> None:
    await put(store, record("a", **WANG))
    with pytest.raises(Refusal, match="no two such"):
        await store.clerical_review.link("Patient/a", other, "clerk", "")


async def test_who_has_not_seen_the_last_word_decides_nothing(store: Store) -> None:
    await linked(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG))
    await store.clerical_review.separate("Patient/a", "Patient/b", "one", "", 0)
    await refused(store.clerical_review.link("Patient/a", "Patient/b", "other", "", 0), Fault.STALE)
    await store.clerical_review.reopen("Patient/a", "Patient/b", "other", "", 1)
