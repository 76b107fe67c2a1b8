"""Passkeys in a real browser: a device is enrolled at the first log-in and asked for ever after.

Chromium's own virtual authenticator (CDP, WebAuthn domain) is the device.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, ConsoleMessage, Page

from auth.login import accounts
from auth.roles import Role
from tests.functional.portal.conftest import PASSWORD, Site, at
from tests.support.known_passwords import KnownPasswords

DEVICE = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "usb", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class Desk:
    """A tab with scripts, and the devices that are plugged in."""

    def __init__(self, tab: Page, devices: CDPSession) -> None:
        self.tab, self._devices, self.complaints = tab, devices, list[str]()
        tab.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if "422" not in message.text:  # what a form refuses, Chromium counts as a failure
            self.complaints.append(message.text)

    async def plug_in(self, **other: Any) -> str:
        made = await self._devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | other})
        return str(made["authenticatorId"])

    async def unplug(self, device: str) -> None:
        await self._devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})

    async def log_in(self, site: Site, login: str) -> None:
        await self.tab.goto(f"{site.address}/login")
        await self.tab.fill("#login", login)
        await self.tab.fill("#password", PASSWORD)
        await self.tab.press("#password", "Enter")
        await self.tab.wait_for_url(re.compile("/login/"))


@pytest.fixture
async def desk(browser: Browser) -> AsyncIterator[Desk]:
    context = await browser.new_context(locale="zh-CN")
    context.set_default_timeout(10_000)
    tab = await context.new_page()
    devices = await context.new_cdp_session(tab)
    await devices.send("WebAuthn.enable")
    yield Desk(tab, devices)
    await context.close()


@pytest.fixture
async def operator(site: Site) -> None:
    platform = site.platform
    await accounts.create_demonstration(
        platform.database, KnownPasswords(), platform.store.vault, login="operator", name="运行值守",
        roles=(Role.OPERATOR,), password=PASSWORD, totp_secret=None,
    )  # fmt: skip


async def test_an_operator_enrols_a_key_adds_a_second_and_logs_in_with_it(
    site: Site, desk: Desk, operator: None
) -> None:
    tab, first = desk.tab, await desk.plug_in()
    await desk.log_in(site, "operator")
    assert "设置通行密钥" in await tab.inner_text("h1")
    await tab.fill("#name", "抽屉里的钥匙")
    await tab.click("main button")
    await tab.wait_for_url(at("/console/feeds"))
    await tab.click("a.reader")
    assert "抽屉里的钥匙" in await tab.inner_text("main")
    await tab.click("button[name=remove]")
    assert "不能删除" in await tab.inner_text("[role=alert]")
    await desk.unplug(first)
    await desk.plug_in(transport="internal")
    await tab.click("text=添加通行密钥")
    await tab.wait_for_url(re.compile("/login/enrol/passkey"))
    await tab.fill("#name", "笔记本电脑")
    await tab.click("main button")
    await tab.wait_for_url(at("/login/factors"))
    await tab.click("li:has-text('抽屉里的钥匙') button")
    assert "抽屉里的钥匙" not in await tab.inner_text("main")
    await tab.click("text=退出")
    await desk.log_in(site, "operator")
    assert "第二步：通行密钥" in await tab.inner_text("h1")
    await tab.click("main button")
    await tab.wait_for_url(at("/console/feeds"))
    assert desk.complaints == []


async def test_without_the_device_nothing_opens(site: Site, desk: Desk, operator: None) -> None:
    tab, device = desk.tab, await desk.plug_in()
    await desk.log_in(site, "operator")
    await tab.click("main button")
    await tab.wait_for_url(at("/console/feeds"))
    await tab.click("text=退出")
    await desk.unplug(device)
    await desk.plug_in(isUserVerified=False)
    await desk.log_in(site, "operator")
    await tab.click("main button")
    await tab.wait_for_selector("#failure:not([hidden])")
    assert "/login/passkey" in tab.url
    await tab.evaluate("document.querySelector('form[data-passkey]').submit()")
    await tab.wait_for_selector("#error")
    assert "没有认出这个通行密钥" in await tab.inner_text("#error")
    await tab.goto(f"{site.address}/console/feeds")
    assert "/login" in tab.url


async def test_a_doctor_adds_a_passkey_beside_the_codes_and_proves_it_again(site: Site, desk: Desk) -> None:
    tab = desk.tab
    await desk.plug_in()
    await desk.log_in(site, "doctor")
    await tab.fill("#code", site.code())
    await tab.press("#code", "Enter")
    await tab.wait_for_url(at("/clinician"))
    await tab.goto(f"{site.address}/login/factors")
    await tab.click("text=添加通行密钥")
    await tab.wait_for_url(re.compile("/login/enrol/passkey"))
    await tab.click("main button")
    await tab.wait_for_url(at("/login/factors"))
    await tab.goto(f"{site.address}/login/again?next=/clinician")
    await tab.wait_for_url(re.compile("/login/passkey"))
    assert "改用验证器的6位数字" in await tab.inner_text("main")
    await tab.click("main button")
    await tab.wait_for_url(at("/clinician"))
    reasons = [record.reason for record in await log_ins(site)]
    assert "again: hwk" in reasons
    assert "second factor enrolled: passkey" in reasons


async def log_ins(site: Site) -> list[Any]:
    from auth.audit.record import AuditRecord

    rows = await site.platform.database["audit"].find({"body": {"$exists": True}}).to_list()
    vault = site.platform.store.vault
    return [AuditRecord.decode(await vault.open("audit", row["body"])) for row in rows]
