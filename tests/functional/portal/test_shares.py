"""A resident lets somebody see a part of the file for some minutes by a SMART Health Link."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import segno
import time_machine
from playwright.async_api import Page

from auth import moment
from auth.smart import health_link
from auth.store import accounts
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import NUMBER, RESIDENT
from tests.support import axe
from tests.support.health_link import asked, fetched, opened, payload

HOME = "/resident/shares"


async def made(site: Site, tab: Page, *, passcode: str = "", label: str = "") -> str:
    """The link of a new share, as it stands in the QR code that the resident is shown."""
    await tab.goto(site.address + HOME)
    await tab.fill("#passcode", passcode)
    await tab.fill("#label", label)
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    (share, *_) = await site.platform.shares.of([f"Patient/{RESIDENT}"], 1)
    url = f"{site.address}/shl/{share.token}"
    viewer = f"{site.address}/shl"
    link = health_link.link(url, share.key, share.until, share.label, passcode=bool(passcode), viewer=viewer)
    path = segno.make_qr(link, error="m").svg_inline(omitsize=True).split(' d="')[1].split('"')[0]
    assert path in await tab.content(), "the code on the page is the code of this link"
    return link


async def test_the_holder_of_the_code_reads_what_was_chosen_and_nothing_else(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab, label="内科 王医生")
    said = payload(link)
    assert said["label"] == "内科 王医生"
    assert "flag" not in said
    assert len(said["url"]) <= 128
    assert NUMBER not in link
    assert RESIDENT not in link
    text = await tab.inner_text("main")
    assert "还可以看 15 分钟" in text
    bundle = await fetched(link)
    types = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert {"Patient", "Observation", "Condition", "AllergyIntolerance"} <= types
    assert types.isdisjoint({"Encounter", "Immunization", "DiagnosticReport", "DocumentReference", "Consent"})
    assert NUMBER not in str(bundle)
    assert "telecom" not in str(bundle)

    await tab.goto(f"{site.address}/resident")
    first = await tab.locator("section[aria-labelledby=looks] .looks > li").first.inner_text()
    for expected in ("HTEST 王医生", "身份未证实", "您用二维码分享", "检查结果"):
        assert expected in first


@pytest.mark.parametrize("place", [HOME, "/resident/paper"])
async def test_a_form_sent_twice_makes_one_link(site: Site, tab: Page, place: str) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + place)
    fields = {
        name: await tab.locator(f"main form input[name={name}]").last.get_attribute("value") or ""
        for name in ("csrf", "form")
    }
    fields |= {"sections": "results", "minutes": "15", "days": "1", "passcode": "莲花开在雨里"}

    async def sent(**more: str) -> str:
        reply = await tab.request.post(site.address + place, form=fields | more, max_redirects=0)
        assert reply.status == 303
        return reply.headers["location"]

    assert len(set(await asyncio.gather(*(sent() for _ in range(4))))) == 1
    assert await site.platform.database["shares"].count_documents({}) == 1
    assert await sent(sections="problems") != await sent(), "another choice in the same form"
    assert await site.platform.database["shares"].count_documents({}) == 2


async def test_without_the_passcode_nothing_and_after_five_wrong_ones_never(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab, passcode="莲花开了")
    assert payload(link)["flag"] == "P"
    assert (await asked(link)).json() == {"remainingAttempts": 5}, "none was tried"
    assert (await fetched(link, passcode="莲花开了"))["resourceType"] == "Bundle"
    left = [(await asked(link, passcode=f"wrong {n}")).json()["remainingAttempts"] for n in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert (await asked(link, passcode="莲花开了")).status_code == 404
    await tab.goto(site.address + HOME)
    assert "口令错太多，已作废" in await tab.inner_text("main")
    await tab.goto(f"{site.address}/resident/access")
    looks = await tab.inner_text(".looks")
    assert "口令不对" in looks
    assert "二维码已作废" in looks


async def test_once_it_is_ended_or_over_nobody_opens_it(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    assert (await asked(link)).status_code == 200
    await tab.click("main form button")
    await tab.wait_for_url(at(HOME))
    assert "已收回" in await tab.inner_text("main")
    assert (await asked(link)).status_code == 404
    other = await made(site, tab)
    with time_machine.travel(timedelta(minutes=15), tick=True):
        assert (await asked(other)).status_code == 404
    row = await site.platform.database["shares"].find_one({"revoked": {"$ne": None}})
    assert row is not None
    assert row["words"] is None


async def test_a_large_file_is_fetched_once_at_its_own_address(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    (file,) = (await asked(link, embeddedLengthMax=10)).json()["files"]
    async with httpx.AsyncClient(trust_env=False) as http:
        reply = await http.get(file["location"])
        assert reply.headers["content-type"] == "application/jose"
        assert opened(reply.text, payload(link)["key"])["resourceType"] == "Bundle"
        assert (await http.get(file["location"])).status_code == 404


async def test_what_is_asked_wrongly_or_at_random_gives_nothing(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    url = payload(link)["url"]
    async with httpx.AsyncClient(trust_env=False) as http:
        for body in ("", "[]", "{}", '{"recipient": 7}', '{"recipient": " "}', "\xff"):
            assert (await http.post(url, content=body)).status_code == 400, body
        assert (await http.get(url)).status_code in (404, 405)
        unknown = await http.post(url[:-5] + "AAAAA", json={"recipient": "x"})
        assert (unknown.status_code, "resource" in unknown.text) == (404, False)
        asks = await http.options(url, headers={"Origin": "https://viewer.example"})
        assert asks.headers["access-control-allow-origin"] == "*"


async def test_what_is_sensitive_goes_along_only_where_it_was_ticked(site: Site, tab: Page) -> None:
    coding = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}
    condition = {
        "resourceType": "Condition", "id": "sensitive", "code": {"coding": [coding], "text": "HTEST HIV"},
        "subject": {"reference": f"Patient/{RESIDENT}"},
    }  # fmt: skip

    async def work(tx: Any) -> None:
        tx.put(condition)

    await site.platform.store.resources.transact(work)
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    assert "Condition" in str(await fetched(link))
    assert "HTEST HIV" not in str(await fetched(link))
    await tab.goto(site.address + HOME)
    await tab.check("#sensitive")
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    (share, *_) = await site.platform.shares.of([f"Patient/{RESIDENT}"], 1)
    url = f"{site.address}/shl/{share.token}"
    other = health_link.link(url, share.key, share.until, share.label, passcode=False)
    assert "HTEST HIV" in str(await fetched(other))


async def test_a_link_dies_with_the_account_that_made_it(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    await accounts.disable(site.platform.database, "wang")
    assert (await asked(link)).status_code == 404


async def test_what_cannot_be_recorded_is_not_given(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    (file,) = (await asked(link, embeddedLengthMax=10)).json()["files"]
    pasted = await link_on(tab)
    await tab.context.clear_cookies()
    await tab.goto(f"{site.address}/shl")
    never = {"never": {"$exists": True}}
    await site.platform.database.command("collMod", "audit", validator=never)
    await tab.fill("#link", pasted)
    await tab.fill("#recipient", "HTEST")
    async with tab.expect_response(lambda reply: reply.url.endswith("/shl")) as shown:
        await tab.click("main button")
    assert (await shown.value).status == 503
    assert "青霉素" not in await tab.content()
    async with httpx.AsyncClient(trust_env=False) as http:
        for reply in (await asked(link), await http.get(file["location"])):
            assert reply.status_code == 503
            assert "ey" not in reply.text[:40]


async def test_another_resident_neither_sees_nor_ends_it(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    link = await made(site, tab)
    path = urlsplit(tab.url).path
    await tab.context.clear_cookies()
    await log_in(tab, site, "li")
    reply = await tab.goto(site.address + path)
    assert reply is not None
    assert reply.status == 404
    assert (await asked(link)).status_code == 200


async def test_a_form_that_asks_for_nothing_is_told_so(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + HOME)
    for box in await tab.locator("[name=sections]").all():
        await box.set_checked(False)
    await tab.click("main form button.whole")
    assert "请至少选一类内容" in await tab.inner_text("[role=alert]")


async def link_on(tab: Page) -> str:
    """The link that the page offers to whoever can't scan."""
    return await tab.locator("#link").input_value()


