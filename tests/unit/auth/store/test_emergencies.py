"""Openings of files in an emergency (security-and-scale.md, line 19)."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from auth import moment
from auth.store.database import Database
from auth.store.emergencies import LONGEST, AlreadyOpen, AlreadyUsed, Emergencies, Emergency
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
    assert not await emergencies.review(opening, "account-1", "justified", "自己看")
    assert await emergencies.review(opening, "account-2", "justified", "问过急诊科")
    assert not await emergencies.review(opening, "account-3", "not-justified", "改判")
    assert await emergencies.waiting(9) == []
    (found,) = await emergencies.reviewed(9)
    assert found == await emergencies.one(opening.id)
    assert (found.reviewer, found.verdict, found.note) == ("account-2", "justified", "问过急诊科")
    assert found.reason == "昏迷，无法询问"
    assert await emergencies.one("unknown") is None


async def test_what_nobody_has_reviewed_for_a_day_is_overdue_and_first(emergencies: Emergencies) -> None:
    with time_machine.travel(moment.now() - timedelta(days=2), tick=False):
        old = await opened(emergencies, patient="Patient/b")
    new = await opened(emergencies)
    assert [(each.id, each.overdue) for each in await emergencies.waiting(9)] == [
        (old.id, True),
        (new.id, False),
    ]


async def test_the_reason_does_not_lie_open(emergencies: Emergencies, base: Database) -> None:
    opening = await opened(emergencies)
    await emergencies.review(opening, "account-2", "justified", "昏迷属实")
    row = await base["emergencies"].find_one()
    assert row is not None
    assert "昏迷".encode() not in bytes(row["reason"]) + bytes(row["note"])


async def test_it_holds_at_the_house_where_it_was_opened(emergencies: Emergencies) -> None:
    await opened(emergencies)
    assert await emergencies.opened("account-1", "Organization/other") == frozenset()
    assert await emergencies.current("account-1", "Organization/other", ["Patient/a"]) is None
    assert await emergencies.current("account-1", "Organization/h", ["Patient/a", "Patient/b"]) is not None


async def test_one_form_opens_a_file_once(emergencies: Emergencies) -> None:
    await opened(emergencies, form="form-1")
    await emergencies.close("account-1", ["Patient/a"])
    with pytest.raises(AlreadyUsed):
        await opened(emergencies, form="form-1")
    await opened(emergencies, form="form-2")
    await opened(emergencies, form="form-1", patient="Patient/b")
    assert len(await emergencies.waiting(9)) == 3


async def test_of_many_forms_at_once_one_opens(emergencies: Emergencies) -> None:
    asked = (opened(emergencies, form=f"form-{each}") for each in range(8))
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert Counter(type(each) for each in found) == {Emergency: 1, AlreadyOpen: 7}
    assert len(await emergencies.waiting(9)) == 1


async def test_what_is_over_or_is_open_to_others_or_elsewhere_keeps_nothing_closed(
    emergencies: Emergencies,
) -> None:
    first = await opened(emergencies, life=timedelta(hours=1))
    for more in ({"account": "account-2"}, {"organization": "Organization/i"}, {"patient": "Patient/b"}):
        await opened(emergencies, **more)
    with time_machine.travel(first.until - timedelta(seconds=1), tick=False), pytest.raises(AlreadyOpen):
        await opened(emergencies)
    with time_machine.travel(first.until, tick=False):
        await opened(emergencies)
        await emergencies.close("account-1", ["Patient/a"])
        assert not (await opened(emergencies)).ended


async def test_it_is_closed_before_its_time_by_whoever_opened_it(emergencies: Emergencies) -> None:
    await opened(emergencies)
    assert not await emergencies.close("account-2", ["Patient/a"])
    assert await emergencies.close("account-1", ["Patient/b", "Patient/a"])
    assert not await emergencies.close("account-1", ["Patient/a"])
    assert await emergencies.opened("account-1", "Organization/h") == frozenset()
    (told,) = await emergencies.told(["Patient/a"], moment.now() - timedelta(days=1), 9)
    assert told.ended
    assert await emergencies.told(["Patient/a"], moment.now() + timedelta(seconds=1), 9) == []


async def test_what_is_overdue_is_announced_once(emergencies: Emergencies) -> None:
    opening = await opened(emergencies)
    assert (await emergencies.unannounced(9), await emergencies.count_waiting()) == ([], (1, 0))
    with time_machine.travel(opening.began + timedelta(hours=24), tick=False):
        assert (await emergencies.unannounced(9), await emergencies.count_waiting()) == ([opening.id], (1, 1))
        await emergencies.announce(opening.id)
        assert (await emergencies.unannounced(9), await emergencies.count_waiting()) == ([], (1, 1))
        assert [each.id for each in await emergencies.waiting(9)] == [opening.id]
