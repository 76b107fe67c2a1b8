"""What a form of a pair may ask, and what becomes of what it may not."""

from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from auth.roles import Role
from fhir.store.possible_matches import State
from fhir.summary.moment import CHENGDU
from services.portal.console.persons.decision import said
from services.portal.console.persons.pair_views import decide, pair_page
from services.portal.console.persons.queue_views import queue_page
from services.worker.linking import link
from tests.support.person import record
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
NUMBER, PAIR = "510104195803129013", "a~20b"
REASON = {"reason": "HTEST came himself", "seen": "0"}


async def put(desk: Desk, *patients: dict[str, Any], house: str | None = None) -> None:
    async def work(tx: Any) -> None:
        for patient in patients:
            tx.put(patient, recorder=house)

    await desk.platform.store.resources.transact(work)
    await link(desk.platform.store)


async def pair(desk: Desk) -> None:
    await put(desk, record("a", **WANG, number=NUMBER), record("b", **WANG))


async def state(desk: Desk) -> State | None:
    match = await desk.platform.store.possible_matches.get("Patient/a Patient/b")
    return match.state if match else None


def day(days: int) -> str:
    return (moment.now().astimezone(CHENGDU) + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"act": "link"}, 422, "请写明理由"),
        ({"act": "link", "reason": "   "}, 422, "请写明理由"),
        (REASON | {"act": "postpone", "until": day(0)}, 422, "今天以后、一年以内"),
        (REASON | {"act": "postpone", "until": day(-1)}, 422, "今天以后、一年以内"),
        (REASON | {"act": "postpone", "until": "soon"}, 422, "今天以后、一年以内"),
        (REASON | {"act": "postpone"}, 422, "今天以后、一年以内"),
        (REASON | {"act": "link", "seen": "1"}, 409, "刚刚有人"),
        (REASON | {"act": "merge"}, 400, "请求有误"),
        ({}, 400, "请求有误"),
        (REASON | {"act": "link"}, 200, "请确认"),
        (REASON | {"act": "separate"}, 200, "请确认"),
    ],
)
async def test_what_is_not_whole_or_not_confirmed_is_not_done(
    desk: Desk, form: dict[str, str], status: int, words: str
) -> None:
    await pair(desk)
    reply = await desk.post(decide, {"seen": "0"} | form, id=PAIR)
    assert (reply.status_code, words in body(reply)) == (status, True)
    assert await state(desk) is State.OPEN


async def test_postponed_until_a_day_and_reopened(desk: Desk) -> None:
    await pair(desk)
    reply = await desk.post(decide, REASON | {"act": "postpone", "until": day(1)}, id=PAIR)
    assert (reply.status_code, reply.headers["location"]) == (303, "/console/persons/a~20b")
    match = await desk.platform.store.possible_matches.get("Patient/a Patient/b")
    assert match is not None
    assert match.until is not None
    local = match.until.astimezone(CHENGDU)
    assert (local.date().isoformat(), local.hour) == (day(1), 0)
    assert [each.reason for each in await said(desk.platform, match.words)] == ["HTEST came himself"]
    assert "HTEST" not in str(match.words)


async def test_what_cannot_be_recorded_is_not_done(desk: Desk) -> None:
    await pair(desk)
    await desk.platform.database.command("collMod", "audit", validator={"never": {"$exists": True}})
    form = REASON | {"act": "link", "confirmed": "1"}
    assert (await desk.post(decide, form, id=PAIR)).status_code == 503
    assert await state(desk) is State.OPEN


async def test_other_roles_are_refused(desk: Desk) -> None:
    await pair(desk)
    for role in (Role.OPERATOR, Role.PRIVACY, Role.AUDITOR):
        await desk.log_in(role)
        assert (await desk.get(queue_page)).status_code == 403
        assert (await desk.get(pair_page, id=PAIR)).status_code == 403
        assert (await desk.post(decide, REASON, id=PAIR)).status_code == 403
