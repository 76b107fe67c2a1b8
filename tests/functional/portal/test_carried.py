"""A sheet to carry: printed by the resident, its code opens for days, with a passcode that stands nowhere."""

import io
import re
from datetime import datetime, timedelta

import pytest
import segno
import time_machine
from PIL import Image
from playwright.async_api import Locator, Page

from auth.store import accounts
from fhir.summary.moment import CHENGDU
from services.portal.shares.views import link_of
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.papers import filed
from tests.functional.portal.region import NUMBER, RESIDENT
from tests.functional.portal.test_paper import _records
from tests.functional.portal.test_proxies import _named, _switch
from tests.support import axe
from tests.support.health_link import asked, fetched, payload
from tests.support.resources import put

HOME, SHARES, PASSCODE = "/resident/paper", "/resident/shares", "莲花开在雨里"
HIV = {
    "resourceType": "Condition", "id": "sensitive", "subject": {"reference": f"Patient/{RESIDENT}"},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}], "text": "HTEST HIV"},
}  # fmt: skip


async def carried(site: Site, tab: Page, *, days: int = 1, passcode: str = PASSCODE) -> str:
    """The link of a new sheet that the resident makes by the form."""
    await tab.goto(site.address + HOME)
    await tab.check(f"#days-{days}")
    await tab.fill("#passcode", passcode)
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    return await link(site)


async def link(site: Site) -> str:
    """The newest link of the resident."""
    (share, *_) = await site.platform.shares.of([f"Patient/{RESIDENT}"], 1)

    class Visiting:
        platform = site.platform

    return link_of(Visiting(), share)  # type: ignore[arg-type]


async def modules(tab: Page) -> list[list[bool]]:
    """The code as it is printed: dark or light in the middle of each module, the quiet zone included."""
    assert tab.context.browser is not None
    sharp = await tab.context.browser.new_context(device_scale_factor=5, java_script_enabled=False)
    cookies = await tab.context.cookies()
    await sharp.add_cookies([{"name": c["name"], "value": c["value"], "url": tab.url} for c in cookies])
    page = await sharp.new_page()
    await page.goto(tab.url)
    await page.emulate_media(media="print")
    svg = page.locator("svg.qr")
    size = int(str(await svg.get_attribute("viewBox")).split()[-1])
    shot = Image.open(io.BytesIO(await svg.screenshot())).convert("L")
    await sharp.close()
    step, data = shot.width / size, shot.tobytes()
    middles = [int((at + 0.5) * step) for at in range(size)]
    return [[data[y * shot.width + x] < 128 for x in middles] for y in middles]


