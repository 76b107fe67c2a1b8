"""The pages in English: Chinese stands only where an element says that it is Chinese."""

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.papers import filed
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_consents import _fill

_UNMARKED = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const { data, parentElement: at } = walk.currentNode;
    const wide = /[\uff00-\uff65]/.test(data) && !at.closest("bdi");
    const foreign = wide || /[\u2e80-\u9fff\uf900-\ufaff]/.test(data);
    if (foreign && !at.closest("[lang]").lang.startsWith("zh")
      && !at.closest("script, style")) found.push(data.trim());
  }
  return found;
}"""
_NOTE = "Some texts are in Chinese, as their source wrote them."
DOCTORS = ("", "/timeline", "/front-page")
RESIDENTS = (
    *("", "/results", "/medications", "/vaccinations", "/visits", "/documents", "/front-page", "/access"),
    *("/consents", "/consents/new", "/proxies", "/shares", "/paper", "/notices", "/cases", "/apps"),
    "/documents/DiagnosticReport/htest-report",
)


async def _english(tab: Page, address: str) -> None:
    await tab.goto(address)
    assert await tab.locator("html").get_attribute("lang") == "en"
    assert await tab.evaluate(_UNMARKED) == [], address
    source = await tab.locator('main span[lang="zh-CN"]:not([translate])').count()
    assert await tab.get_by_text(_NOTE).count() == (1 if source else 0), address


async def test_a_doctors_pages_are_english(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "doctor")
    await scripted.click("button[name=language]")
    await scripted.wait_for_selector("html[lang=en]")
    for page in DOCTORS:
        await _english(scripted, f"{site.address}/clinician/patients/{RESIDENT}{page}")
    await scripted.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    series = await scripted.locator("a[href*='/results/']").first.get_attribute("href")
    await _english(scripted, f"{site.address}{series}")


async def test_a_residents_pages_are_english(site: Site, scripted: Page) -> None:
    await filed(site)
    await log_in(scripted, site, "wang")
    await scripted.click("button[name=language]")
    await scripted.wait_for_selector("html[lang=en]")
    for page in RESIDENTS:
        await _english(scripted, f"{site.address}/resident{page}")
        assert "edication" not in await scripted.inner_text("body"), "one word: medicines"


async def test_the_kinds_of_a_rule_begin_alike(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "wang")
    await scripted.click("button[name=language]")
    await scripted.wait_for_selector("html[lang=en]")
    await scripted.goto(f"{site.address}/resident/consents/new")
    boxes = await scripted.locator("label:has(input[name=kinds])").all_inner_texts()
    assert [each for each in boxes if not each.strip()[0].isupper()] == []
    await _fill(scripted, "results", "allergies", what="kinds")
    assert "results, allergies" in await scripted.inner_text("main dl")
    missed = await scripted.locator(".notice p").first.inner_text()
    kinds = missed.partition(": ")[2].split(", ")
    assert len(kinds) == 2
    assert [each for each in kinds if not each[0].islower()] == []
