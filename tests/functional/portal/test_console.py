"""The console in a real browser: a data steward logs in and sees the feeds; a doctor is refused."""

import pytest
from playwright.async_api import BrowserContext, Page

from adapters.v2_to_fhir.source import Source
from auth.roles import Role
from services.inbox import DEAD, Arrival, inbox_of
from services.sources import register
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import HOSPITAL, RESIDENT
from tests.functional.portal.test_axe import enter
from tests.functional.portal.test_looks import MEASURE
from tests.functional.portal.test_untold import reader
from tests.support.messages import adt
from tests.support.people import NAMES


async def test_a_steward_arrives_at_the_feeds(site: Site, tab: Page) -> None:
    await log_in(tab, site, "steward")
    assert tab.url == f"{site.address}/console/feeds"
    shown = await tab.inner_text("main")
    assert "HTEST" in shown
    assert "今天收到" in shown
    assert (await tab.inner_text("td[data-label='死信']")).startswith("2")


async def test_a_doctor_is_refused(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    reply = await tab.goto(f"{site.address}/console/feeds")
    assert reply is not None
    assert reply.status == 403


async def test_an_auditor_reads_from_which_house_a_look_came(site: Site, tab: Page) -> None:
    async with (await reader(site, "doctor")).http as doctor:
        assert (await doctor.get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    await enter(tab, site, Role.AUDITOR)
    await tab.goto(f"{site.address}/console/audit")
    assert NAMES[HOSPITAL] in await tab.locator(".looks > li", has_text="周敏").first.inner_text()


async def test_line_63_a_steward_edits_a_dead_letter_and_the_original_stays(site: Site, tab: Page) -> None:
    inbox = await inbox_of(site.platform.store)
    raw = (adt("W1", "A20") + "NPU|3B^301^1\r").encode()
    await inbox.add(Arrival(raw, b"MSA|AA|W1", DEAD, "p", "HTEST", "W1", "ADT^A20", "UTF-8"))
    await inbox.close()
    await log_in(tab, site, "steward")
    await tab.click("nav >> text=死信")
    await tab.click("section:has-text('ADT^A20') >> text=改正")
    shown = await tab.input_value("#text")
    assert shown.startswith("MSH|")
    await tab.fill("#text", shown.replace("A20", "A01").replace("\nNPU|3B^301^1", ""))
    await tab.click("button:text-is('提交')")
    assert "ADT^A01" in await tab.inner_text("h1")
    assert "等待处理" in await tab.inner_text("h1")
    await tab.click("dd a[href^='/console/messages/']")
    assert "已由改正的消息代替" in await tab.inner_text("h1")
    await tab.click("text=查看消息原文")
    assert "NPU|3B^301^1" in await tab.inner_text(".raw")


async def test_line_63_a_correction_is_tried_by_field_and_shows_what_would_change(
    site: Site, context: BrowserContext, tab: Page
) -> None:
    inbox = await inbox_of(site.platform.store)
    await register(site.platform.database, Source("TEST1", "Organization/o"))
    raw = adt("W1", "A20").replace("|M\r", "|M\rNPU|3B^301^1\r").encode()
    kept = await inbox.add(Arrival(raw, b"MSA|AA|W1", DEAD, "p", "TEST1", "W1", "ADT^A20", "UTF-8"))
    await inbox.close()
    await log_in(tab, site, "steward")
    await tab.goto(f"{site.address}/console/messages/{kept.id}/text")
    for place, value in (("MSH-9", "ADT^A01"), ("EVN-1", "A01"), ("PID-8", "F")):
        await tab.fill("#place", place)
        await tab.fill("#value", value)
        await tab.press("#value", "Enter")
        assert "还没有提交" in await tab.inner_text(".notice[role=status]")
    await tab.click("button:text-is('试运行')")
    assert "可以处理" in await tab.inner_text("#trial")
    await tab.click("summary:has-text('Patient/')")
    assert '+ gender = "female"' in await tab.inner_text("details[open]")
    for language, elder in (("zh-CN", "0"), ("en", "0"), ("zh-CN", "1")):
        await context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        for path in (f"/console/messages/{kept.id}", f"/console/messages/{kept.id}/text"):
            await tab.goto(site.address + path)
            for width in (320, 390, 820, 1440):
                await tab.set_viewport_size({"width": width, "height": 900})
                found = await tab.evaluate(MEASURE, 60 if elder == "1" else 24)
                assert (found["over"] <= 0, found["small"]) == (True, []), (path, language, elder, width)


@pytest.mark.parametrize("code", ["..", "市一院/急诊 #2?x=1&y;z~2F", "A%2FB\\䶮𠮷㛃"])
async def test_a_source_of_any_name_has_its_pages(site: Site, tab: Page, code: str) -> None:
    await register(site.platform.database, Source(code, "Organization/o"))
    inbox = await inbox_of(site.platform.store)
    await inbox.add(Arrival(adt("Q7").encode(), b"MSA|AA|Q7", DEAD, "p", code, "Q7", "ADT^A01", "UTF-8"))
    await inbox.close()
    await log_in(tab, site, "steward")
    await tab.locator("th").get_by_role("link", name=code, exact=True).click()
    assert code in await tab.inner_text("h1")
    address = tab.url
    await tab.click("a:text-is('映射和等待映射的代码')")
    assert code in await tab.inner_text("main")
    await tab.click("a:text-is('最近的消息')")
    assert tab.url == address
    await tab.click("main li a:has-text('ADT^A01')")
    await tab.locator("dd").get_by_role("link", name=code, exact=True).click()
    assert tab.url == address
    await tab.context.clear_cookies()
    await log_in(tab, site, "steward", going=address)
    assert tab.url == address, "a log-in on the way leads back to the same page"


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("", "/login"), ("steward", "/console/feeds"), ("privacy", "/console/reviews"),
        ("security", "/console/accounts"), ("doctor", "/clinician"), ("wang", "/resident"),
    ],
)  # fmt: skip
async def test_the_console_itself_leads_on_to_its_first_page(
    site: Site, tab: Page, who: str, where: str
) -> None:
    if who:
        await log_in(tab, site, who)
    reply = await tab.context.request.get(f"{site.address}/console", max_redirects=0)
    assert (reply.status, reply.headers["location"]) == (303, where)
