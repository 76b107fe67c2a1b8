"""Downloads in a real browser: the doctor's and the resident's files, recorded by themselves."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from fhir.resource import parse
from fhir.validation import errors
from services.portal import downloads
from services.portal.paper.fonts import chinese
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import NUMBER, RESIDENT, STRANGERS_NUMBER
from tests.functional.portal.test_paper import _records

PATH = f"/clinician/patients/{RESIDENT}"
FONT = pytest.mark.skipif(chinese() is None, reason="no Chinese font: apt-get install fonts-noto-cjk")


async def downloaded(tab: Page, button: str, folder: Path) -> tuple[str, bytes]:
    """The name and the bytes of the file that a button gives."""
    async with tab.expect_download() as waited:
        await tab.click(button)
    file = await waited.value
    await file.save_as(folder / file.suggested_filename)
    return file.suggested_filename, (folder / file.suggested_filename).read_bytes()


async def test_a_doctor_takes_the_document_along(site: Site, tab: Page, tmp_path: Path) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(site.address + PATH)
    await tab.select_option("#purpose", "REFERRAL")
    name, body = await downloaded(tab, f"button[formaction='{PATH}/ips.json']", tmp_path)
    bundle = parse(body)
    assert re.fullmatch(r"摘要-\d{8}-\d{4}-[0-9a-f]{4}\.json", name)
    own = bundle | {"entry": bundle["entry"][:1]}  # the made-up resources of the region are not all valid
    assert errors(own) == []
    assert NUMBER in body.decode()
    assert STRANGERS_NUMBER not in body.decode()
    assert bundle["entry"][0]["resource"]["type"]["coding"][0]["code"] == "60591-5"
    assert sum(each["resource"]["resourceType"] == "Patient" for each in bundle["entry"]) == 1
    newest = (await _records(site))[0]
    assert (newest.reason, newest.purpose, newest.entity) == (
        "download ips.json: REFERRAL", "TREAT", f"Patient/{RESIDENT}",
    )  # fmt: skip
    await tab.context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/access")
    told = await tab.inner_text("main")
    assert "下载" in told
    assert "完整的身份证号和电话" in told


@FONT
async def test_a_doctor_takes_the_paper_along(site: Site, tab: Page, tmp_path: Path) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(site.address + PATH)
    name, body = await downloaded(tab, f"button[formaction='{PATH}/ips.pdf']", tmp_path)
    newest = (await _records(site))[0]
    assert newest.reason == "download ips.pdf: TREAT"
    assert body[:5] == b"%PDF-"
    assert re.fullmatch(rf"摘要-\d{{8}}-\d{{4}}-{newest.id[-4:]}\.pdf", name)
    another, _ = await downloaded(tab, f"button[formaction='{PATH}/ips.pdf']", tmp_path)
    assert another != name
    assert tab.url == site.address + PATH


async def test_without_a_font_there_is_the_page_to_be_printed(
    site: Site, tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "chinese", lambda: None)
    await log_in(tab, site, "doctor")
    await tab.goto(site.address + PATH)
    await tab.click(f"button[formaction='{PATH}/ips.pdf']")
    await tab.wait_for_url(at(f"{PATH}/ips.pdf"))
    assert "没有中文字体" in await tab.inner_text("main")
    assert "王建国" in await tab.inner_text("h1")
    await tab.context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident")
    await tab.click("button[value='ips.pdf']")
    await tab.wait_for_url(at("/resident/download"))
    assert "没有中文字体" in await tab.inner_text("main")


@FONT
async def test_a_resident_takes_his_record_along(site: Site, tab: Page, tmp_path: Path) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident")
    name, paper = await downloaded(tab, "button[value='ips.pdf']", tmp_path)
    assert name.startswith("摘要-")
    assert NUMBER not in name
    assert paper.startswith(b"%PDF-")
    _, data = await downloaded(tab, "button[value='ips.json']", tmp_path)
    assert json.loads(data)["type"] == "document"
    reasons = [each.reason for each in (await _records(site))[:2]]
    assert reasons == ["download ips.json: PATRQT", "download ips.pdf: PATRQT"]
    reply = await tab.context.request.get(f"{site.address}/resident/download")
    assert reply.status == 404


async def test_what_is_not_offered_is_refused_and_recorded(site: Site, tab: Page) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(site.address + PATH)
    token = await tab.get_attribute("input[name='csrf']", "value") or ""
    other = f"{site.address}/clinician/patients/stranger"
    for path, form, status in (
        (f"{site.address}{PATH}/ips.json", {"csrf": token, "purpose": "CURIOSITY"}, 400),
        (f"{site.address}{PATH}/ips.json", {"purpose": "TREAT"}, 403),
        (f"{other}/ips.json", {"csrf": token, "purpose": "TREAT"}, 404),
        (f"{other}/ips.pdf", {"csrf": token, "purpose": "TREAT"}, 404),
    ):
        reply = await tab.context.request.post(path, form=form)
        assert (reply.status, STRANGERS_NUMBER in await reply.text()) == (status, False)
    refused = await site.platform.archive.records(["Patient/stranger"], None, 2)
    assert {each.reason for each in refused} == {"not_found"}
