"""Whole numbers, prints and arrivals in a real browser; security-and-scale.md, lines 33, 34 and 39."""

import argparse
import io
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page

from auth.audit.record import AuditRecord
from auth.audit.watermark import watermarks
from services.commands import audit
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import NUMBER, RESIDENT


async def _records(site: Site) -> list[AuditRecord]:
    """The records about the resident, the newest first."""
    return await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 20)


async def _command(site: Site, *words: str) -> int:
    """`./furong audit` with these words, on the running platform."""
    parser = argparse.ArgumentParser()
    audit.add_arguments(parser)
    return await audit.run(parser.parse_args(words), site.platform)


async def test_line_33_the_whole_number_is_a_click_of_its_own_that_the_resident_sees(
    site: Site, tab: Page
) -> None:
    await log_in(tab, site, "doctor")
    path = f"/clinician/patients/{RESIDENT}"
    await tab.goto(site.address + path)
    assert NUMBER not in await tab.content()
    async with tab.expect_response(lambda reply: reply.url.endswith("/number")) as waited:
        await tab.click(f"form[action='{path}/number'] button")
    reply = await waited.value
    assert (reply.request.method, reply.headers["cache-control"]) == ("POST", "no-store")
    assert NUMBER in await tab.inner_text("main")
    assert NUMBER not in tab.url
    newest, before = (await _records(site))[:2]
    assert (newest.reason, newest.interaction, newest.agent.name) == ("whole number", "view", "周敏")
    assert before.reason is None
    got = await tab.context.request.get(f"{site.address}{path}/number")
    assert got.status == 404
    await tab.context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/access")
    assert "完整的身份证号和电话" in await tab.inner_text("main")


async def test_line_33_no_form_of_another_site_shows_it(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    path = f"{site.address}/clinician/patients/{RESIDENT}"
    for form in ({}, {"csrf": "forged"}):
        reply = await tab.context.request.post(f"{path}/number", form=form)
        assert reply.status == 403
        assert NUMBER not in await reply.text()


async def test_line_34_a_print_names_who_where_when_and_what_for(
    site: Site, tab: Page, tmp_path: Path
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await tab.select_option("#purpose", "REFERRAL")
    await tab.click("form[action$='/print'] button")
    await tab.wait_for_url(at(f"/clinician/patients/{RESIDENT}/print"))
    assert not await tab.is_visible(".watermark p")
    record = (await _records(site))[0]
    assert (record.reason, record.purpose) == ("print: REFERRAL", "TREAT")
    await tab.emulate_media(media="print")
    said = await tab.inner_text(".watermark p")
    for expected in ("周敏", "转诊", record.id, str(record.moment.year)):
        assert expected in said
    assert "芙蓉市第一人民医院" in said
    assert not await tab.is_visible(".unprinted")
    assert len(await tab.pdf()) > 10_000


_EDGES = "bar => ['Top', 'Right', 'Bottom', 'Left'].map(side => getComputedStyle(bar)[`border${side}Color`])"
_RED = (155, 20, 32)


async def test_the_red_bar_is_red_on_paper_to_its_edge(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    await tab.click("form[action$='/print'] button")
    await tab.wait_for_url(at(f"/clinician/patients/{RESIDENT}/print"))
    await tab.emulate_media(media="print")
    bar = tab.locator(".redbar")
    assert await bar.evaluate(_EDGES) == [f"rgb{_RED}"] * 4
    shot = Image.open(io.BytesIO(await bar.screenshot())).convert("RGB")
    edge = Counter(shot.getpixel((3, y)) for y in range(shot.height))
    assert edge.most_common(1)[0][0] == _RED, "where the watermark does not lie on it"


async def test_line_34_what_is_copied_or_kept_of_a_page_leads_to_its_record(
    site: Site, tab: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    record = (await _records(site))[0]
    for text in (await tab.content(), await tab.inner_text("body")):
        found = watermarks(text, site.platform.store.keyed)
        assert [(each.record, each.genuine) for each in found] == [(record.id, True)]
    kept, forged = tmp_path / "kept.html", tmp_path / "forged.html"
    kept.write_text(await tab.content(), "utf-8")
    assert await _command(site, "watermark", str(kept), "--json") == 0
    access = json.loads(capsys.readouterr().out)["accesses"][0]
    assert (access["record"], access["name"], access["purpose"]) == (record.id, "周敏", "TREAT")
    assert f"Patient/{RESIDENT}" in access["patients"]
    code = (await tab.inner_text("[aria-hidden].unseen"))[-80:]
    another = next(sign for sign in code if sign != code[0])
    forged.write_text(another + code[1:], "utf-8")
    assert await _command(site, "watermark", str(forged)) == 1
    assert "was not made here" in capsys.readouterr().out


_PIECES = """() => [...document.querySelectorAll('title, h1, h2, h3, table, li, p, dd, bdi, .number')]
    .map(each => each.innerText ?? each.textContent)"""
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff]")


async def test_line_34_no_name_number_heading_or_table_that_is_copied_carries_the_invisible_mark(
    site: Site, tab: Page
) -> None:
    await log_in(tab, site, "doctor")
    for page in ("", "/timeline", "/front-page"):
        await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}{page}")
        pieces = await tab.evaluate(_PIECES)
        assert len(pieces) > 10
        assert not [piece for piece in pieces if _INVISIBLE.search(piece)]
        lines = [line for line in (await tab.inner_text("body")).splitlines() if _INVISIBLE.search(line)]
        assert [len(line) for line in lines] == [80], "a line of its own, behind the page"
    await tab.emulate_media(media="print")
    assert not _INVISIBLE.search(await tab.inner_text("main"))


async def test_line_34_a_residents_own_print_is_recorded_too(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident")
    await tab.click("form[action='/resident/print'] button")
    await tab.wait_for_url(at("/resident/print"))
    assert (await _records(site))[0].reason == "print: PATRQT"
    await tab.emulate_media(media="print")
    assert "王建国 · " in await tab.inner_text(".watermark p")


async def test_line_39_arrivals_are_limited_to_so_many_numbers_an_hour(
    site: Site, tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = site.platform.limits
    monkeypatch.setattr(limits, "_rates", type(limits._rates)(user_lookups=3))
    await log_in(tab, site, "doctor")
    statuses = []
    for number in ("510104195803129055", "CARD100001", "CARD100002", "CARD100003", "CARD100002"):
        await tab.goto(f"{site.address}/clinician")
        await tab.fill("#number", number)
        async with tab.expect_response(lambda reply: reply.url.endswith("/arrivals")) as waited:
            await tab.press("#number", "Enter")
        reply = await waited.value
        statuses.append(reply.status)
        if reply.status == 429:
            assert 1 <= int(reply.headers["retry-after"]) <= 3600
            assert "请求太多" in await tab.inner_text("main")
    assert statuses == [404, 404, 404, 429, 404]
