"""The console in a real browser: a data steward logs in and sees the feeds; a doctor is refused."""

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in


async def test_a_steward_arrives_at_the_feeds(site: Site, tab: Page) -> None:
    await log_in(tab, site, "steward")
    assert tab.url == f"{site.address}/console/feeds"
    shown = await tab.inner_text("section")
    assert "HTEST" in shown
    assert "今天收到" in shown
    assert (await tab.inner_text("section dd:last-of-type")).startswith("2 ")


async def test_a_doctor_is_refused(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    reply = await tab.goto(f"{site.address}/console/feeds")
    assert reply is not None
    assert reply.status == 403
