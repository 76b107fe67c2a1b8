"""A document or report is opened, by the resident, a proxy, a doctor, and by nobody else."""

import base64
from urllib.parse import quote

import pytest
from playwright.async_api import APIResponse, BrowserContext, Page

from auth.audit.record import Outcome
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.papers import HTML, PDF, PNG, WORDS, document, filed, inline
from tests.functional.portal.region import RESIDENT, STRANGER
from tests.functional.portal.test_emergency import FILE as STRANGERS_FILE
from tests.functional.portal.test_emergency import aged, fill, step_up
from tests.functional.portal.test_proxies import _named, _switch
from tests.support import axe

OWN = "/resident/documents"
DOCTORS = f"/clinician/patients/{RESIDENT}/documents"


@pytest.fixture
async def papers(site: Site) -> None:
    await filed(site)


async def got(tab: Page, site: Site, path: str) -> APIResponse:
    return await tab.context.request.get(site.address + path)


async def test_a_resident_opens_a_report_and_its_picture(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(site.address + OWN)
    await tab.click("text=HTEST 胸片")
    await tab.wait_for_url(at(f"{OWN}/DiagnosticReport/htest-picture"))
    text = await tab.inner_text("main")
    for expected in (
        "HTEST 胸片",
        "芙蓉市第一人民医院",
        "周敏",
        "2026-11-20",
        "发出以后修改过",
        "HTEST 轻度贫血",
    ):
        assert expected in text
    link = await tab.get_attribute(".people a", "href")
    reply = await got(tab, site, str(link))
    assert await reply.body() == PNG
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["content-disposition"].startswith("inline; ")
    await tab.click(".people a")
    await tab.wait_for_url(at(str(link)))


async def test_a_report_without_a_file_shows_its_results(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}{OWN}/DiagnosticReport/htest-report")
    row = await tab.inner_text("main tbody tr")
    for expected in ("血红蛋白", "101", "g/L", "偏低", "130–175"):
        assert expected in row
    assert await tab.locator("#files").count() == 0


async def test_a_text_in_gb_18030_is_read_on_the_page_and_as_a_file(
    site: Site, tab: Page, papers: None
) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}{OWN}/DocumentReference/text")
    assert WORDS in await tab.inner_text("main")
    assert "已签名" in await tab.inner_text("main")
    reply = await got(tab, site, f"{OWN}/DocumentReference/text/files/0")
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert await reply.text() == WORDS