async def test_any_telephone_that_scans_the_code_reads_what_was_chosen(
    site: Site, tab: Page, scripted: Page
) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab)
    await scripted.goto(await link_on(tab))
    assert scripted.url == f"{site.address}/shl", "the link is taken out of the address"
    assert not await scripted.is_visible("#link")
    assert not await scripted.is_visible("#passcode")
    assert "没有开脚本" not in await scripted.inner_text("main")
    assert await axe.violations(scripted) == []
    await scripted.keyboard.insert_text("HTEST 简阳市人民医院 王医生")
    await scripted.keyboard.press("Enter")
    await scripted.wait_for_selector("#allergies")
    assert await axe.violations(scripted) == []
    text = await scripted.inner_text("main")
    assert "来源不明" not in text
    for expected in ("王建国", "青霉素", "没有给您看的：疫苗、看病记录、报告", "敏感的内容可能不在这里"):
        assert expected in text
    assert NUMBER not in await scripted.content()
    await tab.goto(f"{site.address}/resident")
    first = await tab.locator("section[aria-labelledby=looks] .looks > li").first.inner_text()
    for expected in ("HTEST 简阳市人民医院 王医生", "身份未证实", "您用二维码分享"):
        assert expected in first


async def test_without_scripts_the_link_is_pasted_and_a_wrong_passcode_told(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab, passcode="莲花开了")
    link = await link_on(tab)
    await tab.context.clear_cookies()
    await tab.goto(link)
    notice = await tab.inner_text("noscript .notice")
    assert "没有开脚本" in notice
    assert "复制地址栏里的整个地址" in notice
    await tab.fill("#link", tab.url)
    await tab.fill("#recipient", "HTEST 王医生")
    await tab.click("main button")
    assert not await tab.locator("noscript .notice").count(), "the link is there"
    assert "口令不对，还可以试 5 次" in await tab.inner_text("[role=alert]")
    assert await tab.input_value("#recipient") == "HTEST 王医生"
    await tab.fill("#passcode", "莲花开了")
    await tab.click("main button")
    assert "青霉素" in await tab.inner_text("main")


