"""Whoever looks at another's file is nowhere spoken to as if it were his own."""

import re

import pytest
from playwright.async_api import Page

from services.portal.on_behalf import TEXTS
from tests.functional.portal.conftest import Site
from tests.functional.portal.test_shared_for import parent as parent

PAGES = (
    "", "/results", "/medications", "/vaccinations", "/visits", "/documents", "/front-page", "/access",
    "/cases", "/notices", "/shares", "/paper", "/consents", "/consents/new",
)  # fmt: skip
OWN = {
    "zh-CN": re.compile("我的|我对|您的|您对|您自己"),
    "en": re.compile(r"\b(?:[Mm]y|[Yy]ours?)\b(?! (?:login|next visit))"),
}
_MEANT = re.compile("不要用自己或家人的|这是您第一次看")
"""What speaks to the reader about himself."""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_parent_is_not_addressed_as_his_child(site: Site, parent: Page, language: str) -> None:
    await parent.context.add_cookies([{"name": "furong_language", "value": language, "url": site.address}])
    seen = 0
    for each in PAGES:
        reply = await parent.goto(f"{site.address}/resident{each}")
        assert reply is not None
        if reply.status == 403:
            continue
        assert reply.status == 200, each
        seen += 1
        said = [
            await parent.title(),
            await parent.inner_text("nav.nav"),
            *(await parent.inner_text("main")).splitlines(),
        ]
        assert not [line for line in said if OWN[language].search(line) and not _MEANT.search(line)], each
    assert seen > 9


async def test_his_own_file_is_called_his(site: Site, parent: Page) -> None:
    await parent.click(".acting button")
    await parent.wait_for_selector("text=我对什么过敏")


def test_each_text_has_another_for_whoever_looks_for_him() -> None:
    assert not [text for text, other in TEXTS.items() if text == other or other in TEXTS]
