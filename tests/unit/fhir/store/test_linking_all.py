"""All at once: what one by one comes to, but for the order."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest

from fhir.store import Store
from fhir.store.linking_all import Linked
from fhir.store.persons import By
from fhir.store.possible_matches import Chosen, State
from fhir.store.transaction import Transaction
from services.worker.linking import link
from tests.support.person import record
from tests.unit.fhir.store.test_linking import NUMBER, OTHER, PHONE, WANG, members, waiting
from tests.unit.fhir.store.test_repository import put

LI: dict[str, Any] = {"name": "李秀英", "sex": "female", "birth": "1960-02-03"}


async def link_all(store: Store, **more: Any) -> Linked:
    return await store.linking_all.run(store.linking.model, processes=1, **more)


async def test_what_is_sure_is_linked_and_what_is_possible_waits(store: Store) -> None:
    await put(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    await put(store, record("c", **WANG, number=NUMBER), record("x", **LI))
    lent = {"name": "李志明", "sex": "male", "birth": "1990-07-01"}
    await put(store, record("d", **lent, number=NUMBER))
    told = await link_all(store)
    assert (told.patients, told.links, told.possible) == (5, 1, 1)
    assert await members(store, "a") == {"a", "b", "c"}
    assert [rule for _, rule in await waiting(store)] == ["card-borrowed"]
    assert await store.linking.waiting(10) == []


async def test_a_dry_run_changes_nothing(store: Store) -> None:
    await put(store, record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE))
    assert (await link_all(store, dry=True)).links == 1
    assert await members(store, "a") == {"a"}
    assert len(await store.linking.waiting(10)) == 2


async def test_what_is_linked_already_is_not_linked_again(store: Store) -> None:
    await put(store, record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE))
    await link(store)
    assert (await link_all(store)).links == 0
    row = await store.database["persons"].find_one({"_id": "Patient/a Patient/b"})
    assert row is not None
    assert row["by"] == [By.MATCHER]


async def test_what_a_clerk_keeps_apart_is_not_joined_through_others(store: Store) -> None:
    await put(store, *(record(id, **WANG, phone=PHONE) for id in "ab"))
    await link(store)
    await store.clerical_review.separate("Patient/b", "Patient/a", "clerk", "")
    await put(store, record("c", **WANG, phone=PHONE))
    await link_all(store)
    assert "b" not in await members(store, "a")
    assert await store.possible_matches.count(State.SEPARATE) == 1


async def test_a_number_that_comes_later_is_held_against_the_link(store: Store) -> None:
    """The row of a number of which a member has a link is marked, so that all of the person are found."""
    await put(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    await link_all(store)
    await put(store, record("c", **WANG, number=NUMBER), record("z", **LI, number=OTHER))
    assert await members(store, "c") == {"a", "b", "c"}

    async def divided(tx: Transaction) -> bool:
        return await store.persons.divided(tx.session, "Patient/c")

    assert not await store.resources.transact(divided)


async def _meanwhile(
    store: Store, monkeypatch: pytest.MonkeyPatch, said: Callable[[], Awaitable[Any]]
) -> None:
    """Link all; `said` comes when everything was read and nothing written."""
    keep = store.linking_all._keep

    async def late(*found: Any) -> int:
        await said()
        return await keep(*found)

    monkeypatch.setattr(store.linking_all, "_keep", late)
    await link_all(store)


async def test_what_a_clerk_says_meanwhile_holds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(store, record("a", **WANG, phone=PHONE), record("b", **WANG, phone=PHONE))
    said = partial(store.clerical_review.separate, "Patient/b", "Patient/a", "clerk", "meanwhile")
    await _meanwhile(store, monkeypatch, said)
    assert await members(store, "a") == {"a"}
    await link(store)
    assert await members(store, "a") == {"a"}


async def test_who_is_written_meanwhile_waits_in_the_queue(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, record("a", **WANG, phone=PHONE, number=NUMBER), record("b", **WANG, phone=PHONE))
    told = partial(put, store, record("b", **WANG, phone=PHONE, number=OTHER))
    await _meanwhile(store, monkeypatch, told)
    assert await members(store, "a") == {"a"}
    assert [row["_id"] for row in await store.linking.waiting(10)] == ["Patient/b"]


async def test_a_clerk_of_a_house_finds_what_was_found_at_once(store: Store) -> None:
    await put(store, record("a", **WANG, number=NUMBER), record("b", **LI, number=NUMBER))
    resources = store.database["resources"]
    await resources.update_many({"type": "Patient"}, {"$set": {"recorder": "Organization/h"}})
    await link_all(store)
    assert await store.possible_matches.count(Chosen([State.OPEN], "Organization/h")) == 1
