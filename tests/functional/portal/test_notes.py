"""A clinical note in a real browser, without JavaScript: draft, sign, amend; who is shown it."""

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT, STRANGER
from tests.support import axe

SUMMARY = f"/clinician/patients/{RESIDENT}"


async def write(tab: Page, site: Site, text: str, deed: str) -> None:
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click("text=写病历记录")
    await tab.select_option("#kind", "11506-3")
    await tab.fill("#text", text)
    await tab.click(f"button[value={deed}]")
    await tab.wait_for_url("**/clinician/notes/*")


async def test_draft_sign_amend_and_every_version_is_kept(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "血压 150/95，㛃。", "draft")
    assert "草稿，未签名" in await tab.inner_text("article")
    await tab.fill("#text", "血压 150/95，加药。")
    await tab.click("button[value=sign]")
    await tab.wait_for_selector("article :text('已签名')")
    assert await tab.locator("button[value=draft]").count() == 0
    await tab.fill("#text", "血压 155/95，加药，两周后复查。")
    await tab.click("button[value=amend]")
    await tab.wait_for_selector("article :text('已修订')")
    assert "两周后复查" in await tab.inner_text("article")
    for summary in await tab.locator("#versions ~ details summary").all():
        await summary.click()
    versions = await tab.inner_text("section[aria-labelledby=versions]")
    assert "血压 150/95，加药。" in versions
    assert "血压 150/95，㛃。" in versions
    await tab.goto(f"{site.address}{SUMMARY}")
    assert "随访记录" in await tab.inner_text(".visits")
    await tab.goto(f"{site.address}{SUMMARY}/timeline")
    assert "已修订" in await tab.inner_text("ol.lines")


async def test_what_changed_meanwhile_is_not_overwritten(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "第一稿的内容", "draft")
    other = await tab.context.new_page()
    await other.goto(tab.url)
    await other.fill("#text", "第二稿的内容")
    await other.click("button[value=draft]")
    await other.wait_for_selector("article :text('第二稿')")
    await tab.fill("#text", "第三稿的内容")
    await tab.click("button[value=sign]")
    await tab.wait_for_selector("text=刚被更新")
    assert "第二稿" in await tab.inner_text("article")


async def test_an_empty_note_and_a_strangers_are_refused(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "doctor")
    for id in (STRANGER, "nobody"):
        path = f"{site.address}/clinician/patients/{id}/notes/new"
        assert (await scripted.context.request.get(path)).status == 404
    assert (await scripted.context.request.get(f"{site.address}/clinician/notes/nobody")).status == 404
    await scripted.goto(f"{site.address}{SUMMARY}/notes/new")
    assert await axe.violations(scripted) == []
    await scripted.evaluate("document.querySelector('main form').noValidate = true")
    await scripted.click("button[value=sign]")
    await scripted.wait_for_selector("#text-fault")
    await scripted.fill("#text", "血压平稳，续方。")
    await scripted.click("button[value=sign]")
    await scripted.wait_for_url("**/clinician/notes/*")
    assert await axe.violations(scripted) == []
