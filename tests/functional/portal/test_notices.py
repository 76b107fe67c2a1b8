"""A resident is told of what he has chosen, until he says that he has read it; without JavaScript."""

from playwright.async_api import BrowserContext, Page

from auth.audit.record import Agent, AuditRecord, Interaction
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import ELSEWHERE, RESIDENT
from tests.functional.portal.test_worklist import _put, _report

STRANGE = Agent("person", "HTEST", "HTEST 赵医生", "clinician", organization=ELSEWHERE)


async def looked(site: Site) -> None:
    record = AuditRecord(STRANGE, Interaction.VIEW, "Patient", (f"Patient/{RESIDENT}",))
    await site.platform.recorder.record(record)


async def test_he_is_told_until_he_has_read_it_and_of_the_same_house_once(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    await log_in(tab, site, "wang")
    assert "第一次看" in await tab.inner_text("main")
    assert await tab.locator(".news").count() == 0, "nothing is new to who has never looked"
    await looked(site)
    await _put(site, _report("late", 1))
    await tab.goto(f"{site.address}/resident")
    told = await tab.inner_text(".news")
    assert "第一次看" not in await tab.inner_text("main")
    assert "有新的单位看过或想看我的档案" in told
    assert "石桥中心卫生院" in told
    assert "有新的检查结果" in told
    await tab.click(".news button")
    await tab.wait_for_url("**/resident")
    assert await tab.locator(".news").count() == 0
    await looked(site)
    await tab.goto(f"{site.address}/resident")
    assert await tab.locator(".news").count() == 0


async def test_what_he_does_not_want_he_is_not_told(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await looked(site)
    await _put(site, _report("late", 1))
    await tab.goto(f"{site.address}/resident/notices")
    await tab.uncheck("#house")
    await tab.click("main form button.whole")
    assert "已保存" in await tab.inner_text("main")
    assert not await tab.is_checked("#house")
    await tab.goto(f"{site.address}/resident")
    told = await tab.inner_text(".news")
    assert "有新的单位看过或想看我的档案" not in told
    assert "有新的检查结果" in told
