"""A doctor in a real browser, without JavaScript: log in, find a resident, read the one page."""

import re
from collections import Counter

from playwright.async_api import Page

from auth.audit.archive import Span
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT, STRANGER, STRANGERS_NAME, STRANGERS_NUMBER


async def find(tab: Page, site: Site, text: str) -> str:
    await tab.goto(f"{site.address}/clinician")
    await tab.fill("#query", text)
    await tab.press("#query", "Enter")
    await tab.wait_for_url(re.compile(r"/clinician\?s="))
    return await tab.inner_text("main")


async def told(site: Site) -> Counter[tuple[str | None, str]]:
    """How often each reason and outcome stands in the audit trail."""
    records, _ = await site.platform.archive.look_through(Span(), 50, None, lambda _: True)
    return Counter((each.reason, each.outcome.name) for each in records)


async def test_finds_by_name_pinyin_and_number_and_opens_the_summary(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    for text in (
        "王建国",
        "wang jianguo",
        "wjg",
        "510104195803129013",
        "５１０１０４１９５８０３１２９０１３",
    ):
        found = await find(tab, site, text)
        assert "找到 1 位居民" in found, text
        assert "510104********9013" in found
        assert text == "王建国" or text not in tab.url
    await tab.click(".people a")
    await tab.wait_for_url(re.compile("/clinician/patients/"))
    summary = await tab.inner_text("main")
    for expected in (
        "青霉素",
        "2型糖尿病性肾病",
        "二甲双胍",
        "各来源剂量不同",
        "糖化血红蛋白",
        "锦水街道社区卫生服务中心",
    ):
        assert expected in summary
    assert await tab.locator("svg.trend title").count() > 0
    assert "510104195803129013" not in await tab.content()


async def test_first_screen_holds_what_matters(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    for heading in ("#warnings", "#problems", "#medications", "#results", "#visits", "#sources"):
        box = await tab.locator(heading).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, heading


async def test_a_stranger_is_neither_found_nor_shown_and_the_look_is_recorded(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    assert "没有找到" in await find(tab, site, STRANGERS_NAME)
    hidden = await tab.goto(f"{site.address}/clinician/patients/{STRANGER}")
    unknown = await tab.context.request.get(f"{site.address}/clinician/patients/nobody")
    assert hidden is not None
    assert (hidden.status, unknown.status) == (404, 404)
    assert STRANGERS_NAME not in await tab.content()
    records = await site.platform.archive.records([f"Patient/{STRANGER}"], None, 10)
    assert [record.outcome.name for record in records] == ["REFUSED"]


async def test_an_arrival_by_number_opens_the_file_and_says_so(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician")
    await tab.fill("#number", "510104195803129055")
    await tab.press("#number", "Enter")
    await tab.wait_for_selector("#number-error")
    await tab.fill("#number", STRANGERS_NUMBER)
    await tab.press("#number", "Enter")
    await tab.wait_for_url(re.compile(f"/clinician/patients/{STRANGER}"))
    assert STRANGERS_NAME in await tab.inner_text("h1")
    records = await site.platform.archive.records([f"Patient/{STRANGER}"], None, 10)
    assert [record.reason for record in records] == [None, "arrival"]
    assert "找到 1 位居民" in await find(tab, site, "li shufen")


async def test_an_arrival_that_fails_keeps_the_worklist_and_what_was_typed(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician")
    cards, before = await tab.locator("main section.card h2").all_inner_texts(), await told(site)
    await tab.fill("#number", "510104195803129055")
    await tab.press("#number", "Enter")
    await tab.wait_for_selector("#number-error")
    assert await tab.locator("main section.card h2").all_inner_texts() == cards
    assert await tab.locator("section[aria-labelledby=today]").count() == 1
    assert await tab.input_value("#number") == "510104195803129055"
    assert await tab.evaluate("document.activeElement.id") == "number"
    assert await told(site) - before == {("worklist", "SUCCESS"): 1, ("arrival", "REFUSED"): 1}


async def test_the_doctor_has_no_residents_page(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    reply = await tab.goto(f"{site.address}/resident")
    assert reply is not None
    assert reply.status == 403
    assert "不能打开这一页" in await tab.inner_text("main")
