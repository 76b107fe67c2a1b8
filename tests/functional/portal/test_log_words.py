"""Who looked: each line says what was done, why and what came of it, as it was."""

import re

import pytest
from playwright.async_api import Page

from auth.principal import Proxied
from auth.smart import health_link
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import RESIDENT
from tests.functional.portal.test_proxies import CHILD, _child
from tests.functional.portal.test_untold import Reader, _closed, acts_for, reader
from tests.functional.portal.test_worklist import _put, _report

__all__ = ["_closed"]
PATIENT, DOCTORS = f"Patient/{RESIDENT}", f"/clinician/patients/{RESIDENT}"
HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def _lines(log: Reader) -> list[str]:
    return [_plain(each) for each in (await log.get("/resident/access")).text.split("<li class")[1:]]


async def _complaint(wang: Reader) -> str:
    """The form about the newest look of another."""
    found = re.findall(r'href="(/resident/access/[^"]+/complaint)"', (await wang.get("/resident")).text)
    return str(found[0])


async def test_what_she_asked_and_how_it_was_answered_stand_as_that(site: Site) -> None:
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    assert (await doctor.get(DOCTORS)).status_code == 200
    assert (await wang.post(await _complaint(wang), words="HTEST")).status_code == 303
    page = (await wang.get("/resident/medications")).text
    line = re.findall(r'href="/resident/corrections/new\?line=([^"]+)"', page)[0]
    assert (await wang.post("/resident/corrections", line=line, words="HTEST")).status_code == 303
    steward = await reader(site, "steward")
    desk = (await steward.get("/console/corrections")).text
    (case,) = re.findall(r'name="case" value="([^"]+)"', desk)
    answered = await steward.post("/console/corrections", case=case, verdict="refused", note="HTEST")
    assert answered.status_code == 303
    said = await _lines(wang)
    for expected in ("看了什么 请隐私专员查一次查看", "看了什么 请求更正一条内容"):
        assert any(expected in each for each in said), (expected, said)
    officer = [each for each in said if "数据管理员" in each]
    assert "原因 办理更正请求 看了什么 答复了更正请求" in officer[0]
    assert not any("核对登记信息" in each for each in officer)
    assert not any("写入：" in each for each in said)


async def test_a_help_desk_is_told_as_the_reason_why_a_part_was_hidden(site: Site) -> None:
    made = _report("htest-secret", 1)
    await _put(site, made | {"meta": {"security": [HIV]}})
    desk = await acts_for(site, "li", PATIENT, Proxied.HELP_DESK)
    assert (await desk.get("/resident")).status_code == 200
    line = next(
        each for each in await _lines(await reader(site, "wang")) if "帮办" in each and "部分" in each
    )
    assert "特别敏感的内容，帮办看不到。" in line
    assert "只有写下它的那一家" not in line


async def test_an_officer_is_told_of_a_resident_not_as_if_he_were_her(site: Site) -> None:
    daughter = await acts_for(site, "li", PATIENT, Proxied.ADULT)
    assert (await daughter.get("/resident/medications")).status_code == 200
    wang = await reader(site, "wang")
    assert (await wang.post(await _complaint(wang), words="HTEST")).status_code == 303
    desk = _plain((await (await reader(site, "privacy")).get("/console/complaints")).text)
    assert "居民指定的成年人" in desk
    assert "代居民查看" in desk
    assert "您指定" not in desk
    assert "代您" not in desk


async def test_a_look_that_was_asked_about_shows_what_became_of_that(site: Site) -> None:
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    assert (await doctor.get(DOCTORS)).status_code == 200
    asks = await _complaint(wang)
    assert "<textarea" in (await wang.get(asks)).text
    assert (await wang.post(asks, words="HTEST 一")).status_code == 303
    page = (await wang.get(asks)).text
    assert "<textarea" not in page
    for said in ("周敏", "正在处理", "HTEST 一", "最晚答复"):
        assert said in page
    again = await wang.post(asks, words="HTEST 二 <b>")
    assert again.status_code == 422
    assert "还在处理" in again.text
    assert "HTEST 二 &lt;b&gt;" in again.text
    privacy = await reader(site, "privacy")
    (case,) = re.findall(r'name="case" value="([^"]+)"', (await privacy.get("/console/complaints")).text)
    sent = await privacy.post("/console/complaints", case=case, verdict="justified", note="HTEST 查过了")
    assert sent.status_code == 303
    page = (await wang.get(asks)).text
    assert "<textarea" not in page
    assert "这次查看有正当理由" in page
    assert "HTEST 查过了" in page


