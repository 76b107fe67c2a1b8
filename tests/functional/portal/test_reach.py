"""The resident's pages with scripts: axe, the keyboard alone, read aloud, one tap to the first page."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.papers import filed
from tests.functional.portal.region import RESIDENT
from tests.support import axe

PATHS = (
    "",
    "/results",
    "/medications",
    "/vaccinations",
    "/visits",
    "/documents",
    "/access",
    "/cases",
    "/shares",
    "/notices",
    "/consents",
    "/proxies",
)


@pytest.fixture
async def scripted(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile in Chinese with scripts, as wide as a small phone."""
    made = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 740})
    made.set_default_timeout(10_000)
    yield made
    await made.close()


@pytest.fixture
async def phone(scripted: BrowserContext, site: Site) -> Page:
    """A tab of it in which the resident is logged in, after a doctor's look."""
    page = await scripted.new_page()
    await log_in(page, site, "doctor")
    await page.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await scripted.clear_cookies()
    await log_in(page, site, "wang")
    return page


@pytest.mark.parametrize(("language", "elder"), [("zh-CN", "0"), ("en", "1")])
async def test_axe_finds_nothing_on_any_page(
    site: Site, scripted: BrowserContext, phone: Page, language: str, elder: str
) -> None:
    await scripted.add_cookies([
        {"name": "furong_language", "value": language, "url": site.address},
        {"name": "furong_elder", "value": elder, "url": site.address},
    ])  # fmt: skip
    await phone.goto(f"{site.address}/resident")
    complaint = await phone.locator("a[href$='/complaint']").first.get_attribute("href")
    await phone.goto(f"{site.address}/resident/results")
    correction = await phone.locator("a.wrong").first.get_attribute("href")
    await phone.goto(f"{site.address}/resident/shares")
    await phone.click("main form button.whole")
    await phone.wait_for_selector("svg.qr")
    share = phone.url.removeprefix(site.address)
    for path in (*(f"/resident{each}" for each in PATHS), complaint, correction, share):
        reply = await phone.goto(f"{site.address}{path}")
        assert reply is not None
        assert reply.status == 200, path
        await phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
        assert await axe.violations(phone) == [], path


async def test_axe_does_find_what_is_wrong(site: Site, phone: Page) -> None:
    await phone.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(each.startswith("label:") for each in await axe.violations(phone))


async def test_axe_finds_nothing_on_the_desks_that_answer(site: Site, scripted: BrowserContext) -> None:
    for login, path in (("privacy", "/console/complaints"), ("steward", "/console/corrections")):
        page = await scripted.new_page()
        await log_in(page, site, login)
        await page.goto(site.address + path)
        assert await axe.violations(page) == [], path
        await scripted.clear_cookies()


async def test_the_keyboard_alone_asks_about_a_look(site: Site, phone: Page) -> None:
    await phone.goto(f"{site.address}/resident")
    await phone.keyboard.press("Tab")
    assert await phone.evaluate("document.activeElement.className") == "skip"
    await phone.keyboard.press("Enter")
    for _ in range(60):
        await phone.keyboard.press("Tab")
        if await phone.evaluate("document.activeElement.matches('a[href$=\"/complaint\"]')"):
            break
    await phone.keyboard.press("Enter")
    await phone.wait_for_url("**/complaint")
    await phone.focus("main")
    for _ in range(10):
        await phone.keyboard.press("Tab")
        if await phone.evaluate("document.activeElement.id") == "words":
            break
    await phone.keyboard.type("HTEST")
    await phone.keyboard.press("Tab")
    await phone.keyboard.press("Enter")
    await phone.wait_for_url(at("/resident/cases"))
    assert "HTEST" in await phone.inner_text("main")


async def test_the_first_page_is_one_tap_from_every_page(site: Site, phone: Page) -> None:
    for path in PATHS[1:]:
        await phone.goto(f"{site.address}/resident{path}")
        await phone.click("nav.nav a[href='/resident']")
        await phone.wait_for_url(at("/resident"))


async def test_large_type_is_one_tap_on_the_first_page(site: Site, phone: Page) -> None:
    await phone.goto(f"{site.address}/resident")
    button = phone.locator("button[name=elder]")
    box = await button.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 740, "seen without scrolling"
    await button.click()
    await phone.wait_for_selector("html.elder")


