"""Every template in every state (empty, one, many, error, refused), as a browser shows it, on no server.

WCAG 2.2 AA by axe, in Chinese and English, in standard and large type; nothing wider than a narrow screen.
The models are those of the component tests.
"""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route

from services.portal.assets import by_public_name
from services.portal.page import render
from services.portal.preferences import Preferences
from tests.support import axe
from tests.unit.services.portal.test_templates import PAGES

ADDRESS, NARROW = "http://localhost", 320
_LOOKS = (("zh-CN", False), ("en", True), ("zh-CN", True), ("en", False))
_OPEN = "document.querySelectorAll('details').forEach((each) => { each.open = true })"
_TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((each) => !each.closest(".scroll, .elder .nav, textarea, pre, svg, .skip, .unseen"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 90))"""
_TARGETS = "button, select, input:not([type=hidden]), a.button, a.tap, summary"
_TOO_SMALL = f"""() => [...document.querySelectorAll("{_TARGETS}")]
  .filter((each) => each.checkVisibility())
  .map((each) => /checkbox|radio/.test(each.type) && each.labels.length ? each.labels[0] : each)
  .filter((each) => each.getBoundingClientRect().height < 59.5)
  .map((each) => each.outerHTML.slice(0, 90))"""


class Showing:
    """A tab that is shown pages from memory."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._text = ""

    async def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        asset = by_public_name().get(path.removeprefix("/static/"))
        if asset is not None:
            await route.fulfill(body=asset.content, content_type=asset.media_type)
        else:
            await route.fulfill(body=self._text, content_type="text/html; charset=utf-8")

    async def show(self, name: str, language: str, *, elder: bool) -> None:
        template, reader, model = PAGES[name]
        wanted = Preferences(language, elder)
        self._text = render(template, wanted, token="t0ken", path="/x", reader=reader, **model)
        await self.page.goto(f"{ADDRESS}/x")


@pytest.fixture(scope="module")
async def showing(browser: Browser) -> AsyncIterator[Showing]:
    context = await browser.new_context(viewport={"width": NARROW, "height": 740})
    context.set_default_timeout(10_000)
    made = Showing(await context.new_page())
    await context.route("**/*", made.answer)
    yield made
    await context.close()


@pytest.mark.parametrize(("at", "name"), list(enumerate(PAGES)), ids=list(PAGES))
async def test_a_state_is_reached_by_everybody_and_fits_a_narrow_screen(
    showing: Showing, at: int, name: str
) -> None:
    language, elder = _LOOKS[at % len(_LOOKS)]
    await showing.show(name, language, elder=elder)
    await showing.page.evaluate(_OPEN)
    assert await showing.page.evaluate(_TOO_WIDE) == []
    if elder:
        assert await showing.page.evaluate(_TOO_SMALL) == []
    assert await axe.violations(showing.page) == []
