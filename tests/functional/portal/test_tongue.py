"""The pages in English: Chinese stands only where an element says that it is Chinese."""

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT

_UNMARKED = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const { data, parentElement: at } = walk.currentNode;
    if (/[\u2e80-\u9fff\uf900-\ufaff]/.test(data) && !at.closest("[lang]").lang.startsWith("zh")
      && !at.closest("script, style")) found.push(data.trim());
  }
  return found;
}"""
_NOTE = "Some texts are in Chinese, as their source wrote them."
DOCTORS = ("", "/timeline", "/front-page")
RESIDENTS = ("", "/results", "/medications", "/vaccinations", "/visits", "/documents", "/front-page")


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
    await log_in(scripted, site, "wang")
    await scripted.click("button[name=language]")
    await scripted.wait_for_selector("html[lang=en]")
    for page in RESIDENTS:
        await _english(scripted, f"{site.address}/resident{page}")
