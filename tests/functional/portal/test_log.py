"""Who looked, as the resident reads it: what was hidden, by which rule, what he has asked about it."""

import re

import httpx

from auth import moment
from auth.login import sessions
from auth.principal import Proxied
from auth.store import accounts, proxies
from services.portal.consents.rule import Rule, consent
from tests.functional.portal.conftest import Site
from tests.functional.portal.region import ELSEWHERE, RESIDENT
from tests.functional.portal.test_untold import Reader, _closed, acts_for, reader
from tests.functional.portal.test_worklist import _put

__all__ = ["_closed"]


async def _rule(site: Site) -> None:
    """Nobody may see the diagnoses."""
    made = consent(Rule("deny", kinds=("diagnoses",)), f"Patient/{RESIDENT}", moment.now(), channel="web")
    await _put(site, made | {"id": "htest-rule"})


async def _doctors(resident: Reader, site: Site) -> str:
    log = (await resident.get("/resident/access")).text
    return next(each for each in log.split("<li class")[1:] if "周敏" in each)


async def test_the_log_says_that_a_part_was_hidden_and_by_which_rule(site: Site) -> None:
    doctor, resident = await reader(site, "doctor"), await reader(site, "wang")
    path = f"/clinician/patients/{RESIDENT}"
    assert (await doctor.get(path)).status_code == 200
    assert "部分未显示" not in await _doctors(resident, site)
    await _rule(site)
    shown = (await doctor.get(path)).text
    for word in ("未显示", "遮", "隐藏"):
        assert word not in shown, "the reader is not told"
    seen = await _doctors(resident, site)
    assert "已允许，部分未显示" in seen
    assert "/resident/consents#rule-htest-rule" in seen
    assert (await doctor.get(f"{path}/results/nothing")).status_code in (200, 404)
    record = next(
        each for each in await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 20) if each.masked
    )
    assert record.agent.name == "周敏"


