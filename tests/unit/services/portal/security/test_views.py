"""The page of security lines over a real store."""

import pytest

from auth.roles import Role
from services.portal.security.line import lines
from services.portal.security.views import READERS, security_page, standings
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]


@pytest.mark.parametrize("role", READERS)
async def test_every_line_is_shown_and_what_needs_someone_comes_first(desk: Desk, role: Role) -> None:
    await desk.log_in(role)
    reply = await desk.get(security_page)
    assert reply.status_code == 200
    text = body(reply)
    assert all(f'id="line-{line.number}"' in text for line in lines())
    assert "有演示账号，密码是公开的" in text
    wanting = [each.wanting for each in await standings(desk.platform)]
    assert wanting == sorted(wanting, reverse=True)
    assert f"{sum(wanting)} 条要处理" in text


async def test_others_are_refused(desk: Desk) -> None:
    await desk.log_in(Role.OPERATOR)
    assert (await desk.get(security_page)).status_code == 403
