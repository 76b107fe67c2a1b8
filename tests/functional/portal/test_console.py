"""The console in a real browser: a data steward logs in and sees the feeds; a doctor is refused."""

from playwright.async_api import Page

from services.inbox import DEAD, Arrival, inbox_of
from tests.functional.portal.conftest import Site, log_in
from tests.support.messages import adt


async def test_a_steward_arrives_at_the_feeds(site: Site, tab: Page) -> None:
    await log_in(tab, site, "steward")
    assert tab.url == f"{site.address}/console/feeds"
    shown = await tab.inner_text("section")
    assert "HTEST" in shown
    assert "今天收到" in shown
    assert (await tab.inner_text("dt:text-is('死信') + dd")).startswith("2 ")


async def test_a_doctor_is_refused(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    reply = await tab.goto(f"{site.address}/console/feeds")
    assert reply is not None
    assert reply.status == 403


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
