"""A referral both ways: refer, see it, refuse or answer it, read the answer; and what it opens and closes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page

from services.portal.clinician import about
from tests.functional.portal.conftest import Site, another_doctor, log_in
from tests.functional.portal.region import RESIDENT
from tests.support import axe

SUMMARY = f"/clinician/patients/{RESIDENT}"
FAR, FAR_NAME = "Organization/far", "远山县医院"


@pytest.fixture
async def other(browser: Browser, site: Site) -> AsyncIterator[Page]:
    """The browser of a doctor of another house."""
    platform = site.platform

    async def work(tx: object) -> None:
        tx.put({"resourceType": "Organization", "id": "far", "name": FAR_NAME})  # type: ignore[attr-defined]
        tx.put({"resourceType": "Practitioner", "id": "lin", "name": [{"text": "林芳"}]})  # type: ignore[attr-defined]

    await platform.store.resources.transact(work)
    async with another_doctor(browser, site, "林芳", FAR, "Practitioner/lin") as page:
        yield page


async def status(tab: Page, site: Site, path: str = SUMMARY) -> int:
    return (await tab.context.request.get(f"{site.address}{path}")).status


async def refill(tab: Page, site: Site, reason: str = "血压控制不好，请会诊") -> None:
    """The form as a back button without a cache shows it: fetched anew."""
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click("text=转诊到其他机构")
    await tab.select_option("#house", label=FAR_NAME)
    await tab.check("#urgent")
    await tab.fill("#reason", reason)


async def refer(tab: Page, site: Site, reason: str = "血压控制不好，请会诊") -> None:
    await refill(tab, site, reason)
    await tab.click("main form button")
    await tab.wait_for_selector(".referrals ul")


async def requests(site: Site) -> int:
    return await site.platform.database["resources"].count_documents({"type": "ServiceRequest"})


async def listed(tab: Page, site: Site, name: str) -> str:
    await tab.goto(f"{site.address}/clinician")
    return await tab.inner_text(f"section[aria-labelledby={name}]")


async def test_refer_accept_answer_read(site: Site, tab: Page, other: Page) -> None:
    await log_in(tab, site, "doctor")
    assert await status(other, site) == 404
    await refer(tab, site)
    assert "等待接收" in await tab.inner_text("section.referrals")
    assert "血压控制不好" in await listed(tab, site, "sent")
    assert "王建国" in (waits := await listed(other, site, "referred"))
    assert "加急" in waits
    assert await status(other, site) == 200
    await other.click("section[aria-labelledby=referred] a[href*=referrals]")
    assert await axe.violations(other) == []
    await other.click("button[value=accept]")
    await other.wait_for_url("**/clinician")
    assert "已接收" in await listed(tab, site, "sent")
    await other.click("section[aria-labelledby=referred] a[href*=referrals]")
    await other.fill("#answer", "已调整为两种药，两周后复查。")
    await other.click("button[value=done]")
    await other.wait_for_url("**/clinician")
    assert "王建国" not in await listed(other, site, "referred")
    assert "两周后复查" in await listed(tab, site, "sent")
    await tab.click("section[aria-labelledby=sent] a[href*=referrals]")
    await tab.click("button[value=read]")
    await tab.wait_for_url("**/clinician")
    assert "王建国" not in await listed(tab, site, "sent")
    await tab.goto(f"{site.address}{SUMMARY}")
    assert "两周后复查" in await tab.inner_text("section.referrals")


async def test_the_same_referral_is_sent_once_by_way_of_the_back_button_too(
    site: Site, tab: Page, other: Page
) -> None:
    await log_in(tab, site, "doctor")
    await refer(tab, site)
    for _ in range(2):
        await refill(tab, site)
        await tab.click("main form button")
        await tab.wait_for_selector("text=同样的转诊刚才已经发出")
        assert "等待接收" in await tab.inner_text("#referral")
    assert await requests(site) == 1
    await refer(tab, site, "另外，血糖也控制不好")
    assert await requests(site) == 2, "other words are another referral"
    await tab.goto(f"{site.address}{SUMMARY}")
    await tab.click(".referrals li:has-text('血压控制不好') a")
    await tab.click("button[value=withdraw]")
    await tab.wait_for_url("**/clinician")
    await refer(tab, site)
    assert await requests(site) == 3, "what was taken back may be sent again"


async def test_of_the_same_referral_sent_at_once_from_several_pages_one_is_kept(
    site: Site, tab: Page, other: Page
) -> None:
    await log_in(tab, site, "doctor")
    forms = []
    for _ in range(5):
        await refill(tab, site)
        names = ("csrf", "form", "house", "reason")
        typed = {each: await tab.locator(f"main [name={each}]").input_value() for each in names}
        forms.append(typed | {"urgency": "urgent"})
    assert len({each["form"] for each in forms}) == 5
    post = tab.context.request.post
    sent = await asyncio.gather(*(post(f"{site.address}{SUMMARY}/referrals", form=each) for each in forms))
    assert {each.status for each in sent} == {200}
    assert await requests(site) == 1


async def test_the_same_words_later_are_another_referral(
    site: Site, tab: Page, other: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log_in(tab, site, "doctor")
    await refer(tab, site)
    monkeypatch.setattr(about, "_LATELY", timedelta(0))
    await refer(tab, site)
    assert await requests(site) == 2


async def test_a_refusal_closes_the_file_at_once_and_is_told(site: Site, tab: Page, other: Page) -> None:
    await log_in(tab, site, "doctor")
    await refer(tab, site)
    await listed(other, site, "referred")
    await other.click("section[aria-labelledby=referred] a[href*=referrals]")
    href = other.url
    await other.fill("#refusal", "没有床位")
    await other.click("button[value=refuse]")
    await other.wait_for_url("**/clinician")
    assert await status(other, site) == 404
    assert (await other.context.request.get(href)).status == 404
    assert "没有床位" in (told := await listed(tab, site, "sent"))
    assert "已拒收" in told


async def test_taken_back_it_opens_nothing_any_more(site: Site, tab: Page, other: Page) -> None:
    await log_in(tab, site, "doctor")
    await refer(tab, site)
    assert await status(other, site) == 200
    await tab.click(".referrals ul a")
    await tab.click("button[value=withdraw]")
    await tab.wait_for_url("**/clinician")
    assert await status(other, site) == 404
    assert "没有进行中的转出" in await listed(tab, site, "sent")


async def test_an_empty_form_is_answered_with_its_faults(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "doctor")
    await scripted.goto(f"{site.address}{SUMMARY}/referrals/new")
    assert await axe.violations(scripted) == []
    await scripted.evaluate("document.querySelector('main form').noValidate = true")
    await scripted.click("main form button")
    await scripted.wait_for_selector("#reason-fault")
    assert await scripted.locator("#house-fault").count() == 1
    assert await axe.violations(scripted) == []


async def test_what_has_changed_meanwhile_is_not_done_blindly(site: Site, tab: Page, other: Page) -> None:
    await log_in(tab, site, "doctor")
    await refer(tab, site)
    await listed(other, site, "referred")
    await other.click("section[aria-labelledby=referred] a[href*=referrals]")
    await tab.click(".referrals ul a")
    await other.click("button[value=accept]")
    await other.wait_for_url("**/clinician")
    await tab.click("button[value=withdraw]")
    await tab.wait_for_selector("text=刚被更新")
