"""The front page of a health file, for the doctor and for the resident, without JavaScript."""

from playwright.async_api import Page

from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT, STRANGER
from tests.support import axe

PATH = f"/clinician/patients/{RESIDENT}/front-page"


async def test_a_doctor_comes_to_it_from_the_summary(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await tab.click("nav.tabs a[href$=front-page]")
    text = await tab.inner_text("main")
    for expected in ("健康标识", "65岁及以上老年人", "慢性病", "基本信息", "服务记录", "流感疫苗"):
        assert expected in text
    (record, *_) = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 1)
    assert record.entity == f"Patient/{RESIDENT}"


async def test_a_strangers_is_as_unknown(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    for id in (STRANGER, "nobody"):
        reply = await tab.context.request.get(f"{site.address}/clinician/patients/{id}/front-page")
        assert reply.status == 404


async def test_the_resident_reads_the_same_of_himself(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident")
    await tab.click("main a[href='/resident/front-page']")
    text = await tab.inner_text("main")
    assert "健康档案首页" in text
    assert "服务记录" in text


async def test_axe_finds_nothing_on_the_doctors(site: Site, scripted: Page) -> None:
    await log_in(scripted, site, "doctor")
    await scripted.goto(site.address + PATH)
    assert await axe.violations(scripted) == []
