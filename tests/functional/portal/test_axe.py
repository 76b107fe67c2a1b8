"""axe on every page that its address alone leads to, under every role, in Chinese, English and large type.

WCAG 2.2 AA. Pages about one record have their checks in the walks that lead there.
"""

import pytest
from playwright.async_api import Page

from auth.login import accounts, sessions
from auth.roles import Role
from auth.store import accounts as stored
from services.portal.routes import PAGES
from tests.functional.portal.conftest import PASSWORD, Site
from tests.support import axe
from tests.support.known_passwords import KnownPasswords

_LOGINS = {
    Role.CLINICIAN: "doctor",
    Role.RESIDENT: "wang",
    Role.STEWARD: "steward",
    Role.PRIVACY: "privacy",
    Role.SECURITY: "security",
    Role.OPERATOR: "operator",
    Role.AUDITOR: "auditor",
}
_ELSEWHERE = (
    "/oauth/",
    *(f"/login/{step}" for step in ("federated", "again", "enrol", "factor", "passkey")),
    "/resident/corrections/new",
)
"""Steps of a log-in, what leads out of the platform, what is about one line: their walks check them."""


def pages(role: Role) -> list[str]:
    """The pages of a role whose addresses name nothing."""
    return [
        path
        for method, path, who, _ in PAGES
        if method == "GET" and "{" not in path and role in who.split() and not path.startswith(_ELSEWHERE)
    ]


async def enter(page: Page, site: Site, role: Role) -> None:
    """A page of somebody in that role, who is made where nobody has it."""
    database, vault = site.platform.database, site.platform.store.vault
    account = await stored.by_login(database, _LOGINS[role])
    if account is None:
        await accounts.create_demonstration(
            database, KnownPasswords(), vault, login=_LOGINS[role], name="HTEST", roles=(role,),
            password=PASSWORD, totp_secret=None,
        )  # fmt: skip
        account = await stored.by_login(database, _LOGINS[role])
    assert account is not None
    token = await sessions.start(database, account, amr=("pwd", "hwk"))
    await page.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])


@pytest.mark.parametrize("role", list(_LOGINS))
async def test_axe_finds_nothing(site: Site, scripted: Page, role: Role) -> None:
    await enter(scripted, site, role)
    looked = pages(role)
    assert looked
    for language, elder in (("zh-CN", "0"), ("en", "1")):
        await scripted.context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        for path in looked:
            reply = await scripted.goto(site.address + path)
            assert reply is not None
            assert reply.status == 200, path
            await scripted.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
            assert await axe.violations(scripted) == [], (path, language)


@pytest.mark.parametrize("path", ["/login", "/nowhere"])
async def test_axe_finds_nothing_before_the_log_in(site: Site, scripted: Page, path: str) -> None:
    await scripted.goto(site.address + path)
    assert await axe.violations(scripted) == []