async def test_from_the_first_page_to_one_sheet_whose_code_is_that_of_the_link(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.click(f"main a[href='{HOME}']")
    await tab.wait_for_url(at(HOME))
    assert await tab.is_checked("#days-1")
    made = await carried(site, tab)
    wanted = [[bool(dark) for dark in row] for row in segno.make_qr(made, error="m").matrix_iter(border=4)]
    assert await modules(tab) == wanted
    await tab.emulate_media(media="print")
    text = await tab.inner_text("main")
    for expected in ("王建国", "青霉素", "2型糖尿病", "紧急联系人和电话", "口令请问本人"):
        assert expected in text
    for secret in (PASSCODE, NUMBER, NUMBER[-4:]):
        assert secret not in await tab.content()
    sheet = await tab.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    said = payload(made)
    assert (said["flag"], said["label"]) == ("P", "纸上")
    record = (await _records(site))[0]
    assert (record.reason, record.interaction) == ("print: PATRQT", "view")


async def test_that_only_its_form_was_opened_is_told_as_that(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + HOME)
    await tab.goto(f"{site.address}/resident/access")
    looks = await tab.inner_text(".looks")
    assert "打开了“印一张带在身上”的页面" in looks
    assert "二维码分享" not in looks
    await tab.goto(site.address + HOME)
    await tab.check("#days-1")
    await tab.click("main form button.whole")
    assert [each.reason for each in (await _records(site))[:2]] == ["invalid", "form: sheet"]


async def test_it_opens_with_the_passcode_until_its_day_and_is_told(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    made = await carried(site, tab, days=7)
    assert (await asked(made)).json() == {"remainingAttempts": 5}
    assert (await fetched(made, passcode=PASSCODE))["resourceType"] == "Bundle"
    await tab.goto(f"{site.address}/resident/access")
    looks = await tab.inner_text(".looks")
    assert "您用二维码分享" in looks
    assert "口令不对" in looks
    with time_machine.travel(timedelta(days=6, hours=23), tick=True):
        assert (await asked(made, passcode=PASSCODE)).status_code == 200
    with time_machine.travel(timedelta(days=7, minutes=1), tick=True):
        assert (await asked(made, passcode=PASSCODE)).status_code == 404


async def test_it_is_listed_printed_again_and_ended(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    made = await carried(site, tab, days=30)
    sheet = tab.url
    await tab.goto(site.address + SHARES)
    assert "纸上" in await tab.inner_text("section.card h2")
    await tab.click("text=再印这张纸")
    assert tab.url == sheet
    await tab.goto(sheet.replace("/paper/", "/shares/"))
    assert tab.url == sheet
    await tab.goto(site.address + SHARES)
    await tab.click("text=马上收回")
    await tab.wait_for_url(at(SHARES))
    assert (await asked(made, passcode=PASSCODE)).status_code == 404
    await tab.goto(sheet)
    assert "已收回" in await tab.inner_text("main")
    assert await tab.locator(".qr").count() == 0


async def test_of_several_the_right_one_is_ended(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    short, long = await carried(site, tab, days=1), await carried(site, tab, days=30)
    printed = await tab.inner_text("figcaption time")
    await tab.goto(site.address + SHARES)
    await tab.fill("#label", "内科 王医生")
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    await tab.goto(site.address + SHARES)
    cards = tab.locator("section[aria-labelledby^=share-]")
    told = await cards.all_inner_texts()
    assert [("纸上" in text, "屏幕上的二维码 · 内科 王医生" in text) for text in told] == [
        (False, True),
        (True, False),
        (True, False),
    ]
    made = [datetime.fromisoformat(each) for each in await _times(cards, "dd[id^=made-]")]
    assert [timedelta(0) <= datetime.now(CHENGDU) - each < timedelta(minutes=5) for each in made] == [
        True
    ] * 3
    names = re.findall(r'- (?:button|link) "((?:马上收回|再印这张纸|看二维码) .*?)"', await _said(cards))
    assert len(names) == len(set(names)) == 6
    assert all("20" in each for each in names), "and say when it was made"
    await cards.filter(has_text=printed).get_by_role("button").click()
    await tab.wait_for_url(at(SHARES))
    assert (await asked(long, passcode=PASSCODE)).status_code == 404
    assert (await asked(short, passcode=PASSCODE)).status_code == 200
    former = await tab.locator("section[aria-labelledby=former] li").all_inner_texts()
    assert len(former) == 1
    assert "纸上的二维码" in former[0]


async def _times(cards: Locator, where: str) -> list[str]:
    return [str(await each.get_attribute("datetime")) for each in await cards.locator(f"{where} time").all()]


async def _said(cards: Locator) -> str:
    """What a screen reader says of them."""
    return "\n".join([await each.aria_snapshot() for each in await cards.all()])


@pytest.mark.parametrize(
    ("passcode", "told"),
    [("", "要有口令"), ("abc", "要有口令"), ("888888", "太容易猜"), ("19580312", "太容易猜")],
)
async def test_no_code_on_paper_without_a_good_passcode(
    site: Site, tab: Page, passcode: str, told: str
) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + HOME)
    await tab.check("#days-30")
    await tab.fill("#passcode", passcode)
    await tab.click("main form button.whole")
    assert told in await tab.inner_text("[role=alert]")
    assert await site.platform.database["shares"].count_documents({}) == 0


async def test_a_form_of_ones_own_gets_no_longer_life(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    for path, name, value in ((HOME, "days", "365"), (SHARES, "minutes", "1440")):
        await tab.goto(site.address + path)
        token = await tab.locator("main form [name=csrf]").first.input_value()
        form = {"csrf": token, "sections": "results", name: value, "passcode": PASSCODE}
        assert (await tab.context.request.post(site.address + path, form=form)).status == 422
    assert await site.platform.database["shares"].count_documents({}) == 0


async def test_the_paper_alone_makes_no_link(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + HOME)
    await tab.check("#days-0")
    await tab.click("main form button.whole")
    await tab.wait_for_selector(".sheet")
    assert "青霉素" in await tab.inner_text("main")
    assert await tab.locator("svg.qr").count() == 0
    assert await site.platform.database["shares"].count_documents({}) == 0
    record = (await _records(site))[0]
    assert (record.reason, record.type, record.interaction) == ("print: PATRQT", "Patient", "view")


async def test_what_is_sensitive_is_on_the_sheet_only_where_it_was_ticked(site: Site, tab: Page) -> None:
    await put(site.platform.store, HIV)
    await log_in(tab, site, "wang")
    made = await carried(site, tab)
    assert "HTEST HIV" not in await tab.content()
    assert "HTEST HIV" not in str(await fetched(made, passcode=PASSCODE))
    for days in (0, 1):
        await tab.goto(site.address + HOME)
        await tab.check(f"#days-{days}")
        await tab.check("#sensitive")
        await tab.fill("#passcode", PASSCODE)
        await tab.click("main form button.whole")
        await tab.wait_for_selector(".sheet")
        assert "HTEST HIV" in await tab.inner_text("main")


async def test_nobody_else_has_the_sheet(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    made = await carried(site, tab)
    sheet = tab.url
    await tab.context.clear_cookies()
    await log_in(tab, site, "li")
    assert (await tab.context.request.get(sheet)).status == 404
    await tab.context.clear_cookies()
    await log_in(tab, site, "doctor")
    for address in (sheet, site.address + HOME):
        assert (await tab.context.request.get(address)).status == 403
    await accounts.disable(site.platform.database, "wang")
    assert (await asked(made, passcode=PASSCODE)).status_code == 404


async def test_no_proxy_makes_one(site: Site, tab: Page) -> None:
    await _named(tab, site)
    await _switch(tab)
    assert await tab.locator(f"main a[href='{HOME}']").count() == 0
    assert (await tab.context.request.get(site.address + HOME)).status == 403


async def test_what_cannot_be_recorded_is_not_printed(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await carried(site, tab)
    sheet = tab.url
    await tab.goto(site.address + HOME)
    await tab.check("#days-1")
    await tab.fill("#passcode", PASSCODE)
    await site.platform.database.command("collMod", "audit", validator={"never": {"$exists": True}})
    await tab.click("main form button.whole")
    assert "青霉素" not in await tab.content()
    assert await site.platform.database["shares"].count_documents({}) == 1
    reply = await tab.goto(sheet)
    assert reply is not None
    assert reply.status == 503
    assert "青霉素" not in await tab.content()


async def test_a_telephone_opens_it_with_the_passcode(site: Site, tab: Page, scripted: Page) -> None:
    await filed(site)
    await log_in(tab, site, "wang")
    made = await carried(site, tab)
    await scripted.goto(made)
    assert await scripted.is_visible("#passcode")
    await scripted.fill("#recipient", "HTEST 急救 王医生")
    await scripted.fill("#passcode", PASSCODE)
    await scripted.click("main button.whole")
    await scripted.wait_for_selector("#allergies")
    assert "青霉素" in await scripted.inner_text("main")


async def test_the_sheet_and_its_form_are_for_everybody(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "wang")
    await scripted.goto(site.address + HOME)
    assert await axe.violations(scripted) == []
    await carried(site, scripted)
    assert await axe.violations(scripted) == []
