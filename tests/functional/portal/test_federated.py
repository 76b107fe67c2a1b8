"""Log-in through an outside OpenID provider in a real browser without JavaScript."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import Role
from services.platform import Platform
from tests.functional.portal.conftest import PASSWORD, at
from tests.functional.portal.region import RESIDENT, STRANGERS_NUMBER, residents
from tests.support.openid_provider import CLIENT, SECRET, OpenIDProvider, provided
from tests.support.people import TODAY
from tests.support.resources import put
from tests.support.web import served

WANGS_NUMBER = "510104195803129013"


@pytest.fixture
async def outside() -> AsyncIterator[OpenIDProvider]:
    async with provided() as provider:
        yield provider


@pytest.fixture
async def platform(
    database: tuple[str, str], tmp_path: Path, outside: OpenIDProvider
) -> AsyncIterator[Platform]:
    """A platform that trusts the provider's citizen numbers, with one resident who has an account."""
    uri, name = database
    options = {
        "oidc_issuer": outside.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET,
        "oidc_number_claim": "id_number",
    }  # fmt: skip
    async with served(uri, name, tmp_path / "data", host="localhost", **options) as platform:
        await put(platform.store, *residents(TODAY))
        await accounts.create_demonstration(
            platform.database, Passwords(), platform.store.vault, login="wang", name="王建国",
            roles=(Role.RESIDENT,), password=PASSWORD, totp_secret=None, patient=f"Patient/{RESIDENT}",
        )  # fmt: skip
        yield platform


async def test_a_resident_connects_and_comes_back_from_outside(
    platform: Platform, outside: OpenIDProvider, tab: Page
) -> None:
    address = platform.settings.address
    await tab.goto(f"{address}/login")
    await tab.click("text=用实名认证登录")
    assert "还没有对应的账号" in await tab.inner_text("#error")
    await tab.fill("#login", "wang")
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    await tab.wait_for_url(at("/resident"))
    await tab.click("a.reader")
    await tab.click("text=连接实名认证")
    await tab.click("text=去实名认证")
    await tab.wait_for_url(at("/login/factors"))
    assert "已连接" in await tab.inner_text("main")
    await tab.click("text=退出")
    await tab.goto(f"{address}/login?next=/resident/access")
    await tab.click("text=用实名认证登录")
    await tab.wait_for_url(at("/resident/access"))
    assert "code=" not in tab.url


async def test_a_proved_number_opens_ones_own_file_and_no_other(
    platform: Platform, outside: OpenIDProvider, tab: Page
) -> None:
    outside.claims = {"sub": "p2", "id_number": STRANGERS_NUMBER, "name": "李淑芬"}
    await tab.goto(f"{platform.settings.address}/login/federated")
    await tab.wait_for_url(at("/resident"))
    text = await tab.inner_text("body")
    assert "李淑芬" in text
    assert "王建国" not in text
    reply = await tab.goto(f"{platform.settings.address}/clinician/patients/{RESIDENT}")
    assert reply is not None
    assert reply.status == 403


async def test_a_proved_number_finds_the_account_that_is_there(
    platform: Platform, outside: OpenIDProvider, tab: Page
) -> None:
    outside.claims = {"sub": "p1", "id_number": WANGS_NUMBER}
    await tab.goto(f"{platform.settings.address}/login/federated")
    await tab.wait_for_url(at("/resident"))
    assert "血糖" in await tab.inner_text("main")
    assert await platform.database["accounts"].count_documents({}) == 1


async def test_what_the_provider_refuses_opens_nothing(
    platform: Platform, outside: OpenIDProvider, tab: Page
) -> None:
    outside.answer = {"error": "access_denied"}
    reply = await tab.goto(f"{platform.settings.address}/login/federated")
    assert reply is not None
    assert reply.status == 422
    assert "外部登录没有成功" in await tab.inner_text("#error")
    assert [each.get("name") for each in await tab.context.cookies()] == ["furong_form"]


async def test_without_a_provider_there_is_no_such_page(
    database: tuple[str, str], tmp_path: Path, tab: Page
) -> None:
    uri, name = database
    async with served(uri, name, tmp_path / "data", host="localhost") as platform:
        for path in ("/login/federated", "/login/federated/callback?code=x&state=y"):
            reply = await tab.goto(platform.settings.address + path)
            assert reply is not None
            assert reply.status == 404
        await tab.goto(f"{platform.settings.address}/login")
        assert "实名认证" not in await tab.inner_text("main")
