"""The officer's page: a number is asked for, and tells nothing where nobody holds it."""

from auth.roles import Role
from services.portal.console.consent_views import pages, search
from tests.unit.services.portal.console.conftest import Desk, body


async def test_an_officer_is_asked_for_a_number(desk: Desk) -> None:
    await desk.log_in(Role.PRIVACY)
    assert 'action="/console/consents/number"' in body(await desk.get(pages.listed))
    unknown = await desk.post(search, {"number": "510104195803129013"})
    assert unknown.status_code == 404
    assert "没有找到" in body(unknown)


async def test_another_role_is_refused(desk: Desk) -> None:
    assert (await desk.get(pages.listed)).status_code == 403
    assert (await desk.post(search, {"number": "510104195803129013"})).status_code == 403
