from datetime import timedelta
from typing import Any

import pytest

from fhir.store import Store
from fhir.store.document import now
from fhir.store.possible_matches import State
from fhir.store.transaction import Transaction
from services.worker.lease import Lease
from services.worker.linking import link
from tests.support.person import record
from tests.unit.fhir.store.test_linking import NUMBER, PHONE, WANG, members
from tests.unit.fhir.store.test_repository import put


async def test_all_who_wait_are_linked_in_one_go(store: Store) -> None:
    await put(store, *(record(f"p{at}", **WANG, phone=PHONE) for at in range(3)))
    assert await link(store) == 3
    assert await members(store, "p0") == {"p0", "p1", "p2"}
    assert await link(store) == 0


async def test_who_does_not_hold_the_lease_links_nobody(store: Store) -> None:
    await put(store, record("a", **WANG))
    lease = Lease(store.database)
    assert await link(store, lease) == 0
    assert len(await store.linking.waiting(10)) == 1


async def test_it_asks_after_each_whether_messages_wait(store: Store) -> None:
    answers = iter([True, False])
    await put(store, *(record(f"p{at}", **WANG, phone=PHONE) for at in range(2)))
    assert await link(store, None, lambda: next(answers)) == 2
    assert next(answers, None) is None


async def test_who_can_not_be_decided_holds_up_nobody(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await put(store, *(record(f"p{at}", **WANG, phone=PHONE) for at in range(3)))
    settle = store.linking.settle

    async def fails(row: dict[str, Any]) -> None:
        if row["_id"] == "Patient/p0":
            raise ValueError("HTEST")
        await settle(row)

    monkeypatch.setattr(store.linking, "settle", fails)
    assert await link(store) == 3
    assert await members(store, "p1") == {"p1", "p2", "p0"}, "the others have met it"
    assert await store.linking.waiting(10) == [], "it waits for a later time"
    assert await store.database["linking"].count_documents({}) == 1
    assert "record linkage failed" in caplog.text
    assert "HTEST" not in caplog.text


async def test_what_was_postponed_is_open_again_when_it_is_due(store: Store) -> None:
    await put(store, record("a", **WANG, number=NUMBER), record("b", **WANG))
    await link(store)
    past = now() - timedelta(minutes=1)
    await store.clerical_review.postpone("Patient/a", "Patient/b", past, "clerk", "ask him")
    await link(store)
    assert await store.possible_matches.count(State.OPEN) == 1


async def test_nobody_has_to_decide_about_who_was_deleted(store: Store) -> None:
    await put(store, record("a", **WANG, number=NUMBER), record("b", **WANG))
    await link(store)
    assert await store.possible_matches.count(State.OPEN) == 1

    async def delete(tx: Transaction) -> None:
        tx.delete("Patient/b")

    await store.resources.transact(delete)
    assert await link(store) == 1
    assert await store.possible_matches.count(State.OPEN) == 0
    assert await store.linking.waiting(10) == []
