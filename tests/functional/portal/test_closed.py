"""The file of somebody who has died, in a real browser: closed, and opened to a house by an officer."""

from datetime import timedelta

import pytest
from playwright.async_api import Page

from auth import moment
from auth.audit.record import AuditRecord
from fhir.summary.moment import CHENGDU
from services.health_file import Asked, Step, take
from tests.functional.portal.conftest import Site, at
from tests.functional.portal.region import HOSPITAL, NUMBER, RESIDENT
from tests.functional.portal.test_moves import enter

FILE = f"/clinician/patients/{RESIDENT}"


@pytest.fixture
async def dead(site: Site) -> None:
    """All that is known of him was recorded elsewhere, and he died long ago."""
    rows = site.platform.database["resources"]
    await rows.update_many({}, {"$set": {"recorder": "Organization/elsewhere"}})

    async def work(tx: object) -> None:
        stored = await tx.load([f"Patient/{RESIDENT}"])  # type: ignore[attr-defined]
        patient = stored[f"Patient/{RESIDENT}"].resource() | {"deceasedDateTime": "2026-01-05"}
        tx.put(patient)  # type: ignore[attr-defined]

    await site.platform.store.resources.transact(work)


async def status(tab: Page, site: Site, login: str, path: str = FILE) -> int:
    await tab.context.clear_cookies()
    await enter(tab, site, login)
    reply = await tab.goto(site.address + path)
    assert reply is not None
    return reply.status


async def officer(tab: Page, site: Site) -> None:
    await tab.context.clear_cookies()
    await enter(tab, site, "privacy")
    await tab.click("nav >> text=已故居民")
    await tab.fill("#number", NUMBER)
    await tab.press("#number", "Enter")
    await tab.wait_for_url(at("/console/closed"))


async def test_a_file_is_closed_by_a_death_and_opened_by_a_grant(site: Site, tab: Page, dead: None) -> None:
    assert await status(tab, site, "doctor") == 404
    assert await status(tab, site, "wang", "/resident") == 404
    await officer(tab, site)
    assert "已故" in await tab.inner_text(".notice")
    assert NUMBER not in tab.url
    assert "青霉素" not in await tab.inner_text("main"), "of the file only who it is of is shown"
    await tab.select_option("#house", HOSPITAL)
    await tab.check("input[value=court]")
    await tab.fill("#note", "HTEST 2026 民初 1 号")
    await tab.fill("#until", (moment.now().astimezone(CHENGDU) + timedelta(days=9)).date().isoformat())
    await tab.click("button[value=open]")
    await tab.wait_for_url(at("/console/closed"))
    assert "法院" in await tab.inner_text("section.card >> nth=0")
    assert await status(tab, site, "doctor") == 200
    assert await status(tab, site, "wang", "/resident") == 404, "nobody acts for the dead"
    records: list[AuditRecord] = await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 50)
    assert any("民初" in (each.reason or "") for each in records)
    await officer(tab, site)
    await tab.click("button[value=end]")
    await tab.wait_for_url(at("/console/closed"))
    assert await status(tab, site, "doctor") == 404


async def test_a_grant_has_a_reason_and_an_end(site: Site, tab: Page, dead: None) -> None:
    await officer(tab, site)
    await tab.evaluate("document.querySelectorAll('form').forEach((each) => each.noValidate = true)")
    far = (moment.now() + timedelta(days=400)).date().isoformat()
    await tab.select_option("#house", HOSPITAL)
    await tab.check("input[value=court]")
    await tab.fill("#note", "HTEST")
    await tab.fill("#until", far)
    await tab.evaluate("document.querySelector('#until').removeAttribute('max')")
    await tab.click("button[value=open]")
    assert "一年之内" in await tab.inner_text(".error")
    assert await tab.input_value("#note") == "HTEST"
    assert await status(tab, site, "doctor") == 404


async def test_the_living_decide_themselves(site: Site, tab: Page) -> None:
    await officer(tab, site)
    assert "由本人决定" in await tab.inner_text(".notice")
    assert await tab.locator("#house").count() == 0


async def test_the_pages_say_where_a_file_is_kept(site: Site, tab: Page) -> None:
    asked = Asked(Step.OPEN, f"Patient/{RESIDENT}", HOSPITAL, "Practitioner/zhou")
    await take(site.platform, asked)
    for login, path in (("doctor", FILE), ("wang", "/resident")):
        assert await status(tab, site, login, path) == 200
        shown = await tab.inner_text("main")
        assert "建档机构" in shown
        assert "家庭医生" in shown
