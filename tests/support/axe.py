"""axe-core in a page: what it finds against WCAG 2.2 AA.

The page needs scripts for this; that it works without them other tests show.
"""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}


async def violations(page: Page) -> list[str]:
    """Each violation as its rule and the first places where it is."""
    found = await Axe().run(page, options=OPTIONS)
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes'][:3]]}"
        for each in found.response["violations"]
    ]
