"""Whose messages a steward sees: checklist line 69."""

import pytest

from auth.roles import Role
from services.inbox import DEAD
from services.portal.console.correction_views import attempt, edit, field
from services.portal.console.dead_letter_views import dead_letters_page, discard, retry
from services.portal.console.map_views import maps_page
from services.portal.console.message_views import feed_page, message_page, search
from services.portal.console.text_views import text_page
from services.portal.console.views import feeds_page
from tests.unit.services.portal.console.conftest import BAD, Desk, body, desk, platform

__all__ = ["desk", "platform"]
OWN, ANOTHERS = "Organization/o", "Organization/another"


async def test_line_69_a_steward_of_an_institution_sees_its_own_messages_alone(desk: Desk) -> None:
    id = await desk.dead()
    await desk.log_in(Role.STEWARD, ANOTHERS)
    for view in (message_page, text_page):
        assert (await desk.get(view, id=id)).status_code == 404
    for view in (feed_page, maps_page):
        assert (await desk.get(view, source="TEST1")).status_code == 404
    for view in (feeds_page, dead_letters_page):
        assert "TEST1" not in body(await desk.get(view))
    assert id not in body(await desk.post(search, {"number": "C9"}))


@pytest.mark.parametrize("view", [retry, discard, edit, attempt, field])
async def test_line_69_and_does_nothing_about_those_of_another(desk: Desk, view: object) -> None:
    id = await desk.dead()
    await desk.log_in(Role.STEWARD, ANOTHERS)
    form = {"reason": "x", "text": BAD, "place": "PID-5", "value": "x"}
    assert (await desk.post(view, form, id=id)).status_code == 404  # type: ignore[arg-type]
    assert (await desk.row(id))["state"] == DEAD


async def test_line_63_he_does_his_work_on_his_own(desk: Desk) -> None:
    id = await desk.dead()
    await desk.log_in(Role.STEWARD, OWN)
    assert id in body(await desk.get(dead_letters_page))
    assert id in body(await desk.post(search, {"number": "C9"}))
    assert "TEST1" in body(await desk.get(feeds_page))
    assert (await desk.get(maps_page, source="TEST1")).status_code == 200
    assert (await desk.post(retry, {}, id=id)).status_code == 303


async def test_what_nobody_has_proved_to_have_sent_is_the_regions(desk: Desk) -> None:
    id = await desk.dead()
    await desk.inbox.collection.update_one({"_id": id}, {"$set": {"source": ""}})
    assert (await desk.get(message_page, id=id)).status_code == 200
    await desk.log_in(Role.STEWARD, OWN)
    assert (await desk.get(message_page, id=id)).status_code == 404
