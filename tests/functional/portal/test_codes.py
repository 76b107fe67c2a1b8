"""The mapping workbench in a real browser, with real messages and the real worker (checklist 55)."""

import asyncio
from pathlib import Path

from playwright.async_api import BrowserContext, Page

from adapters.v2_to_fhir.source import Source
from services.inbox import RECEIVED, Arrival, inbox_of
from services.sources import Sources, register
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.test_looks import MEASURE
from tests.support.code_files import ICD10, loaded
from tests.support.feed import work
from tests.support.messages import adt

NAMES = {"QX7": "HTEST二型糖尿病", "QX8": "HTEST高血压", "QX9": "HTEST某种肺炎"}


async def test_a_steward_maps_a_code_and_sees_its_messages_run_again(
    site: Site, context: BrowserContext, tab: Page, tmp_path: Path
) -> None:
    store = site.platform.store
    await register(site.platform.database, Source("TEST1", "Organization/o", charset="UTF-8"))
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    inbox = await inbox_of(store)
    for number, (code, name) in enumerate(NAMES.items()):
        text = adt(f"K{number}", id=f"P{number}", visit=f"V{number}") + f"DG1|1||{code}^{name}^99LOCAL\r"
        control = f"K{number}"
        await inbox.add(
            Arrival(text.encode(), b"MSA|AA", RECEIVED, "p", "TEST1", control, "ADT^A01", "UTF-8")
        )
    known = Sources(store.database, store.vault.identify, accept_unregistered=True)
    async with known, work(inbox, known, store):
        for _ in range(200):
            if await inbox.collection.count_documents({"codes": {"$exists": True}}) == len(NAMES):
                break
            await asyncio.sleep(0.1)
        await log_in(tab, site, "steward")
        await tab.click("nav >> text=代码映射")
        await _looks(context, tab, site, "/console/codes")
        await tab.click("section:has-text('QX7') >> button:has-text('映射到 E11.900')")
        for _ in range(100):
            if "最近映射的" in await tab.inner_text("main"):
                break
            await asyncio.sleep(0.2)
            await tab.reload()
        assert "QX7" not in await tab.inner_text("main h2 >> nth=0")
        await tab.click("a:text-is('QX8')")
        await tab.fill("#q", "高血压病")
        await tab.press("#q", "Enter")
        await _looks(context, tab, site, tab.url.removeprefix(site.address))
        await tab.fill("#q", "高血压病")
        await tab.press("#q", "Enter")
        await tab.locator("li", has_text="I10.x00x002").last.get_by_role("button").click()
        assert "映射到" in await tab.inner_text("main")
        await tab.click("a:text-is('代码映射') >> nth=0")
        await tab.click("a:text-is('QX9')")
        await tab.fill("#reason", "院内临时编码")
        await tab.click("button:text-is('不映射')")
        assert "院内临时编码" in await tab.inner_text("main")
        await tab.click("button:text-is('重新打开')")
        assert "等待映射" in await tab.inner_text("h1")
        await _looks(context, tab, site, "/console/codes/exact")
    await inbox.close()


async def _looks(context: BrowserContext, tab: Page, site: Site, path: str) -> None:
    """In both languages and large type, at every width, nothing overflows and all can be hit."""
    for language, elder in (("en", "0"), ("zh-CN", "1"), ("zh-CN", "0")):
        await context.add_cookies([
            {"name": "furong_language", "value": language, "url": site.address},
            {"name": "furong_elder", "value": elder, "url": site.address},
        ])  # fmt: skip
        await tab.goto(site.address + path)
        for width in (320, 360, 768, 1440):
            await tab.set_viewport_size({"width": width, "height": 900})
            found = await tab.evaluate(MEASURE, 60 if elder == "1" else 24)
            assert (found["over"] <= 0, found["small"]) == (True, []), (path, language, elder, width)
