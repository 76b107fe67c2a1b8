"""Nothing times out without asking (WCAG 2.2, 2.2.1), and what was written is not lost."""

from datetime import timedelta

import pytest
from playwright.async_api import Page

from auth import moment
from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import Role
from tests.functional.portal.conftest import PASSWORD, Site, at, log_in
from tests.functional.portal.region import RESIDENT
from tests.support import axe

DIALOG = "dialog[data-idle]"


async def waited(tab: Page, minutes: float) -> None:
    """So much time goes by in the page, as if nobody had done anything."""
    await tab.clock.run_for(int(minutes * 60_000))


async def log_in_here(tab: Page, login: str) -> None:
    await tab.fill("#login", login)
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    await tab.wait_for_url(at("/resident"))


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


async def test_what_was_written_before_a_log_out_in_another_tab_is_given_back(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    place = f"/clinician/patients/{RESIDENT}/notes/new"
    await tab.goto(f"{site.address}{place}?from=summary")
    await tab.fill("textarea", "HTEST 今日随访平稳。")
    other = await tab.context.new_page()
    await other.goto(f"{site.address}/clinician")
    await other.click("header form[action='/logout'] button")
    await other.wait_for_url(at("/login"))
    await tab.click("main form button >> nth=0")
    await tab.wait_for_selector("textarea[readonly]")
    assert await tab.input_value("textarea") == "HTEST 今日随访平稳。"
    await tab.click("main a.button")
    assert await tab.input_value("main input[name=next]") == f"{place}?from=summary"


async def test_on_a_shared_device_nothing_is_given_back(site: Site, tab: Page) -> None:
    await tab.goto(f"{site.address}/login")
    await tab.check("input[name=shared]")
    await log_in_here(tab, "wang")
    await tab.goto(f"{site.address}/resident")
    await tab.click("a.wrong >> nth=0")
    await tab.fill("textarea", "HTEST 不是我的。")
    other = await tab.context.new_page()
    await other.goto(f"{site.address}/resident")
    await other.click("header form[action='/logout'] button")
    await other.wait_for_url(at("/login"))
    await tab.click("main form button")
    await tab.wait_for_url(at("/login"))
    assert "HTEST" not in await tab.content()


async def one_time(site: Site, tab: Page) -> None:
    """A resident with a one-time password is at the page for one of his own."""
    _, once = await accounts.create(
        site.platform.database, Passwords(), login="new", name="HTEST 新人", roles=(Role.RESIDENT,),
        patient=f"Patient/{RESIDENT}",
    )  # fmt: skip
    await tab.goto(f"{site.address}/login?next=/resident/results")
    await tab.fill("#login", "new")
    await tab.fill("#password", once)
    await tab.press("#password", "Enter")
    await tab.wait_for_url(at("/login/password"))


async def left_of(site: Site) -> timedelta:
    row = await site.platform.database["first_steps"].find_one({})
    assert row is not None
    return timedelta() + (row["expires"] - moment.now())


async def test_a_step_of_a_log_in_asks_before_its_end_and_waits_on(site: Site, scripted: Page) -> None:
    await scripted.clock.install()
    await one_time(site, scripted)
    steps = site.platform.database["first_steps"]
    await waited(scripted, 8.4)
    assert not await scripted.is_visible(DIALOG)
    await steps.update_many({}, {"$set": {"expires": moment.now() + timedelta(minutes=1.5)}})
    await waited(scripted, 0.2)
    assert await scripted.is_visible(DIALOG)
    assert "要从头登录" in await scripted.inner_text(DIALOG)
    assert await axe.violations(scripted) == []
    async with scripted.expect_response("**/login/stay") as reply:
        await scripted.keyboard.press("Enter")
    assert (await reply.value).status == 204
    await scripted.wait_for_selector(DIALOG, state="hidden")
    assert await left_of(site) > timedelta(minutes=9)
    await waited(scripted, 8.4)
    assert not await scripted.is_visible(DIALOG)
    await scripted.fill("#password", "a lake of lotus")
    await scripted.fill("#again", "a lake of lotus")
    await scripted.press("#again", "Enter")
    await scripted.wait_for_url(at("/resident/results"))


async def test_a_step_ends_after_half_an_hour_and_the_page_leads_on(site: Site, scripted: Page) -> None:
    await scripted.clock.install()
    await one_time(site, scripted)
    steps = site.platform.database["first_steps"]
    soon = moment.now() + timedelta(seconds=80)
    await steps.update_many({}, {"$set": {"expires": soon, "last": soon}})
    async with scripted.expect_response("**/login/stay") as reply:
        await scripted.fill("#password", "a lake of lotus")
        await waited(scripted, 1)
    assert int((await reply.value).headers["idle-left"]) <= 80
    assert await left_of(site) < timedelta(seconds=81)
    await waited(scripted, 0.2)
    assert not await scripted.is_visible(DIALOG), "a question that changes nothing"
    await waited(scripted, 1)
    await scripted.wait_for_url(at("/login"))
    assert await scripted.input_value("main input[name=next]") == "/resident/results"


async def test_without_scripts_a_step_says_until_when_and_gives_more(site: Site, tab: Page) -> None:
    await one_time(site, tab)
    steps = site.platform.database["first_steps"]
    await steps.update_many({}, {"$set": {"expires": moment.now() + timedelta(minutes=1)}})
    assert "为止" in await tab.inner_text("noscript")
    await tab.click("noscript a")
    await tab.wait_for_url(at("/login/password"))
    assert await left_of(site) > timedelta(minutes=9)
    over = moment.now() + timedelta(minutes=5)
    await steps.update_many({}, {"$set": {"expires": over, "last": over}})
    await tab.reload()
    assert await tab.locator("noscript a").count() == 0


async def test_another_sites_form_is_not_given_back(site: Site, tab: Page) -> None:
    reply = await tab.request.post(
        f"{site.address}/clinician/patients/{RESIDENT}/notes",
        form={"text": "HTEST call this number", "csrf": "made up"},
        max_redirects=0,
    )
    assert reply.status == 303
    assert "HTEST call" not in await reply.text()
