"""The doctor's summary of every resident of the demonstration needs no scrolling and weighs 50 kB at most."""

from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from auth import moment
from auth.login import sessions
from auth.store.accounts import by_login
from fhir.resource import Resource
from fhir.search.query import parse
from fhir.store import EVERYONE
from fhir.summary.patient import citizen_number
from services import joining
from services.platform import Platform
from services.portal.assets import assets
from tests.functional.portal.conftest import CHROMIUM, FLAGS
from tests.gallery import demonstration

SCREEN = ViewportSize(width=1440, height=900)
LUOS_HOUSE = "Organization/demo-jinjiang-general"


async def test_every_resident_of_the_demonstration_fits_the_screen(tmp_path: Path) -> None:
    """All in English, where lines are longer, and the tallest in Chinese."""
    with demonstration(tmp_path / "data") as (address, settings):
        async with joining.platform(settings) as platform:
            patients = await _treated(platform)
            account = await by_login(platform.database, "luo.wentao")
            assert account is not None
            token = await sessions.start(platform.database, account, amr=("pwd", "hwk"))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            english = await _heights(browser, address, token, "en", patients)
            tallest = sorted(english, key=lambda each: -english[each])[:20]
            chinese = await _heights(browser, address, token, "zh-CN", tallest)
            await browser.close()
    assert {each for found in (english, chinese) for each, high in found.items() if high > 900} == set()
    assert len(english) > 200


async def _heights(
    browser: Browser, address: str, token: str, language: str, patients: list[str]
) -> dict[str, int]:
    """How many pixels the summary of each takes."""
    made = await browser.new_context(viewport=SCREEN, java_script_enabled=False)
    cookies = {"furong_session": token, "furong_language": language}
    await made.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
    tab = await made.new_page()
    found = {each: await _high(tab, f"{address}/clinician/patients/{each}") for each in patients}
    await made.close()
    return found


async def _treated(platform: Platform) -> list[str]:
    """All residents, each once; the doctor of the demonstration now treats every one."""
    rows = await platform.store.resources.search(
        parse("Patient", [], strict=True).filter(platform.store.keyed, {}), EVERYONE, limit=1000
    )
    patients = [row.resource() for row in rows]
    for each in patients:
        await platform.relations.encounter(None, f"Patient/{each['id']}", LUOS_HOUSE, moment.now())
    return list({_number(each): each["id"] for each in patients}.values())


def _number(patient: Resource) -> str:
    """What tells a resident from others: the citizen number, else the Patient."""
    return citizen_number(patient) or str(patient["id"])


async def _high(tab: Page, address: str) -> int:
    """How many pixels the page takes; with its files it weighs no more than 50 kilobytes."""
    reply = await tab.goto(address, wait_until="domcontentloaded")
    assert reply is not None
    assert reply.status == 200
    files = (assets()[name] for name in ("portal.css", "idle.js", "furong.svg"))
    assert len(await reply.body()) + sum(len(each.gzipped) for each in files) <= 50_000, address
    high: int = await tab.evaluate("document.documentElement.scrollHeight")
    return high
