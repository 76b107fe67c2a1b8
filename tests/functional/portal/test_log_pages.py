"""Who looked, a part at a time: each page is light, and no look is lost between two of them."""

import html
import re
from datetime import timedelta

import pytest

from auth import moment
from auth.audit.record import Agent, AuditRecord, Interaction
from tests.functional.portal.conftest import Site
from tests.functional.portal.region import HOSPITAL, RESIDENT
from tests.functional.portal.test_untold import Reader, _closed, reader

__all__ = ["_closed"]
LOG, LOOKS = "/resident/access", 300


async def _looked(site: Site) -> None:
    """Many doctors, one after the other; of every second a part was hidden."""
    for number in range(LOOKS):
        doctor = Agent(
            "person", f"d{number}", f"HTEST 医生第{number:03}号", "clinician", organization=HOSPITAL,
            practitioner=f"Practitioner/d{number}",
        )  # fmt: skip
        await site.platform.recorder.record(
            AuditRecord(
                doctor, Interaction.VIEW, "Patient", (f"Patient/{RESIDENT}",), purpose="TREAT",
                masked=number % 2 == 0, moment=moment.now() - timedelta(hours=number + 1),
            )
        )  # fmt: skip


def _numbers(text: str) -> list[str]:
    looks = text.partition('<ol class="looks log">')[2]
    return re.findall(r"HTEST 医生第(\d{3})号", looks)


def _link(text: str, label: str) -> str | None:
    found = re.search(rf'<a class="button second" href="([^"]+)">{label}</a>', text)
    return html.unescape(found[1]) if found else None


async def _weight(log: Reader, text: str) -> int:
    files = {part.split('"')[0] for part in text.split('"/static/')[1:]}
    sent = [await log.get(f"/static/{name}") for name in files]
    return len(text.encode()) + sum(len(each.content) for each in sent)


@pytest.mark.parametrize(
    ("language", "older", "newer"),
    [("zh-CN", "更早的记录", "较新的记录"), ("en", "Older entries", "Newer entries")],
)
async def test_each_page_is_light_and_shows_every_look_once(
    site: Site, language: str, older: str, newer: str
) -> None:
    await _looked(site)
    wang = await reader(site, "wang")
    wang.http.cookies.set("furong_language", language)
    seen: list[str] = []
    way: list[list[str]] = []
    place = LOG
    while True:
        page = await wang.get(place)
        assert page.status_code == 200
        assert await _weight(wang, page.text) <= 50_000, (place, len(page.text.encode()))
        shown = _numbers(page.text)
        seen += shown
        way.append(shown)
        following = _link(page.text, older)
        if following is None:
            break
        place = following
    assert seen == [f"{number:03}" for number in range(LOOKS)]
    for shown in reversed(way[1:-1]):
        place = _link((await wang.get(place)).text, newer) or ""
        assert _numbers((await wang.get(place)).text) == shown
    for _ in range(len(way)):  # her own looks at the log have come before the first page
        if place != LOG:
            place = _link((await wang.get(place)).text, newer) or ""
    assert place == LOG


async def test_a_choice_is_kept_from_page_to_page(site: Site) -> None:
    await _looked(site)
    wang = await reader(site, "wang")
    place = (await wang.post(LOG, who="-")).headers["location"]
    while place:
        page = await wang.get(place)
        assert '<option value="-" selected>' in page.text
        assert 'class="own"' not in page.text
        last, place = place, _link(page.text, "更早的记录") or ""
    assert "before=" in last
    back = _link((await wang.get(last)).text, "较新的记录")
    assert back is not None
    assert "s=" in back


async def test_a_place_that_is_not_there_is_the_first_page(site: Site) -> None:
    await _looked(site)
    wang = await reader(site, "wang")
    for before in ("nothing", "%3Cb%3E", ""):
        page = await wang.get(f"{LOG}?before={before}")
        assert page.status_code == 200
        assert _numbers(page.text)[0] == "000"
