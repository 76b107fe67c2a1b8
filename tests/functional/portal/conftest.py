"""A running platform with a doctor, two residents and their files, and the system's Chromium."""

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from adapters.v2_to_fhir.source import Source
from auth.login import accounts, sessions
from auth.roles import FACTORS, Factor, Role
from auth.store import accounts as stored
from fhir.summary.moment import CHENGDU
from services.inbox import DEAD, RECEIVED, Arrival, inbox_of
from services.platform import Platform
from services.sources import register
from tests.functional.portal.region import ELSEWHERE, HOSPITAL, RESIDENT, residents
from tests.support.known_passwords import KnownPasswords
from tests.support.web import served

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--renderer-process-limit=1",  # else it keeps a further one ready for each profile
]  # fmt: skip
PASSWORD = "HTEST lotus in the rain"
_CALLED = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _CALLED)), None)
"""Its headless shell, where there is one: the same engine without the windows, at two thirds of the work."""


@dataclass
class Site:
    """The address of the pages, the platform behind them, and the doctor's second factor."""

    address: str
    platform: Platform
    totp: str

    def code(self) -> str:
        """A code of the doctor that was not used yet: each log-in takes the next time step."""
        self.used += 1
        return pyotp.TOTP(self.totp).at(datetime.now(), counter_offset=self.used - 1)

    used: int = 0


@pytest.fixture
def settings() -> dict[str, Any]:
    """What a test decides otherwise than the defaults."""
    return {}


@pytest.fixture
async def site(database: tuple[str, str], tmp_path: Path, settings: dict[str, Any]) -> AsyncIterator[Site]:
    """The pages over a new database with two residents, of whom the doctor treats one."""
    uri, name = database
    async with served(uri, name, tmp_path / "data", host="localhost", **settings) as platform:
        await _fill(platform)
        secret = pyotp.random_base32()
        await _accounts(platform, secret)
        await _feed(platform)
        yield Site(platform.settings.address, platform, secret)


async def _fill(platform: Platform) -> None:
    async def work(tx: object) -> None:
        for resource in residents(datetime.now(CHENGDU).date()):
            tx.put(resource)  # type: ignore[attr-defined]

    await platform.store.resources.transact(work)
    now = datetime.now(CHENGDU)
    await platform.relations.encounter(None, f"Patient/{RESIDENT}", HOSPITAL, now)
    await platform.relations.encounter(None, "Patient/stranger", ELSEWHERE, now)


async def _feed(platform: Platform) -> None:
    await register(platform.database, Source("HTEST", "Organization/o"))
    inbox = await inbox_of(platform.store)
    for number, state in enumerate((RECEIVED, DEAD, DEAD)):
        await inbox.add(Arrival(b"MSH", b"AA", state, "p", "HTEST", f"C{number}"))
    await inbox.close()


async def _accounts(platform: Platform, secret: str) -> None:
    passwords, vault = KnownPasswords(), platform.store.vault
    everyone = (
        ("doctor", "周敏", Role.CLINICIAN, {"organization": HOSPITAL, "practitioner": "Practitioner/zhou"}),
        ("wang", "王建国", Role.RESIDENT, {"patient": f"Patient/{RESIDENT}"}),
        ("li", "李淑芬", Role.RESIDENT, {"patient": "Patient/stranger"}),
        ("steward", "数据管理员", Role.STEWARD, {}),
        ("privacy", "隐私专员", Role.PRIVACY, {}),
        ("security", "安全管理员", Role.SECURITY, {}),
    )
    for login, name, role, more in everyone:
        await accounts.create_demonstration(
            platform.database, passwords, vault, login=login, name=name, roles=(role,), password=PASSWORD,
            totp_secret=secret if FACTORS[role] is Factor.CODE else None, **more,
        )  # fmt: skip


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium-headless-shell fonts-noto-cjk")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A new browser profile in Chinese, without JavaScript: the pages must not need it."""
    size = ViewportSize(width=1440, height=900)
    made = await browser.new_context(locale="zh-CN", java_script_enabled=False, viewport=size)
    made.set_default_timeout(10_000)
    yield made
    await made.close()


@pytest.fixture
async def tab(context: BrowserContext) -> Page:
    """A tab of it."""
    return await context.new_page()


def at(path: str) -> Callable[[str], bool]:
    """For `wait_for_url`: the page itself has been reached, not one that leads on to it (`?next=`)."""
    return lambda url: urlsplit(url).path == path


async def log_in(tab: Page, site: Site, login: str, *, chooses: bool = False, going: str = "") -> None:
    """Log in with the keyboard's own order of fields, second factor included, up to the choice of a hat.

    On the way to the page `going`, where one is named.
    The security officer, whose passkey wants scripts, gets his session as if he had used it; so does the
    privacy officer, since codes of one time are few.
    """
    if login in ("security", "privacy"):
        await _enter(tab, site, login)
        return
    await tab.goto(going or f"{site.address}/login")
    await tab.fill("#login", login)
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    if login not in ("wang", "stranger", "li"):  # residents
        await tab.wait_for_url(re.compile("/login/factor"))
        await tab.fill("#code", site.code())
        await tab.press("#code", "Enter")
    await tab.wait_for_url(lambda url: "/login/hat" in url if chooses else "/login" not in url)


async def _enter(tab: Page, site: Site, login: str) -> None:
    account = await stored.by_login(site.platform.database, login)
    assert account is not None
    token = await sessions.start(site.platform.database, account, amr=("pwd", "hwk"))
    await tab.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])
    await tab.goto(site.address)


@asynccontextmanager
async def another_doctor(
    browser: Browser, site: Site, name: str, organization: str, practitioner: str
) -> AsyncIterator[Page]:
    """The browser of a further doctor who is logged in."""
    platform, login = site.platform, practitioner.removeprefix("Practitioner/")
    await accounts.create_demonstration(
        platform.database, KnownPasswords(), platform.store.vault, login=login, name=name,
        roles=(Role.CLINICIAN,), password=PASSWORD, totp_secret=site.totp, organization=organization,
        practitioner=practitioner,
    )  # fmt: skip
    account = await stored.by_login(platform.database, login)
    assert account is not None
    token = await sessions.start(platform.database, account, amr=("pwd", "otp"))
    context = await browser.new_context(locale="zh-CN")
    context.set_default_timeout(10_000)
    await context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def scripted(browser: Browser) -> AsyncIterator[Page]:
    """A tab in which scripts run, for axe."""
    made = await browser.new_context(locale="zh-CN", viewport=ViewportSize(width=1440, height=900))
    made.set_default_timeout(10_000)
    yield await made.new_page()
    await made.close()