SPOKEN = """window.spoken = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (each) => window.spoken.push([each.lang, each.text]), cancel: () => {},
} });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""


async def test_the_page_is_read_aloud_where_the_device_can_speak(
    site: Site, scripted: BrowserContext, phone: Page
) -> None:
    complaints: list[str] = []
    phone.on("console", lambda message: complaints.append(message.text))
    await phone.add_init_script(SPOKEN)
    await phone.goto(f"{site.address}/resident")
    await phone.click("[data-aloud]")
    spoken = await phone.evaluate("window.spoken")
    assert {language for language, _ in spoken} == {"zh-CN"}
    text = "\n".join(each for _, each in spoken)
    for expected in ("王建国", "我对什么过敏", "血糖高，伤到了肾"):
        assert expected in text
    assert await phone.inner_text("[data-aloud]") == "停"
    await phone.click("[data-aloud]")
    assert await phone.inner_text("[data-aloud]") == "读给我听"
    assert complaints == []


SHOWN = r"""() => {
  const kept = document.querySelector("main").cloneNode(true);
  document.querySelector("main").before(kept);
  kept.querySelectorAll(".unseen, .aloud, textarea, option:not(:checked)").forEach((each) => each.remove());
  const shown = kept.innerText;
  kept.remove();
  return shown.match(/[\p{L}\p{N}]+/gu);
}"""
_HAN = re.compile("[\u4e00-\u9fff]")


async def _read_aloud(phone: Page, address: str, *, opens: bool = False) -> list[list[str]]:
    """What is spoken, after all that is seen was found in it in the same order, and nothing twice."""
    await phone.goto(address)
    if opens:
        await phone.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    shown = await phone.evaluate(SHOWN)
    await phone.click("[data-aloud]")
    spoken: list[list[str]] = await phone.evaluate("window.spoken")
    said = "".join(re.findall(r"\w+", "".join(text for _, text in spoken).replace("_", "")))
    if await phone.locator("main table").count():
        assert [word for word in shown if word not in said] == [], address
    else:
        assert said == "".join(shown).replace("_", ""), address
    return spoken


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_everything_that_is_seen_is_read_aloud_in_its_order(
    site: Site, scripted: BrowserContext, phone: Page, language: str
) -> None:
    await filed(site)
    await scripted.add_cookies([{"name": "furong_language", "value": language, "url": site.address}])
    await phone.add_init_script(SPOKEN)
    report = "/documents/DiagnosticReport/htest-report"
    for path in ("", "/results", "/medications", "/access", "/shares", report):
        spoken = await _read_aloud(phone, f"{site.address}/resident{path}")
        assert all(lang == "zh-CN" or not _HAN.search(text) for lang, text in spoken), path
        assert {lang for lang, _ in spoken} <= {"zh-CN", language}, path
    opened = await _read_aloud(phone, f"{site.address}/resident/results", opens=True)
    assert len(opened) > len(spoken)


async def test_each_dose_is_read_after_its_drug(site: Site, phone: Page) -> None:
    await phone.add_init_script(SPOKEN)
    spoken = await _read_aloud(phone, f"{site.address}/resident")
    said = [text for _, text in spoken]
    drugs = await phone.locator("section[aria-labelledby=medications] > ul > li").all()
    assert len(drugs) == 3
    for drug in drugs:
        name, dose = await drug.locator("strong").inner_text(), await drug.locator("p").first.inner_text()
        place = next(place for place, text in enumerate(said) if text.startswith(name))
        assert said[place + 1] == dose
    for expected in ("青霉素", "磺胺"):
        assert any(expected in text for text in said), expected


async def test_a_row_of_results_is_read_with_the_words_of_its_heads(site: Site, phone: Page) -> None:
    await filed(site)
    await phone.add_init_script(SPOKEN)
    spoken = await _read_aloud(phone, f"{site.address}/resident/documents/DiagnosticReport/htest-report")
    row = next(text for _, text in spoken if "101" in text)
    assert row.startswith("项目: HTEST 血红蛋白")
    assert -1 < row.find("结果: 101") < row.find("偏低") < row.find("参考范围: 130–175")


async def test_without_speech_there_is_no_button(site: Site, phone: Page) -> None:
    await phone.add_init_script("Object.defineProperty(window, 'speechSynthesis', { value: undefined });")
    await phone.goto(f"{site.address}/resident")
    assert await phone.locator("[data-aloud]").count() == 1
    assert not await phone.locator("[data-aloud]").is_visible()
