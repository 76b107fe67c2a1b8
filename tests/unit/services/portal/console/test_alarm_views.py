"""The page of alarms over a real store."""

import pytest

from auth.roles import Role
from services.alarms.alarm import Kind
from services.portal.console.alarm_views import alarms_page
from tests.unit.services.portal.console.conftest import Desk, body, platform

__all__ = ["platform"]


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.OPERATOR, Role.SECURITY])
async def test_what_sounded_is_shown(desk: Desk, role: Role) -> None:
    await desk.platform.alarms.sound(Kind.FEED_SILENT, "A source sends nothing.", source="HTEST")
    await desk.platform.alarms.sound(Kind.FEED_LATE, "Messages of a source wait too long.", source="HTEST")
    await desk.platform.alarms.sound(Kind.SWEEP, "A look.", sign="surname", count=8)
    await desk.log_in(role)
    reply = await desk.get(alarms_page)
    assert reply.status_code == 200
    assert "surname" not in body(reply)
    for expected in (
        "A source sends nothing.",
        "来源 <bdi>HTEST</bdi>",
        "迹象 连续查看同姓的人",
        "没有设置",
        "一个来源的消息等待太久。",
    ):
        assert expected in body(reply)


@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR])
async def test_others_are_refused(desk: Desk, role: Role) -> None:
    if role is not Role.STEWARD:
        await desk.log_in(role)
    assert (await desk.get(alarms_page)).status_code == 403
