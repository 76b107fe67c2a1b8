"""How the pages look in a real browser: widths, languages, large type, weight, the keyboard."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.async_api import BrowserContext, Page

from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.papers import filed
from tests.functional.portal.region import NUMBER, RESIDENT

PATHS = {
    "doctor": ("/clinician", "/clinician/emergency", f"/clinician/patients/{RESIDENT}", "/clinician/nothing"),
    "wang": (
        "/resident",
        "/resident/access",
        "/resident/consents",
        "/resident/consents/new",
        "/resident/proxies",
        "/resident/results",
        "/resident/medications",
        "/resident/vaccinations",
        "/resident/visits",
        "/resident/documents",
        "/resident/cases",
        "/resident/shares",
        "/resident/paper",
        "/resident/notices",
    ),
    "privacy": (
        "/console/reviews",
        "/console/emergencies",
        "/console/complaints",
        "/console/alarms",
        "/console/security",
        "/console/consents",
        "/console/consents?s={resident}",
        "/console/consents/new?s={resident}",
        "/console/proxies?s={resident}",
        "/console/closed",
        "/console/closed?s={resident}",
    ),
    "security": (
        "/console/accounts",
        "/console/accounts/new",
        "/console/accounts/import",
        "/console/clients",
        "/login/factors",
    ),
    "steward": (
        "/console/feeds",
        "/console/feeds/HTEST",
        "/console/feeds/HTEST/maps",
        "/console/dead-letters",
        "/console/messages",
        "/console/codes",
        "/console/codes/exact",
        "/console/persons",
        "/console/persons/find",
        "/console/moves",
        "/console/corrections",
    ),
}
MEASURE = """(least) => {
  const usual = Math.max(least, 44);
  const dense = least < 60 && innerWidth > 1000;  // the doctor's one screen, worked with a mouse
  const shown = (e) => e.getClientRects().length && !e.closest('.skip');
  const boxed = (e) => /checkbox|radio/.test(e.type);
  const targets = [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')]
    .filter(shown);
  const main = 'nav a, button, a.button, select, input';
  const small = targets.filter((e) => {
    const aimed = boxed(e) ? e.closest('label') : e;
    if (!aimed || (boxed(e) && e.labels[0] !== aimed)) return true;
    const box = aimed.getBoundingClientRect();
    const wanted = !e.matches(main) ? least : dense && e.closest('.dense') ? 32 : usual;
    const broad = least === 60 && e.matches(main) ? 60 : 24;
    return Math.round(box.height) < wanted || Math.round(box.width) < broad;
  }).map((e) => e.outerHTML.slice(0, 80));
  const texts = [...document.querySelectorAll('main *')].filter(shown)
    .filter((e) => !e.closest('svg'))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  return {
    over: document.documentElement.scrollWidth - innerWidth,
    small,
    type: Math.min(...texts.map((e) => parseFloat(getComputedStyle(e).fontSize))),
  };
}"""


async def pages(site: Site, tab: Page, login: str) -> list[str]:
    """The paths of whoever is logged in; an officer's name a resident whom he has found by his number."""
    if login != "privacy":
        return list(PATHS[login])
    await tab.goto(f"{site.address}/console/consents")
    await tab.fill("#number", NUMBER)
    await tab.press("#number", "Enter")
    await tab.wait_for_url(at("/console/consents"))
    (resident,) = parse_qs(urlsplit(tab.url).query)["s"]
    return [path.replace("{resident}", quote(resident)) for path in PATHS[login]]


@pytest.mark.parametrize("login", PATHS)
async def test_no_page_scrolls_sideways_at_any_width_language_or_size(
    site: Site, context: BrowserContext, tab: Page, login: str
) -> None:
    await log_in(tab, site, login)
    paths = await pages(site, tab, login)
    for language, elder in (("zh-CN", "0"), ("en", "0"), ("zh-CN", "1")):
        await context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        for path in paths:
            await tab.goto(site.address + path)
            for width in (320, 360, 768, 1440):
                await tab.set_viewport_size({"width": width, "height": 900})
                found = await tab.evaluate(MEASURE, 60 if elder == "1" else 24)
                assert found["over"] <= 0, (path, language, elder, width)
                assert found["small"] == [], (path, language, elder, width)
                assert found["type"] >= (18 if elder == "1" else 14), (path, language, elder, width)


LONG = "HTEST 阿卜杜热依木·买买提艾力·吐尔逊江·阿不都克里木·艾合买提江"
LINES = r"""() => {
  const lines = (at) => {
    const range = document.createRange();
    range.selectNodeContents(at);
    const kept = at.getBoundingClientRect();
    const boxes = [...range.getClientRects()].filter((each) => each.top < kept.bottom - 2);
    return new Set(boxes.map((each) => Math.round(each.top))).size;
  };
  const broken = [...document.querySelectorAll("button, a.button, .tools a:not([title])")]
    .filter((each) => each.getClientRects().length && each.innerText.trim().length <= 3 && lines(each) > 1)
    .map((each) => each.innerText);
  return { name: lines(document.querySelector("a.reader span")), broken };
}"""


@pytest.mark.parametrize("elder", ["0", "1"])
async def test_a_long_name_breaks_no_button(
    site: Site, context: BrowserContext, tab: Page, elder: str
) -> None:
    await site.platform.database.accounts.update_one({"login": "wang"}, {"$set": {"name": LONG}})
    await context.add_cookies([{"name": "furong_elder", "value": elder, "url": site.address}])
    await log_in(tab, site, "wang")
    for width in (320, 360, 768):
        await tab.set_viewport_size({"width": width, "height": 740})
        found = await tab.evaluate(LINES)
        assert found["broken"] == [], width
        assert found["name"] <= 2, width
        assert (await tab.evaluate(MEASURE, 60 if elder == "1" else 24))["over"] <= 0, width
    assert LONG in str(await tab.get_attribute("a.reader", "title"))
    assert LONG in str(await tab.text_content("a.reader"))


async def test_text_twice_as_large_does_not_scroll_sideways(site: Site, scripted: Page) -> None:
    await filed(site)
    await log_in(scripted, site, "doctor")
    await scripted.goto(
        f"{site.address}/clinician/patients/{RESIDENT}/documents/DiagnosticReport/htest-report"
    )
    await scripted.context.clear_cookies()
    await log_in(scripted, site, "wang")
    await scripted.set_viewport_size({"width": 360, "height": 740})
    over = []
    for path in PATHS["wang"]:
        await scripted.goto(site.address + path)
        await scripted.evaluate("document.documentElement.style.fontSize = '200%'")
        over.append((path, await scripted.evaluate("document.documentElement.scrollWidth - innerWidth")))
    assert [(path, by) for path, by in over if by > 0] == []


REACHED = """() => [...document.querySelectorAll('input[type=checkbox], input[type=radio]')]
  .filter((e) => {
    e.labels[0].scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = e.labels[0].getBoundingClientRect();
    const across = [box.left + 3, box.right - 3], down = [box.top + 3, box.bottom - 3];
    const corners = across.flatMap((x) => down.map((y) => [x, y]));
    return !corners.every(([x, y]) => document.elementFromPoint(x, y)?.closest('label')?.control === e);
  }).map((e) => e.outerHTML)"""


@pytest.mark.parametrize("elder", ["0", "1"])
async def test_a_box_is_hit_anywhere_on_its_label(
    site: Site, context: BrowserContext, tab: Page, elder: str
) -> None:
    await context.add_cookies([{"name": "furong_elder", "value": elder, "url": site.address}])
    await tab.set_viewport_size({"width": 360, "height": 740})
    await tab.goto(f"{site.address}/login")
    assert (await tab.evaluate(MEASURE, 60 if elder == "1" else 24))["small"] == []
    assert await tab.evaluate(REACHED) == []
    await log_in(tab, site, "wang")
    for path in ("/resident/consents/new", "/resident/proxies", "/resident/notices", "/resident/paper"):
        await tab.goto(site.address + path)
        assert await tab.evaluate(REACHED) == [], path
    box = tab.locator("input[type=checkbox]").first
    kept = await box.is_checked()
    label = tab.locator("label:has(input[type=checkbox])").first
    size = await label.bounding_box()
    assert size is not None
    await label.click(position={"x": size["width"] - 4, "y": size["height"] - 4})
    assert await box.is_checked() != kept


@pytest.mark.parametrize("login", PATHS)
async def test_a_page_weighs_at_most_50_kilobytes(site: Site, tab: Page, login: str) -> None:
    await log_in(tab, site, login)
    for path in await pages(site, tab, login):
        page = await tab.context.request.get(site.address + path)
        text = await page.text()
        files = {part.split('"')[0] for part in text.split('"/static/')[1:]}
        sent = [await tab.context.request.get(f"{site.address}/static/{name}") for name in files]
        sizes = [int(each.headers["content-length"]) for each in sent]
        assert len(text.encode()) + sum(sizes) <= 50_000, (path, len(text.encode()), sizes)


async def test_the_browser_refuses_nothing_on_our_pages(site: Site, tab: Page) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("requestfailed", lambda request: complaints.append(request.url))
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    assert complaints == []


async def test_the_keyboard_goes_from_log_in_to_a_result(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.wait_for_selector("#query:focus")
    await tab.keyboard.type("wjg")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector(".people a")
    await tab.focus("#query")
    for _ in range(2):
        await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.matches('.people a')")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector(".result")
    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.className") == "skip"
    await tab.keyboard.press("Enter")
    assert await tab.evaluate("location.hash") == "#main"
    await tab.focus(".result summary")
    await tab.keyboard.press("Enter")
    assert await tab.locator(".result table").first.is_visible()


async def test_print_opens_every_detail_and_leaves_the_tools_out(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.click("form[action='/resident/print'] button")
    await tab.wait_for_url("**/resident/print")
    await tab.emulate_media(media="print")
    assert not await tab.locator(".tools").is_visible()
    assert not await tab.locator(".contents").is_visible()
    assert await tab.locator("details table").first.is_visible()
