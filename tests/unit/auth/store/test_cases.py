"""Cases of residents (PIPL articles 46 and 50)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from auth import moment
from auth.store.cases import TERM, AlreadyOpen, Case, Cases, Kind, ensure_indexes
from auth.store.database import Database
from fhir.store.changes import Changes
from fhir.store.vault import Vault


@pytest.fixture
async def cases(base: Database) -> Cases:
    await ensure_indexes(base)
    return Cases(base, Vault(base["keys"], b"k" * 32, Changes(base)))


async def opened(cases: Cases, kind: Kind = Kind.CORRECTION, **more: Any) -> Case:
    usual: dict[str, Any] = {
        "patient": "Patient/a", "about": "Observation/1", "by": "account-1", "words": "HTEST 不是我的",
        "line": "血糖 7.2", "house": "Organization/h",
    }  # fmt: skip
    return await cases.open(kind, **usual | more)


async def test_what_was_written_is_sealed_and_read_again(cases: Cases, base: Database) -> None:
    made = await opened(cases)
    assert await cases.one(made.id) == made
    row = await base["cases"].find_one({})
    assert "HTEST" not in str(row)
    assert "血糖" not in str(row)


async def test_it_is_answered_once_and_not_by_whoever_opened_it(cases: Cases) -> None:
    made = await opened(cases)
    assert not await cases.answer(made, "account-1", "granted", "自己答")
    assert await cases.answer(made, "account-2", "granted", "已改")
    assert not await cases.answer(made, "account-3", "refused", "改判")
    assert await cases.waiting(Kind.CORRECTION, None, 9) == []
    (found,) = await cases.closed(Kind.CORRECTION, "Organization/h", 9)
    assert (found.judge, found.verdict, found.note) == ("account-2", "granted", "已改")
    assert [each.id for each in await cases.answered(["Patient/a"], made.opened, 9)] == [made.id]


async def test_one_waits_about_one_thing_and_after_the_answer_another_may(cases: Cases) -> None:
    made = await opened(cases)
    with pytest.raises(AlreadyOpen):
        await opened(cases)
    await opened(cases, patient="Patient/b")
    await cases.answer(made, "account-2", "refused", "核对过")
    await opened(cases)
    assert len(await cases.of(["Patient/a"], 9)) == 2


async def test_a_house_sees_its_own_and_the_region_all(cases: Cases) -> None:
    await opened(cases)
    await opened(cases, about="Observation/2", house=None)
    await opened(cases, Kind.COMPLAINT, about="record", house=None)
    assert len(await cases.waiting(Kind.CORRECTION, "Organization/h", 9)) == 1
    assert await cases.waiting(Kind.CORRECTION, "Organization/other", 9) == []
    assert len(await cases.waiting(Kind.CORRECTION, None, 9)) == 2


async def test_it_is_overdue_after_its_term(cases: Cases) -> None:
    made = await opened(cases)
    assert made.due - made.opened == TERM
    with time_machine.travel(made.due - timedelta(seconds=1), tick=False):
        assert await cases.count_overdue(Kind.CORRECTION, None) == 0
    with time_machine.travel(made.due, tick=False):
        assert made.overdue
        assert await cases.count_overdue(Kind.CORRECTION, None) == 1
    assert made.opened <= moment.now()