async def test_a_proxy_is_not_told_that_something_was_hidden(site: Site) -> None:
    await _rule(site)
    assert (await (await reader(site, "doctor")).get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    for kind in (Proxied.PARENT, Proxied.ADULT):
        proxy = await acts_for(site, "li", f"Patient/{RESIDENT}", kind)
        page = await proxy.get("/resident/access")
        assert page.status_code == 200
        assert "周敏" in page.text
        assert "部分未显示" not in page.text
        assert "htest-rule" not in page.text


async def test_days_the_wrong_way_round_are_said_politely(site: Site) -> None:
    resident = await reader(site, "wang")
    sent = await resident.post("/resident/access", since="2026-05-01", until="2026-04-01")
    page = await resident.get(sent.headers["location"])
    assert page.status_code == 422
    assert "请换一下" in page.text
    assert "没有这样的查看" not in page.text
    assert 'value="2026-05-01"' in page.text, "what was typed is kept"


async def test_what_was_asked_about_a_look_stands_at_that_look(site: Site) -> None:
    assert (await (await reader(site, "doctor")).get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    resident = await reader(site, "wang")
    (asks,) = re.findall(r'href="(/resident/access/[^"]+/complaint)"', await _doctors(resident, site))
    assert (await resident.post(asks, words="HTEST")).status_code == 303
    seen = await _doctors(resident, site)
    (case,) = re.findall(r'href="/resident/cases#(case-[^"]+)"', seen)
    assert asks not in seen
    assert f'id="{case}"' in (await resident.get("/resident/cases")).text


async def test_a_line_that_is_called_wrong_says_so(site: Site) -> None:
    resident = await reader(site, "wang")
    page = (await resident.get("/resident/medications")).text
    line = re.findall(r'href="/resident/corrections/new\?line=([^"]+)"', page)[0]
    assert (await resident.post("/resident/corrections", line=line, words="HTEST")).status_code == 303
    page = (await resident.get("/resident/medications")).text
    assert "已请求更正，正在处理" in page
    assert f"corrections/new?line={line}" not in page


async def test_the_page_of_a_complaint_says_all_that_the_log_says(site: Site) -> None:
    doctor, resident = await reader(site, "doctor"), await reader(site, "wang")
    await _rule(site)
    assert (await doctor.get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    seen = await _doctors(resident, site)
    (asks,) = re.findall(r'href="(/resident/access/[^"]+/complaint)"', seen)
    page = (await resident.get(asks)).text
    facts = re.search(r"<dl>.*?</dl>", seen, re.DOTALL)
    assert facts is not None
    assert facts.group() in page
    for said in ("在这里看过病", "部分未显示", "#rule-htest-rule", "诊断"):
        assert said in facts.group()
    proxy = await acts_for(site, "li", f"Patient/{RESIDENT}", Proxied.ADULT)
    page = (await proxy.get(asks)).text
    assert "周敏" in page
    assert "/receipt" not in page
    assert "部分未显示" not in page


async def test_a_proxys_own_looks_ask_him_nothing(site: Site) -> None:
    proxy = await acts_for(site, "li", f"Patient/{RESIDENT}", Proxied.ADULT)
    assert (await proxy.get("/resident/medications")).status_code == 200
    assert (await (await reader(site, "doctor")).get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    assert (await (await reader(site, "wang")).get("/resident/medications")).status_code == 200
    for path in ("/resident/access", "/resident"):
        lines = (await proxy.get(path)).text.split("<li class")[1:]
        own = [each for each in lines if "李淑芬" in each]
        assert own, path
        assert not any("/complaint" in each for each in own), path
        assert any("周敏" in each and "/complaint" in each for each in lines), path
    his = [
        each
        for each in (await proxy.get("/resident/access")).text.split("<li class")[1:]
        if "居民本人" in each
    ]
    assert his
    assert all("王建国" in each and "您本人" not in each for each in his), "the reader is not the resident"
    resident = await reader(site, "wang")
    lines = (await resident.get("/resident/access")).text.split("<li class")[1:]
    asks = [
        re.findall(r'href="(/resident/access/[^"]+/complaint)"', each) for each in lines if "李淑芬" in each
    ]
    assert asks
    assert all(asks), "to the resident a proxy is another"
    assert (await resident.get(asks[0][0])).status_code == 200
    assert (await proxy.get(asks[0][0])).status_code == 404


async def test_the_form_of_a_sheet_is_told_as_that(site: Site) -> None:
    resident = await reader(site, "wang")
    assert (await resident.get("/resident/paper")).status_code == 200
    assert (await resident.get("/resident/shares")).status_code == 200
    log = (await resident.get("/resident/access")).text
    assert "<dd>打开了“印一张带在身上”的页面</dd>" in log
    assert "<dd>看过：二维码分享</dd>" in log


async def test_a_proxy_is_told_whose_file_was_opened_in_an_emergency(site: Site) -> None:
    await site.platform.grounds.emergencies.open(
        None, account="x", name="HTEST 抢救医生", organization=ELSEWHERE, practitioner="Practitioner/q",
        patient=f"Patient/{RESIDENT}", code="other", reason="HTEST",
    )  # fmt: skip
    own = (await (await reader(site, "wang")).get("/resident")).text
    assert "您的档案被紧急打开过" in own
    proxy = await acts_for(site, "li", f"Patient/{RESIDENT}", Proxied.ADULT)
    page = (await proxy.get("/resident")).text
    assert "王建国的档案被紧急打开过" in page
    assert "您的档案被紧急打开过" not in page


async def test_whoever_looks_for_another_stands_as_that_from_his_first_page(site: Site) -> None:
    held = proxies.fresh(Proxied.ADULT, f"Patient/{RESIDENT}", "HTEST", None)
    account = await accounts.by_login(site.platform.database, "li")
    assert account is not None
    await proxies.add(site.platform.database, account.id, held)
    own = await reader(site, "li")
    for path in ("/resident/proxies", "/login/hats"):
        assert "王建国" in (await own.get(path)).text
    worn = await own.post("/login/hats", hat=held.id)
    assert worn.status_code == 303
    own.http.cookies = httpx.Cookies({"furong_session": worn.cookies["furong_session"]})
    own.csrf = sessions.csrf(worn.cookies["furong_session"])
    assert "王建国" in (await own.get("/resident")).text
    assert (await own.post("/login/hats", hat="resident")).status_code == 303
    resident = await reader(site, "wang")
    lines = (await resident.get("/resident/access")).text.split("<li class")[1:]
    hers = [each for each in lines if "李淑芬" in each]
    assert len(hers) >= 3
    for each in hers:
        assert "您指定的成年人" in each
        assert "代您查看" in each
        assert "本人" not in each
        assert "/complaint" in each
    assert sum("个人信息" in each for each in hers) == 3
    assert not any("其他内容" in each or "代看授权" in each for each in hers), "nothing else was read"


async def test_whoever_accepts_to_look_for_another_stands_as_that(site: Site) -> None:
    wang, li = await reader(site, "wang"), await reader(site, "li")
    page = (await wang.post("/resident/proxies", act="invite", kind="adult", login="li")).text
    (code,) = re.findall(r">(\w{4}-\w{4}-\w{4})<", page)
    assert (await li.post("/resident/proxies", act="accept", code=code)).status_code == 303
    lines = (await wang.get("/resident/access")).text.split("<li class")[1:]
    (hers,) = (each for each in lines if "李淑芬" in each)
    assert "您指定的成年人" in hers
    assert "更改了：代看授权" in hers
    assert "居民本人" not in hers
