"""axe-core in a page of the browser tests: WCAG 2.2 A and AA."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


async def violations(page: Page) -> list[str]:
    """What axe finds wrong, each with its rule and the element; the page needs scripts."""
    found = (await Axe().run(page, options=_RULES)).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]