async def test_whoever_looks_for_her_is_not_told_what_she_asked(site: Site) -> None:
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    assert (await doctor.get(DOCTORS)).status_code == 200
    asks = await _complaint(wang)
    assert (await wang.post(asks, words="HTEST 一")).status_code == 303
    proxy = await acts_for(site, "li", PATIENT, Proxied.ADULT)
    assert "HTEST 一" not in (await proxy.get(asks)).text
    again = await proxy.post(asks, words="HTEST 二")
    assert again.status_code == 422
    assert "HTEST 一" not in again.text
    assert ">HTEST 二</textarea>" in again.text


async def test_a_correction_that_was_asked_for_keeps_what_was_written(site: Site) -> None:
    wang = await reader(site, "wang")
    page = (await wang.get("/resident/medications")).text
    line = re.findall(r'href="/resident/corrections/new\?line=([^"]+)"', page)[0]
    assert (await wang.post("/resident/corrections", line=line, words="HTEST 一")).status_code == 303
    again = await wang.post("/resident/corrections", line=line, words="HTEST 二")
    assert again.status_code == 422
    assert ">HTEST 二</textarea>" in again.text


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_help_desk_is_not_told_that_there_is_nothing(site: Site, *, hidden: bool) -> None:
    await _child(site, "2016-01-01")
    if hidden:
        made = _report("htest-secret", 1) | {"subject": {"reference": CHILD}}
        await _put(site, made | {"meta": {"security": [HIV]}})
    desk = await acts_for(site, "li", CHILD, Proxied.HELP_DESK)
    page = (await desk.get("/resident/documents")).text
    assert "这里没有可以给您看的报告。" in page
    assert "档案里没有报告" not in page
    adult = await acts_for(site, "wang", CHILD, Proxied.ADULT)
    page = (await adult.get("/resident/documents")).text
    assert ("这份档案里没有报告。" in page) != hidden, "an adult sees all of it"


async def test_english_values_begin_with_a_capital(site: Site) -> None:
    doctor, wang = await reader(site, "doctor"), await reader(site, "wang")
    assert (await doctor.get(DOCTORS)).status_code == 200
    assert (
        await (await acts_for(site, "li", PATIENT, Proxied.HELP_DESK)).get("/resident")
    ).status_code == 200
    assert (await wang.post(await _complaint(wang), words="HTEST")).status_code == 303
    assert (await (await reader(site, "privacy")).get("/console/complaints")).status_code == 200
    wang.http.cookies.set("furong_language", "en")
    page = (await wang.get("/resident/access")).text
    values = [_plain(each) for each in re.findall(r"<dd>(.*?)</dd>", page, re.DOTALL)]
    assert len(values) > 12
    assert [each for each in values if each[:1].islower()] == []


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_share_without_what_is_sensitive_says_not_that_there_is_nothing(
    site: Site, tab: Page, *, hidden: bool
) -> None:
    made = _report("htest-secret", 1) | {"subject": {"reference": "Patient/stranger"}}
    if hidden:
        await _put(site, made | {"meta": {"security": [HIV]}})
    await log_in(tab, site, "li")
    await tab.goto(f"{site.address}/resident/shares")
    await tab.check("#documents")
    await tab.click("main form button.whole")
    await tab.wait_for_selector("svg.qr")
    (share, *_) = await site.platform.shares.of(["Patient/stranger"], 1)
    url = f"{site.address}/shl/{share.token}"
    await tab.context.clear_cookies()
    await tab.goto(f"{site.address}/shl")
    await tab.fill("#link", health_link.link(url, share.key, share.until, share.label, passcode=False))
    await tab.fill("#recipient", "HTEST")
    await tab.click("main button")
    assert "这里没有可以给您看的报告。" in await tab.inner_text("section[aria-labelledby=documents]")
    assert "档案里没有报告" not in await tab.inner_text("main")