async def test_a_file_leaves_under_headers_that_let_nothing_run(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    reply = await got(tab, site, f"{OWN}/DocumentReference/pdf/files/0")
    assert await reply.body() == PDF
    headers = reply.headers
    assert headers["content-type"] == "application/pdf"
    name = quote("出院小结.pdf")
    assert headers["content-disposition"] == f"inline; filename=\"document.pdf\"; filename*=UTF-8''{name}"
    for number, raw in enumerate((HTML, b"<svg/>", HTML)):
        reply = await got(tab, site, f"{OWN}/DocumentReference/html/files/{number}")
        assert await reply.body() == raw
        assert reply.headers["content-type"] == "application/octet-stream"
        assert reply.headers["content-disposition"].startswith("attachment; ")
        assert reply.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        headers = reply.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_no_script_of_a_file_runs(site: Site, scripted: Page, papers: None) -> None:
    await log_in(scripted, site, "wang")
    await scripted.goto(f"{site.address}{OWN}/DocumentReference/html")
    async with scripted.expect_download() as waited:
        await scripted.click(".people a >> nth=0")
    assert (await waited.value).suggested_filename == "HTEST_html_1.bin"
    assert "HTEST run" not in await scripted.title()


async def test_what_cannot_be_opened_says_so_and_why_is_not_told(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    said = set()
    for id in ("damaged", "missing", "theirs", "nobodys", "elsewhere"):
        reply = await tab.goto(f"{site.address}{OWN}/DocumentReference/{id}/files/0")
        assert reply is not None
        assert reply.status == 404
        said.add(await tab.inner_text("main"))
    assert len(said) == 1
    assert "文件打不开" in said.pop()
    await tab.goto(f"{site.address}{OWN}/DocumentReference/damaged")
    assert "这还不是最后的结果" in await tab.inner_text("main")


async def test_a_file_that_is_kept_elsewhere_is_no_link_and_names_the_host(
    site: Site, tab: Page, papers: None
) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}{OWN}/DocumentReference/elsewhere")
    told = await tab.inner_text("section[aria-labelledby=files]")
    assert "存放在别处" in told
    assert "x.example" in told
    assert "a.png" not in told
    assert await tab.locator("section[aria-labelledby=files] a").count() == 0


async def test_a_text_that_cannot_be_read_is_saved(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    reply = await got(tab, site, f"{OWN}/DocumentReference/unknown/files/0")
    assert await reply.body() == b"\xff\xfe"
    assert reply.headers["content-disposition"].startswith("attachment; ")


async def test_nobody_opens_what_is_not_his(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    unknown = None
    for end in (
        "DocumentReference/none", "DocumentReference/strangers", "DocumentReference/withdrawn",
        "Observation/htest-hb", "Binary/htest-png", f"Patient/{RESIDENT}",
    ):  # fmt: skip
        for more in ("", "/files/0"):
            reply = await got(tab, site, f"{OWN}/{end}{more}")
            assert reply.status == 404, end + more
            said = (
                (await reply.text()).partition("<main")[2].partition('class="meta"')[0].partition("<code")[0]
            )
            unknown = unknown or said
            assert said[:300] == unknown[:300], end
    for number in ("1", "-1", "00", "x"):
        assert (await got(tab, site, f"{OWN}/DocumentReference/pdf/files/{number}")).status == 404
    await tab.context.clear_cookies()
    await log_in(tab, site, "li")
    for end in (
        "DocumentReference/pdf",
        "DocumentReference/pdf/files/0",
        "DiagnosticReport/htest-picture/files/0",
    ):
        assert (await got(tab, site, f"{OWN}/{end}")).status == 404
    assert (await got(tab, site, f"{DOCTORS}/DocumentReference/pdf")).status == 403
    await tab.context.clear_cookies()
    for end in (OWN, DOCTORS):
        reply = await tab.context.request.get(
            f"{site.address}{end}/DocumentReference/pdf/files/0", max_redirects=0
        )
        assert reply.status == 303


async def test_what_is_opened_stands_in_the_log_before_it_leaves(
    site: Site, tab: Page, context: BrowserContext, papers: None
) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}{DOCTORS}/DocumentReference/pdf")
    await got(tab, site, f"{DOCTORS}/DocumentReference/pdf/files/0")
    await context.clear_cookies()
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/access")
    looks = [each for each in await tab.locator(".looks > li").all_inner_texts() if "周敏" in each]
    assert "文书里的文件" in looks[0]
    assert "文书" in looks[1]
    await site.platform.database.command("collMod", "audit", validator={"never": {"$exists": True}})
    for end in ("", "/files/0"):
        reply = await got(tab, site, f"{OWN}/DocumentReference/pdf{end}")
        assert reply.status == 503
        assert PDF not in await reply.body()


async def test_a_named_adult_opens_a_file_and_a_help_desk_does_not(
    site: Site, tab: Page, papers: None
) -> None:
    await _named(tab, site)
    await _switch(tab)
    assert (await got(tab, site, f"{OWN}/DocumentReference/pdf/files/0")).status == 200


async def test_a_help_desk_has_no_file_and_nothing_sensitive(site: Site, tab: Page, papers: None) -> None:
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSY"}]}
    await filed(site, document("sensitive", inline("application/pdf", PDF), meta=label))
    await _named(tab, site, kind="help-desk")
    await _switch(tab)
    await tab.goto(f"{site.address}{OWN}/DocumentReference/pdf")
    assert "帮办不能打开文件" in await tab.inner_text("main")
    assert await tab.locator(".people a").count() == 0
    assert (await got(tab, site, f"{OWN}/DocumentReference/pdf/files/0")).status == 403
    assert (await got(tab, site, f"{OWN}/DocumentReference/sensitive")).status == 404


async def test_a_doctor_reaches_all_from_the_timeline(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}/timeline")
    links = await tab.locator("ol.lines li a").evaluate_all(
        "all => all.map((each) => each.getAttribute('href'))"
    )
    assert f"{DOCTORS}/DiagnosticReport/htest-report" in links
    lines = await tab.locator("ol.lines li").all()
    for line in lines:
        kind = await line.locator(".tag").first.inner_text()
        if kind in ("报告", "文书", "门诊", "住院", "急诊"):
            assert await line.locator("a").count(), kind
    for link in links:
        assert (await got(tab, site, link)).status == 200, link
    await tab.click(f"a[href='{DOCTORS}/DocumentReference/pdf']")
    text = await tab.inner_text("main")
    for expected in ("王建国", "HTEST pdf", "HTEST 罗医生"):
        assert expected in text
    assert (await got(tab, site, f"{DOCTORS}/DocumentReference/pdf/files/0")).status == 200


async def test_a_doctor_opens_nothing_of_a_stranger_and_nothing_under_a_wrong_name(
    site: Site, tab: Page, papers: None
) -> None:
    await log_in(tab, site, "doctor")
    strangers = f"/clinician/patients/{STRANGER}/documents/DocumentReference"
    for path in (f"{strangers}/strangers", f"{strangers}/pdf", f"{DOCTORS}/DocumentReference/strangers"):
        for end in ("", "/files/0"):
            assert (await got(tab, site, path + end)).status == 404, path
    records = await site.platform.archive.records([f"Patient/{STRANGER}"], None, 10)
    assert {record.outcome for record in records} == {Outcome.REFUSED}


async def test_what_is_opened_in_an_emergency_is_recorded_as_such(
    site: Site, tab: Page, papers: None
) -> None:
    await log_in(tab, site, "doctor")
    path = f"{STRANGERS_FILE}/documents/DocumentReference/strangers/files/0"
    assert (await got(tab, site, path)).status == 404
    await aged(site)
    await step_up(tab, site)
    await fill(tab)
    await tab.wait_for_url(at(STRANGERS_FILE))
    assert (await got(tab, site, path)).status == 200
    (newest, *_) = await site.platform.archive.records([f"Patient/{STRANGER}"], None, 1)
    assert (newest.entity, newest.purpose) == ("DocumentReference/strangers", "BTG")
    await got(tab, site, "/clinician/emergency")


async def test_a_visit_lists_what_belongs_to_it(site: Site, tab: Page, papers: None) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/visits")
    await tab.click("a[href$=htest-visit]")
    await tab.wait_for_url(at("/resident/visits/htest-visit"))
    text = await tab.inner_text("main")
    for expected in ("HTEST 头晕", "HTEST 血常规", "HTEST pdf", "HTEST 铁剂"):
        assert expected in text
    assert "胸部正侧位片" not in text
    await tab.click("text=HTEST pdf")
    await tab.wait_for_url(at(f"{OWN}/DocumentReference/pdf"))
    for end in ("none", "htest-report", "x" * 70):
        assert (await got(tab, site, f"/resident/visits/{end}")).status == 404
    await tab.context.clear_cookies()
    await log_in(tab, site, "li")
    assert (await got(tab, site, "/resident/visits/htest-visit")).status == 404
    await tab.context.clear_cookies()
    await log_in(tab, site, "doctor")
    visits = f"/clinician/patients/{RESIDENT}/visits"
    await tab.goto(f"{site.address}{visits}/htest-visit")
    await tab.click("text=HTEST 血常规")
    await tab.wait_for_url(at(f"{DOCTORS}/DiagnosticReport/htest-report"))
    assert (await got(tab, site, f"/clinician/patients/{STRANGER}/visits/htest-visit")).status == 404


async def test_the_pages_are_for_everybody_with_scripts_too(site: Site, scripted: Page, papers: None) -> None:
    await log_in(scripted, site, "wang")
    for path in (
        f"{OWN}/DiagnosticReport/htest-report", f"{OWN}/DocumentReference/html",
        "/resident/visits/htest-visit", f"{OWN}/DocumentReference/missing/files/0",
    ):  # fmt: skip
        await scripted.goto(site.address + path)
        assert await axe.violations(scripted) == [], path
    await scripted.context.clear_cookies()
    await log_in(scripted, site, "doctor")
    for path in (
        f"{DOCTORS}/DiagnosticReport/htest-report",
        f"/clinician/patients/{RESIDENT}/visits/htest-visit",
    ):
        await scripted.goto(site.address + path)
        assert await axe.violations(scripted) == [], path


def test_the_made_up_files_are_what_they_are() -> None:
    assert PNG.startswith(b"\x89PNG")
    assert base64.b64encode(WORDS.encode("gb18030"))
