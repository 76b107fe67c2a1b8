"""A report in the wrong file, in a real browser: a steward moves it, and whoever saw it is told."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page

from auth.login import sessions
from auth.store import accounts as stored
from fhir.resource import Resource
from fhir.store import EVERYONE
from fhir.summary.moment import CHENGDU
from tests.functional.portal.conftest import Site, at
from tests.functional.portal.region import RESIDENT, STRANGER, STRANGERS_NUMBER
from tests.functional.portal.test_looks import MEASURE

DAY = (datetime.now(CHENGDU) - timedelta(days=3)).date().isoformat()
REPORT: Resource = {
    "resourceType": "DiagnosticReport", "id": "wrong", "status": "final", "code": {"text": "HTEST 胸片"},
    "identifier": [{"system": "urn:lab", "value": "ACC-7"}], "effectiveDateTime": DAY,
    "subject": {"reference": f"Patient/{RESIDENT}"}, "conclusion": "HTEST secret",
}  # fmt: skip


@pytest.fixture
async def misfiled(site: Site) -> None:
    async def work(tx: object) -> None:
        tx.put(REPORT)  # type: ignore[attr-defined]

    await site.platform.store.resources.transact(work)


async def enter(tab: Page, site: Site, login: str) -> None:
    """A session as of somebody who has proved himself: codes of one time are few."""
    account = await stored.by_login(site.platform.database, login)
    assert account is not None
    token = await sessions.start(site.platform.database, account, amr=("pwd", "otp"))
    await tab.context.add_cookies([{"name": "furong_session", "value": token, "url": site.address}])
    await tab.goto(site.address)


async def file(tab: Page) -> str:
    """The text of the file, without its invisible mark."""
    return re.sub("[\u200b-\u200d\u2060]", "", await tab.inner_text("main"))


async def seen(tab: Page, site: Site) -> None:
    """The doctor opens the file that it lies in."""
    await enter(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    assert "王建国" in await file(tab)


async def move(tab: Page, site: Site, what: str = "ACC-7", to: str = STRANGERS_NUMBER) -> None:
    await enter(tab, site, "steward")
    await tab.click("nav >> text=放错的记录")
    await tab.fill("#what", what)
    await tab.fill("#to", to)
    await tab.press("#to", "Enter")


async def owner(site: Site) -> str:
    stored = await site.platform.store.resources.read("DiagnosticReport", "wrong", EVERYONE)
    assert stored is not None
    return stored.owner


async def test_a_report_is_moved_and_whoever_saw_it_is_told(site: Site, tab: Page, misfiled: None) -> None:
    await seen(tab, site)
    await move(tab, site)
    shown = await tab.inner_text("main")
    assert "还没有移" in shown
    assert "HTEST 胸片" in shown
    assert "HTEST secret" not in shown, "what it holds is nobody's business here"
    assert await owner(site) == f"Patient/{RESIDENT}"
    assert "ACC-7" not in tab.url
    await tab.fill("#reason", "HTEST 化验单贴错了标签")
    await tab.click("button:text-is('移走')")
    await tab.wait_for_url(at("/console/moves"))
    assert "1 人，已通知" in await tab.inner_text("main")
    assert await owner(site) == f"Patient/{STRANGER}"
    await tab.context.clear_cookies()

    await enter(tab, site, "doctor")
    told = await tab.inner_text(".redbar")
    assert f"一份检查报告（{DAY}）放错了人" in told
    assert "“王”" in told
    assert "secret" not in told
    await tab.click("text=我知道了")
    await tab.wait_for_url(at("/clinician"))
    assert await tab.locator(".redbar").count() == 0
    await tab.context.clear_cookies()

    for login, words, there in (("wang", "不是您的", False), ("li", "现在已放到您的档案中", True)):
        await enter(tab, site, login)
        await tab.goto(f"{site.address}/resident/documents")
        assert ("HTEST 胸片" in await file(tab)) is there
        await tab.goto(f"{site.address}/resident")
        told = tab.locator(".redbar", has_text="我知道了")
        assert words in await told.inner_text()
        await tab.click("text=我知道了")
        assert await told.count() == 0
        await tab.context.clear_cookies()


async def test_it_is_moved_back(site: Site, tab: Page, misfiled: None) -> None:
    await move(tab, site, "DiagnosticReport/wrong", f"Patient/{STRANGER}")
    await tab.fill("#reason", "HTEST")
    await tab.click("button:text-is('移走')")
    await tab.click("button:has-text('移回去')")
    await tab.fill("#reason", "HTEST 还是他的")
    await tab.click("button:text-is('移走')")
    await tab.wait_for_url(at("/console/moves"))
    assert await owner(site) == f"Patient/{RESIDENT}"
    assert "后来移回去了" in await tab.inner_text("main")


@pytest.mark.parametrize(
    ("what", "to", "words"),
    [
        ("ACC-8", STRANGERS_NUMBER, "没有找到您可以移动的这条记录"),
        ("Patient/stranger", STRANGERS_NUMBER, "没有找到您可以移动的这条记录"),
        ("ACC-7", "510104195803129999", "没有找到这位患者"),
        ("ACC-7", "DiagnosticReport/wrong", "没有找到这位患者"),
        ("ACC-7", f"Patient/{RESIDENT}", "已经在这个人的档案里"),
    ],
)
async def test_what_was_typed_wrong_is_told(
    site: Site, tab: Page, misfiled: None, what: str, to: str, words: str
) -> None:
    await move(tab, site, what, to)
    assert words in await tab.inner_text(".error")
    assert await tab.input_value("#what") == what
    assert await owner(site) == f"Patient/{RESIDENT}"


async def test_how_the_pages_look(site: Site, context: BrowserContext, tab: Page, misfiled: None) -> None:
    await seen(tab, site)
    for language in ("zh-CN", "en"):
        await context.add_cookies([{"name": "furong_language", "value": language, "url": site.address}])
        await enter(tab, site, "steward")
        await tab.goto(f"{site.address}/console/moves")
        await tab.fill("#what", "ACC-7")
        await tab.fill("#to", STRANGERS_NUMBER if language == "zh-CN" else f"Patient/{RESIDENT}")
        await tab.press("#to", "Enter")
        for width in (320, 390, 820, 1440):
            await tab.set_viewport_size({"width": width, "height": 900})
            found = await tab.evaluate(MEASURE, 24)
            assert (found["over"] <= 0, found["small"]) == (True, []), (language, width)
        if language == "zh-CN":
            await tab.fill("#reason", "HTEST")
            await tab.click("form[action='/console/moves/carried'] button")
        await tab.context.clear_cookies()