async def test_the_viewer_says_what_is_wrong_with_a_link(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab)
    link = await link_on(tab)
    (share, *_) = await site.platform.shares.of([f"Patient/{RESIDENT}"], 1)
    other = health_link.link("https://x.example/shl/a", share.key, share.until, "", passcode=False)
    url = f"{site.address}/shl/{share.token}"
    keyless = health_link.link(url, bytes(32), share.until, "", passcode=False)
    for text, told in (
        ("shlink:/%%%", "看不懂"),
        ("王医生", "看不懂"),
        (other, "不是这个平台的"),
        (keyless, "到时间了，或者已经收回"),
    ):
        await tab.goto(f"{site.address}/shl")
        await tab.fill("#link", text)
        await tab.fill("#recipient", "HTEST")
        await tab.click("main button")
        assert told in await tab.inner_text("[role=alert]"), text
        assert "青霉素" not in await tab.inner_text("main")
    await tab.goto(f"{site.address}{HOME}/{share.id}")
    await tab.click("main form button")
    await tab.wait_for_url(at(HOME))
    await tab.goto(f"{site.address}/shl")
    await tab.fill("#link", link)
    await tab.fill("#recipient", "HTEST")
    await tab.click("main button")
    assert "已经收回" in await tab.inner_text("[role=alert]")


async def test_what_was_opened_goes_from_the_screen_at_the_end_of_the_link(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab)
    link = await link_on(tab)
    soon = {"$set": {"until": moment.now() + timedelta(seconds=4)}}
    await site.platform.database["shares"].update_many({}, soon)
    await tab.goto(link)
    await tab.fill("#link", link)
    await tab.fill("#recipient", "HTEST")
    await tab.click("main button")
    assert "青霉素" in await tab.inner_text("main")
    await tab.wait_for_url("**/shl?over=1")
    text = await tab.inner_text("main")
    assert "已经收起" in text
    assert "青霉素" not in text
    assert await tab.locator("#link").count() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": moment.now() - timedelta(minutes=1)}, "已到时间"),
        ({"attempts": 0}, "口令错太多，已作废"),
        ({"revoked": moment.now(), "words": None}, "已收回"),
    ],
)
async def test_the_page_of_a_link_that_is_over_says_why_and_leads_back(
    site: Site, tab: Page, change: dict[str, Any], said: str
) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab)
    await site.platform.database["shares"].update_many({}, {"$set": change})
    await tab.click("a:text('再看还剩多久')")
    assert said in await tab.inner_text("main [role=status]")
    await tab.click("main a.button")
    await tab.wait_for_url(at(HOME))
    (share, *_) = await site.platform.shares.of([f"Patient/{RESIDENT}"], 1)
    await site.platform.database["shares"].update_many({}, {"$set": {"paper": True}})
    await tab.goto(f"{site.address}/resident/paper/{share.id}")
    assert said in await tab.inner_text("main [role=status]")


async def test_a_link_that_is_ended_twice_leads_back_to_the_list(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await made(site, tab)
    await site.platform.database["shares"].update_many({}, {"$set": {"revoked": moment.now()}})
    await tab.click("main form button")
    await tab.wait_for_url(at(HOME))
    assert "已收回" in await tab.inner_text("main")
