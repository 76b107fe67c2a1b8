"""From the log-in to a result with the keyboard alone, without JavaScript and without a pointer."""

from playwright.async_api import Page

from tests.functional.portal.conftest import PASSWORD, Site, at

MOST = 80


async def reach(tab: Page, selector: str) -> int:
    """Tab to the first element that `selector` means; how many times that took."""
    for pressed in range(MOST):
        if await tab.locator(f"{selector}:focus").count():
            return pressed
        await tab.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


async def test_from_the_log_in_to_a_result(site: Site, tab: Page) -> None:
    await tab.goto(f"{site.address}/login")
    await reach(tab, "#login")
    await tab.keyboard.type("doctor")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type(PASSWORD)
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("#code")
    await reach(tab, "#code")
    await tab.keyboard.type(site.code())
    await tab.keyboard.press("Enter")
    await tab.wait_for_url(at("/clinician"))
    assert await tab.locator("#query:focus").count(), "the search is where one types at once"
    await tab.keyboard.insert_text("王建国")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector(".people a")
    assert await reach(tab, ".people a") <= 5
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("#results")
    await reach(tab, ".results details > summary")
    await tab.keyboard.press("Enter")
    await reach(tab, ".results details[open] a")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("svg.chart")
    await tab.keyboard.press("Tab")
    assert await tab.locator(".skip:focus").count(), "the first stop leads past the head of the page"
    await reach(tab, "nav.tabs a[href$=timeline]")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("ol.lines")
    await reach(tab, "#kind")
    await tab.keyboard.press("End")
    await reach(tab, ".filters button")
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector("text=显示全部")
