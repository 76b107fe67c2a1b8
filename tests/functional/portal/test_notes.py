"""A clinical note in a real browser, without JavaScript: draft, sign, amend, withdraw; who is shown it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from auth.audit.record import Interaction
from auth.store import clients
from fhir.store import EVERYONE
from tests.functional.portal.conftest import Site, another_doctor, log_in
from tests.functional.portal.region import HOSPITAL, RESIDENT, STRANGER
from tests.support import axe
from tests.support.http_client import http_client

SUMMARY = f"/clinician/patients/{RESIDENT}"


@pytest.fixture
async def colleague(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """The browser of another doctor of the same house."""
    async with another_doctor(browser, site, "林芳", HOSPITAL, "Practitioner/lin") as page:
        yield page


async def write(tab: Page, site: Site, text: str, deed: str) -> None:
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click("text=写病历记录")
    await tab.select_option("#kind", "11506-3")
    await tab.fill("#text", text)
    await tab.click(f"button[value={deed}]")
    await tab.wait_for_url("**/clinician/notes/*")


async def text_of(tab: Page, site: Site, path: str) -> str:
    await tab.goto(f"{site.address}{path}")
    return await tab.inner_text("main")


async def deed(tab: Page, name: str, **fields: str) -> tuple[int, str]:
    """Send the form of a note as it stands on the page, with other fields."""
    form = {each: await tab.locator(f"[name={each}]").first.input_value() for each in ("csrf", "version")}
    reply = await tab.context.request.post(tab.url, form=form | {"deed": name} | fields)
    return reply.status, await reply.text()


async def over_fhir(site: Site, path: str) -> tuple[int, str]:
    """What a regional system, which reads everything, is answered."""
    platform = site.platform
    client, secret = await clients.register(
        platform.database, name="HTEST", scope="system/*.rs", organization=None, regional=True
    )
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    async with http_client() as http:
        token = (
            await http.post(f"{site.address}/oauth/token", data=form, auth=(client.id, secret or ""))
        ).json()["access_token"]
        reply = await http.get(f"{site.address}/fhir/{path}", headers={"Authorization": f"Bearer {token}"})
        return reply.status_code, reply.text


async def filed(site: Site) -> list[dict[str, Any]]:
    found = site.platform.database["resources"].find({"type": "DocumentReference"})
    return await found.to_list()


async def test_a_draft_is_found_again_signed_once_and_amended(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "血压 150/95，㛃。", "draft")
    assert "草稿，未签名" in await tab.inner_text("article")
    assert await filed(site) == []
    assert "草稿，未签名" in await text_of(tab, site, SUMMARY)
    await tab.goto(f"{site.address}/clinician")
    assert "王建国" in await tab.inner_text("section[aria-labelledby=drafts]")
    await tab.click("section[aria-labelledby=drafts] a[href*=notes]")
    await tab.fill("#text", "血压 150/95，加药。")
    await tab.click("button[value=draft]")
    await tab.wait_for_selector("article :text('加药')")
    address = tab.url
    await tab.click("button[value=sign]")
    await tab.wait_for_selector("article :text('已签名')")
    assert tab.url == address
    assert await tab.locator("button[value=draft]").count() == 0
    assert await site.platform.database["note_drafts"].count_documents({}) == 0
    assert len(await filed(site)) == 1
    await tab.fill("#text", "血压 155/95，加药，两周后复查。")
    await tab.click("button[value=amend]")
    await tab.wait_for_selector("article :text('已修订')")
    assert "两周后复查" in await tab.inner_text("article")
    await tab.click("#versions ~ details summary")
    versions = await tab.inner_text("section[aria-labelledby=versions]")
    assert "血压 150/95，加药。" in versions
    assert "㛃" not in versions
    assert "随访记录" in await text_of(tab, site, SUMMARY)
    assert "已修订" in await text_of(tab, site, f"{SUMMARY}/timeline")
    await tab.goto(f"{site.address}/clinician")
    assert await tab.locator("#drafts").count() == 0


async def test_nobody_else_sees_anything_of_a_draft(
    site: Site, tab: Page, colleague: Page, browser: Browser
) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "HTEST 也许是肿瘤，等化验。", "draft")
    path = tab.url.removeprefix(site.address)
    for where in (SUMMARY, f"{SUMMARY}/timeline", "/clinician"):
        assert "随访记录" not in await text_of(colleague, site, where)
    assert (await colleague.context.request.get(f"{site.address}{path}")).status == 404
    resident = await (await browser.new_context(locale="zh-CN")).new_page()
    await log_in(resident, site, "wang")
    for where in ("/resident", "/resident/documents"):
        assert "随访记录" not in await text_of(resident, site, where)
    await resident.context.close()
    id = path.rpartition("/")[2]
    assert (await over_fhir(site, f"DocumentReference/{id}"))[0] == 404
    for query in (
        "DocumentReference?_count=50",
        f"Patient/{RESIDENT}/$summary",
        f"Patient/{RESIDENT}/$everything",
    ):
        status, told = await over_fhir(site, query)
        assert (status, id in told, "肿瘤" in told) == (200, False, False)
    every = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 50)
    own = [each for each in every if each.entity == f"DocumentReference/{id}"]
    assert {each.interaction for each in own} == {Interaction.CREATE, Interaction.READ}
    assert "肿瘤" not in str(every)


async def test_its_author_sees_a_draft_while_he_may_write_on_the_resident(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "HTEST 等化验。", "draft")
    address = tab.url
    await site.platform.database["relations"].delete_many({"organization": HOSPITAL})
    assert (await tab.context.request.get(address)).status == 404
    assert (await deed(tab, "sign", text="HTEST 偷偷签名"))[0] == 404
    await tab.goto(f"{site.address}/clinician")
    assert await tab.locator("#drafts").count() == 0
    assert await filed(site) == []
    assert await site.platform.database["note_drafts"].count_documents({}) == 1


async def test_what_changed_meanwhile_is_not_overwritten_and_what_was_typed_is_kept(
    site: Site, tab: Page
) -> None:
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
    assert await tab.input_value("#text") == "第三稿的内容"
    assert await filed(site) == []
    await other.click("button[value=sign]")
    await other.wait_for_selector("article :text('已签名')")
    await tab.click("button[value=sign]")
    await tab.wait_for_selector("text=刚被更新")
    assert "已签名" in await tab.inner_text("article")
    assert await tab.input_value("#text") == "第三稿的内容"
    assert [each["version"] for each in await filed(site)] == [1]


async def test_of_many_signatures_at_once_one_counts(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "第一稿的内容", "draft")
    for version, name in enumerate(("sign", "amend"), 1):
        sent = await asyncio.gather(*(deed(tab, name, text=f"第{n}次 {name} 的内容") for n in range(5)))
        (row,) = await filed(site)
        assert row["version"] == version
        assert sorted(status for status, _ in sent) == [200, 409, 409, 409, 409]
        await tab.reload()


async def test_the_same_note_is_signed_once_by_way_of_the_back_button_too(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "血压 150/95，加药。", "sign")
    address = tab.url
    for name in ("sign", "draft"):
        await write(tab, site, "血压 150/95，加药。", name)
        assert "同样的内容刚才已经保存过" in await tab.inner_text("main")
        assert tab.url.partition("?")[0] == address
    assert len(await filed(site)) == 1
    assert await site.platform.database["note_drafts"].count_documents({}) == 0
    await write(tab, site, "血压 150/95，再加药。", "draft")
    draft = tab.url
    await write(tab, site, "血压 150/95，再加药。", "draft")
    assert "同样的内容刚才已经保存过" in await tab.inner_text("main")
    await write(tab, site, "血压 150/95，再加药。", "sign")
    assert tab.url == draft, "the draft that says so is signed"
    assert len(await filed(site)) == 2, "other words are another note"
    await tab.click("text=写错了，要作废")
    await tab.fill("#reason", "写错了人")
    await tab.click("button[value=withdraw]")
    await tab.wait_for_selector("article :text('已作废')")
    await write(tab, site, "血压 150/95，再加药。", "sign")
    assert "已签名" in await tab.inner_text("article")
    assert len(await filed(site)) == 3, "what was withdrawn may be written again"


async def test_of_the_same_note_sent_at_once_one_is_signed(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{SUMMARY}/notes/new")
    token = await tab.locator("main [name=csrf]").input_value()
    form = {"csrf": token, "kind": "11506-3", "text": "血压 150/95，加药。", "deed": "sign"}
    post = tab.context.request.post
    sent = await asyncio.gather(*(post(f"{site.address}{SUMMARY}/notes", form=form) for _ in range(5)))
    assert len({each.url.partition("?")[0] for each in sent}) == 1
    assert len(await filed(site)) == 1
    assert await site.platform.database["note_drafts"].count_documents({}) == 0


async def test_a_draft_is_discarded(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "写在别人名下了", "draft")
    address = tab.url
    await tab.click("text=不要这份草稿了")
    await tab.click("button[value=discard]")
    await tab.wait_for_url(f"**{SUMMARY}")
    assert "草稿" not in await tab.inner_text("section.notes")
    assert (await tab.context.request.get(address)).status == 404
    assert await site.platform.database["note_drafts"].count_documents({}) == 0


async def test_a_signed_note_is_withdrawn_for_a_reason(site: Site, tab: Page, colleague: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "血压平稳，续方。", "sign")
    address, id = tab.url, tab.url.rpartition("/")[2]
    assert "随访记录" in await text_of(colleague, site, SUMMARY)
    await colleague.goto(address)
    assert await colleague.locator("button[value=withdraw]").count() == 0
    assert (await deed(tab, "withdraw", reason=" "))[0] == 422
    await tab.click("text=写错了，要作废")
    await tab.fill("#reason", "写错了人，是同名的居民。")
    await tab.click("button[value=withdraw]")
    await tab.wait_for_selector("article :text('已作废')")
    assert "写错了人" in await tab.inner_text("article")
    assert "续方" not in await tab.inner_text("article")
    assert await tab.locator("#text, button[value=amend], button[value=withdraw]").count() == 0
    await tab.click("#versions ~ details summary")
    assert "续方" in await tab.inner_text("section[aria-labelledby=versions]")
    for page in (tab, colleague):
        assert "随访记录" not in await text_of(page, site, SUMMARY)
    listed = await text_of(colleague, site, f"{SUMMARY}/timeline")
    assert "随访记录 已作废" in " ".join(listed.split())
    assert "续方" not in listed
    assert "已作废" in await text_of(colleague, site, address.removeprefix(site.address))
    status, told = await over_fhir(site, f"DocumentReference/{id}")
    assert (status, '"entered-in-error"' in told, "写错了人" in told) == (200, True, True)
    assert '"total":2' in (await over_fhir(site, f"DocumentReference/{id}/_history"))[1]
    await tab.context.clear_cookies()
    await log_in(tab, site, "wang")
    assert "随访记录" not in await text_of(tab, site, "/resident/documents")


async def test_a_draft_of_an_earlier_version_is_signed_by_its_author(
    site: Site, tab: Page, colleague: Page
) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "早先的草稿", "sign")
    (row,) = await filed(site)
    stored = await site.platform.store.resources.read_version("DocumentReference", row["id"], 1, EVERYONE)
    assert stored is not None
    former = stored.resource() | {"docStatus": "preliminary"}
    former.pop("authenticator")
    await site.platform.store.resources.transact(lambda tx: put(tx, former))
    assert (await colleague.context.request.get(tab.url)).status == 404
    await tab.reload()
    assert await tab.locator("button[value=draft], button[value=amend]").count() == 0
    assert (await deed(tab, "draft", text="接着写一点"))[0] == 409
    await tab.fill("#text", "早先的草稿，现在签名")
    await tab.click("button[value=sign]")
    await tab.wait_for_selector("article :text('已签名')")


async def put(tx: Any, resource: dict[str, Any]) -> None:
    tx.put(resource)


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
    await scripted.click("button[value=draft]")
    await scripted.wait_for_url("**/clinician/notes/*")
    assert await axe.violations(scripted) == []
    address = scripted.url
    await scripted.goto(f"{site.address}/clinician")
    assert await axe.violations(scripted) == []
    await scripted.goto(address)
    await scripted.click("button[value=sign]")
    await scripted.wait_for_selector("article :text('已签名')")
    await scripted.click("text=写错了，要作废")
    assert await axe.violations(scripted) == []
    await scripted.goto(f"{site.address}{SUMMARY}/notes/new")
    token = await scripted.input_value("main [name=csrf]")
    form = {"csrf": token, "kind": "11506-3", "text": "写给不认识的人", "deed": "draft"}
    path = f"{site.address}/clinician/patients/{STRANGER}/notes"
    assert (await scripted.context.request.post(path, form=form)).status == 404
    assert await site.platform.database["note_drafts"].count_documents({}) == 0


async def test_what_is_typed_into_a_draft_that_is_gone_is_kept_as_a_new_one(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "HTEST 第一稿的内容", "draft")
    gone, second = tab.url, await tab.context.new_page()
    await second.goto(gone)
    await tab.click("details:has(button[value=discard]) summary")
    await tab.click("button[value=discard]")
    await tab.wait_for_url(f"**{SUMMARY}")
    await second.fill("#text", "HTEST 第二页里写的")
    await second.click("button[value=sign]")
    await second.wait_for_url("**anew=1")
    assert "另存成了这份新草稿" in await second.inner_text("main")
    assert "HTEST 第二页里写的" in await second.inner_text("article")
    assert second.url.split("?")[0] != gone
    assert await site.platform.database["note_drafts"].count_documents({}) == 1
    assert await filed(site) == [], "nothing is signed that was not looked at again"


async def test_the_same_words_make_no_version(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await write(tab, site, "HTEST 第一行\n第二行", "sign")
    await tab.click("button[value=amend]")
    await tab.wait_for_selector("[role=alert] >> text=没有改动")
    assert "已签名" in await tab.inner_text("article")
    assert await tab.locator("#versions").count() == 0
