"""Openings of files in an emergency (security-and-scale.md, line 19)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from auth import moment
from auth.store.database import Database
from auth.store.emergencies import LONGEST, Emergencies, Emergency
from fhir.store.changes import Changes
from fhir.store.vault import Vault


@pytest.fixture
def emergencies(base: Database) -> Emergencies:
    changes = Changes(base)
    return Emergencies(base, Vault(base["keys"], b"k" * 32, changes), changes)


async def opened(emergencies: Emergencies, **more: Any) -> Emergency:
    usual: dict[str, Any] = {
        "account": "account-1", "name": "HTEST", "organization": "Organization/h",
        "practitioner": "Practitioner/d", "patient": "Patient/a", "code": "unconscious",
        "reason": "昏迷，无法询问",
    }  # fmt: skip
    return await emergencies.open(None, **(usual | more))


async def test_it_ends_by_itself_after_at_most_a_day(emergencies: Emergencies) -> None:
    opening = await opened(emergencies, life=timedelta(days=9))
    assert opening.until - opening.began == LONGEST
    assert await emergencies.opened("account-1", "Organization/h") == {"Patient/a"}
    with time_machine.travel(opening.until - timedelta(seconds=1), tick=False):
        assert await emergencies.opened("account-1", "Organization/h") == {"Patient/a"}
    with time_machine.travel(opening.until, tick=False):
        assert await emergencies.opened("account-1", "Organization/h") == frozenset()


async def test_a_second_person_reviews_it_once(emergencies: Emergencies) -> None:
    opening = await opened(emergencies)
    assert [each.id for each in await emergencies.waiting(9)] == [opening.id]
    assert not await emergencies.review(opening.id, "account-1", "justified")
    assert not await emergencies.review("unknown", "account-2", "justified")
    assert await emergencies.review(opening.id, "account-2", "justified")
    assert not await emergencies.review(opening.id, "account-3", "not justified")
    assert await emergencies.waiting(9) == []
    (latest,) = await emergencies.latest(9)
    assert (latest.reviewer, latest.verdict, latest.reason) == ("account-2", "justified", "昏迷，无法询问")


async def test_what_nobody_has_reviewed_for_a_day_is_overdue_and_first(emergencies: Emergencies) -> None:
    with time_machine.travel(moment.now() - timedelta(days=2), tick=False):
        old = await opened(emergencies, patient="Patient/b")
    new = await opened(emergencies)
    assert [(each.id, each.overdue) for each in await emergencies.waiting(9)] == [
        (old.id, True),
        (new.id, False),
    ]


async def test_the_reason_does_not_lie_open(emergencies: Emergencies, base: Database) -> None:
    await opened(emergencies)
    row = await base["emergencies"].find_one()
    assert row is not None
    assert "昏迷".encode() not in bytes(row["reason"])
