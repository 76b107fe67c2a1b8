"""Nothing times out without asking (WCAG 2.2, 2.2.1), and what was written is not lost."""

from datetime import timedelta

import pytest
from playwright.async_api import Page

from auth import moment
from tests.functional.portal.conftest import PASSWORD, Site, at, log_in
from tests.functional.portal.region import RESIDENT
from tests.support import axe

DIALOG = "dialog[data-idle]"


async def waited(tab: Page, minutes: float) -> None:
    """So much time goes by in the page, as if nobody had done anything."""
    await tab.clock.run_for(int(minutes * 60_000))


@pytest.fixture
async def phone(scripted: Page, site: Site) -> Page:
    """A resident's tab in which time is ours."""
    await scripted.clock.install()
    await log_in(scripted, site, "wang")
    return scripted


async def test_the_page_asks_before_the_session_ends_and_the_answer_counts(site: Site, phone: Page) -> None:
    sessions = site.platform.database["sessions"]
    await sessions.update_many({}, {"$set": {"seen": moment.now() - timedelta(minutes=20)}})
    await waited(phone, 28)
    assert not await phone.is_visible(DIALOG)
    await waited(phone, 1)
    assert await phone.is_visible(DIALOG)
    assert 20 < int(await phone.inner_text("[data-left]")) <= 60
    assert await phone.evaluate("document.activeElement.textContent") == "继续看"
    assert await axe.violations(phone) == []
    async with phone.expect_response("**/login/stay") as reply:
        await phone.keyboard.press("Enter")
    assert (await reply.value).status == 204
    await phone.wait_for_selector(DIALOG, state="hidden")
    row = await sessions.find_one({})
    assert row is not None
    assert moment.now() - row["seen"] < timedelta(minutes=1)
    await waited(phone, 28)
    assert not await phone.is_visible(DIALOG)


async def test_without_an_answer_the_page_goes_and_says_why(phone: Page) -> None:
    await waited(phone, 29.6)
    await phone.wait_for_url(at("/login"))
    assert "登录已过期" in await phone.inner_text("main")
    assert await phone.input_value("main input[name=next]") == "/resident"


async def test_whoever_types_is_not_asked(site: Site, scripted: Page) -> None:
    await scripted.clock.install()
    await log_in(scripted, site, "doctor")
    await scripted.goto(f"{site.address}/clinician/patients/{RESIDENT}/notes/new")
    await scripted.focus("textarea")
    for _ in range(3):
        await waited(scripted, 7)
        async with scripted.expect_response("**/login/stay") as reply:
            await scripted.keyboard.insert_text("HTEST ")
            await waited(scripted, 0.1)
        assert (await reply.value).status == 204
    assert not await scripted.is_visible(DIALOG)
    assert scripted.url.endswith("/notes/new")


async def test_on_a_shared_device_it_goes_even_without_scripts(site: Site, tab: Page) -> None:
    await tab.goto(f"{site.address}/login")
    await tab.check("input[name=shared]")
    await tab.fill("#login", "wang")
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    await tab.wait_for_url(at("/resident"))
    content = await tab.locator("meta[http-equiv=refresh]").get_attribute("content")
    assert content == "305; url=/"


async def test_a_session_that_is_over_gives_back_what_was_written(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}/notes/new")
    await tab.fill("textarea", "HTEST 今日随访：<b>血压</b> 平稳。")
    await site.platform.database["sessions"].delete_many({})
    await tab.click("main form button >> nth=0")
    await tab.wait_for_selector("textarea[readonly]")
    assert await tab.input_value("textarea") == "HTEST 今日随访：<b>血压</b> 平稳。"
    assert await site.platform.database["resources"].count_documents({"body": {"$regex": "今日随访"}}) == 0
    await tab.click("main a.button")
    await tab.wait_for_url(at("/login"))
    assert await tab.input_value("main input[name=next]") == f"/clinician/patients/{RESIDENT}/notes/new"


async def test_another_sites_form_is_not_given_back(site: Site, tab: Page) -> None:
    reply = await tab.request.post(
        f"{site.address}/clinician/patients/{RESIDENT}/notes",
        form={"text": "HTEST call this number", "csrf": "made up"},
        max_redirects=0,
    )
    assert reply.status == 303
    assert "HTEST call" not in await reply.text()
