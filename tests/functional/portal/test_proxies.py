"""Who looks at another's file: an adult whom he names, a parent until the birthday; and at nobody else's."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from auth import moment
from auth.audit.balp import audit_events
from auth.login import hats
from auth.principal import Proxied
from auth.store import accounts, proxies
from auth.store.posts import first_moment
from fhir.interactions.search import search
from fhir.store import EVERYONE
from fhir.summary.moment import CHENGDU
from services.portal.consents.rule import Rule, consent
from services.portal.visit import context_of
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import RESIDENT, STRANGERS_NAME

CHILD, CHILDS_NUMBER = "Patient/htest-child", "510104201602290025"
SECRET, PLAIN = "HTEST 抑郁发作", "HTEST 支气管炎"


async def _session(tab: Page, site: Site, login: str) -> None:
    await tab.context.clear_cookies()
    await log_in(tab, site, login)


async def _named(tab: Page, site: Site, *, kind: str = "adult") -> None:
    """Wang lets Li look for him, who accepts."""
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/proxies")
    await tab.fill("#login", "LI")
    await tab.check(f"input[value={kind}]")
    await tab.click("button[value=invite]")
    code = await tab.inner_text(".notice .value")
    await _session(tab, site, "li")
    await tab.goto(f"{site.address}/resident/proxies")
    await tab.fill("#confirmation", code)
    await tab.click("button[value=accept]")
    await tab.wait_for_selector("button[name=hat][value^=proxy]")


async def _switch(tab: Page) -> None:
    await tab.click("main button[name=hat]")
    await tab.wait_for_url(at("/resident"))


async def test_a_named_adult_sees_the_file_and_is_named_in_the_log(site: Site, tab: Page) -> None:
    await _named(tab, site)
    await _switch(tab)
    assert "王建国" in await tab.inner_text(".acting")
    assert "2型糖尿病" in await tab.inner_text("main")
    for path in (
        "/resident/consents",
        "/resident/proxies",
        "/resident/apps",
        f"/clinician/patients/{RESIDENT}",
    ):
        reply = await tab.goto(site.address + path)
        assert reply is not None
        assert reply.status == 403, path
    record = next(
        each
        for each in await site.platform.archive.records([f"Patient/{RESIDENT}"], None, 20)
        if each.agent.proxy and each.type == "Patient"
    )
    assert (record.agent.name, record.agent.proxy, record.purpose) == (STRANGERS_NAME, "adult", "FAMRQT")
    assert record.agent.represents == f"Patient/{RESIDENT}"
    (event, *_) = audit_events(record)
    named = [each["who"].get("reference") for each in event["agent"]]
    assert f"Patient/{RESIDENT}" in named
    await tab.click(".acting button")
    await tab.wait_for_url(at("/resident"))
    assert await tab.locator(".acting").count() == 0
    await _session(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/access")
    look = next(each for each in await tab.locator(".looks > li").all_inner_texts() if STRANGERS_NAME in each)
    assert "您指定的成年人" in look
    assert "您本人" not in look


async def test_what_is_taken_back_ends_at_once(site: Site, tab: Page) -> None:
    await _named(tab, site)
    await _switch(tab)
    ours = await site.platform.relations.persons([f"Patient/{RESIDENT}"])
    (held,) = await proxies.of_patients(site.platform.database, ours[f"Patient/{RESIDENT}"])
    other = await tab.context.browser.new_context(locale="zh-CN", java_script_enabled=False)  # type: ignore[union-attr]
    wang = await other.new_page()
    await log_in(wang, site, "wang")
    await wang.goto(f"{site.address}/resident/proxies")
    await wang.click("button[value=end]")
    await wang.wait_for_selector("button[value=end]", state="detached")
    await other.close()
    await tab.goto(f"{site.address}/resident")
    assert "/login" in tab.url
    assert "您刚才用的身份已经结束" in await tab.inner_text("main")
    assert held.login == "li"


async def test_a_code_is_good_for_its_login_once(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/proxies")
    await tab.fill("#login", "somebody-else")
    assert await tab.locator("input[name=kind]:checked").count() == 0, "he chooses how much is seen"
    await tab.click("button[value=invite]")
    assert await tab.locator(".notice .value").count() == 0
    await tab.check("input[value=adult]")
    await tab.click("button[value=invite]")
    code = await tab.inner_text(".notice .value")
    await _session(tab, site, "li")
    for given in (code, "AAAA-BBBB-CCCC"):
        await tab.goto(f"{site.address}/resident/proxies")
        await tab.fill("#confirmation", given)
        await tab.click("button[value=accept]")
        assert "不对或已过期" in await tab.inner_text(".error")
    assert await tab.locator("main button[name=hat]").count() == 0


async def _child(site: Site, birth: str) -> None:
    patient = {
        "resourceType": "Patient",
        "id": CHILD.removeprefix("Patient/"),
        "identifier": [{"system": "urn:oid:2.16.156.10011.1.19", "value": CHILDS_NUMBER}],
        "name": [{"text": "HTEST 小满"}],
        "gender": "female",
        "birthDate": birth,
    }
    found = [
        {
            "resourceType": "Condition",
            "id": f"htest-{number}",
            "subject": {"reference": CHILD},
            "code": {"text": text},
            "recordedDate": "2026-03-01",
        }
        for number, text in enumerate((PLAIN, SECRET))
    ]

    await _put(site, patient, *found)


async def _put(site: Site, *resources: dict[str, Any]) -> None:
    async def work(transaction: Any) -> None:
        for each in resources:
            transaction.put(each)

    await site.platform.store.resources.transact(work)


async def _at_the_desk(tab: Page, site: Site) -> None:
    await log_in(tab, site, "privacy")
    await tab.goto(f"{site.address}/console/proxies")
    await tab.fill("#number", CHILDS_NUMBER)
    await tab.click("main form button")
    await tab.wait_for_url(re.compile("/console/proxies.s="))


async def _register(tab: Page) -> None:
    await tab.fill("#login", "li")
    await tab.fill("#proof", "HTEST 户口簿")
    await tab.click("button[value=register]")
    await tab.wait_for_load_state()


async def test_a_parent_sees_the_childs_file_until_the_birthday(
    site: Site, tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    birth = datetime.now(CHENGDU).date().replace(day=1) - timedelta(days=365 * 10)
    await _child(site, birth.isoformat())
    await _at_the_desk(tab, site)
    await _register(tab)
    await tab.wait_for_selector("button[value=end]")
    await tab.context.clear_cookies()
    await log_in(tab, site, "li", chooses=True)
    assert "HTEST 小满" in await tab.inner_text("main")
    await tab.click("button[name=hat][value^=proxy]")
    await tab.wait_for_url(at("/resident"))
    seen = await tab.inner_text("main")
    assert PLAIN in seen
    assert SECRET not in seen
    assert (await tab.goto(f"{site.address}/resident/consents")).status == 200  # type: ignore[union-attr]
    birthday = first_moment(birth.replace(year=birth.year + 14))
    held = [each.proxy for each in await proxies.of_patients(site.platform.database, [CHILD])]
    assert [each.until for each in held] == [birthday]
    assert held[0].held(birthday - timedelta(seconds=1))
    await site.platform.database["sessions"].update_many(
        {}, {"$set": {"seen": birthday, "expires": birthday + timedelta(hours=1)}}
    )
    monkeypatch.setattr(moment, "now", lambda: birthday - timedelta(seconds=1))
    assert PLAIN in await _main(tab, site)
    monkeypatch.setattr(moment, "now", lambda: birthday + timedelta(seconds=1))
    await tab.goto(f"{site.address}/resident")
    assert "/login" in tab.url
    assert PLAIN not in await tab.content()


async def test_a_rule_on_a_parent_holds_when_she_is_registered_again(site: Site, tab: Page) -> None:
    await _child(site, (datetime.now(CHENGDU).date() - timedelta(days=3650)).isoformat())
    await _at_the_desk(tab, site)
    await _register(tab)
    await tab.wait_for_selector("button[value=end]")
    (first,) = await proxies.of_patients(site.platform.database, [CHILD])
    rule = consent(
        Rule("deny", first.proxy.related, kinds=("diagnoses",)), CHILD, moment.now(), channel="web"
    )
    await _put(site, rule | {"id": "htest-rule"})
    assert await _conditions(site) == []
    await tab.click("button[value=end]")
    await tab.wait_for_selector("button[value=end]", state="detached")
    await _register(tab)
    await tab.wait_for_selector("button[value=end]")
    assert len(await proxies.of_patients(site.platform.database, [CHILD])) == 2
    assert await _conditions(site) == []
    (related,) = await site.platform.store.resources.search({"type": "RelatedPerson"}, EVERYONE, limit=9)
    assert f"RelatedPerson/{related.id}" == first.proxy.related
    assert related.resource()["active"]
    assert related.resource()["period"]["end"] > related.resource()["period"]["start"]
    await _put(site, rule | {"id": "htest-rule", "status": "inactive"})
    assert await _conditions(site) == [PLAIN]


async def _conditions(site: Site) -> list[str]:
    """What Li sees of the child's diagnoses."""
    account = await accounts.by_login(site.platform.database, "li")
    assert account is not None
    (held,) = [each for each in account.proxies if each.held(moment.now())]
    who = hats.principal(account, hats.of_proxy(held))
    page = await search(context_of(site.platform, who), "Condition", [("patient", CHILD)])
    return [each.resource()["code"]["text"] for each in page.matches]


async def _main(tab: Page, site: Site) -> str:
    await tab.goto(f"{site.address}/resident")
    return await tab.inner_text("main")


async def test_nobody_of_fourteen_gets_a_parent(site: Site, tab: Page) -> None:
    today = datetime.now(CHENGDU).date()
    born = today.replace(day=1)
    await _child(site, born.replace(year=today.year - 13).isoformat())
    await _at_the_desk(tab, site)
    await _child(site, born.replace(year=today.year - 14).isoformat())  # corrected meanwhile
    await _register(tab)
    assert "已满十四周岁" in await tab.inner_text(".error")
    assert not await tab.is_visible("#login")
    assert await proxies.of_patients(site.platform.database, [CHILD]) == []


async def test_whose_file_i_may_look_at_is_told_by_name_and_year(site: Site, tab: Page) -> None:
    birth = datetime.now(CHENGDU).date() - timedelta(days=3650)
    await _child(site, birth.isoformat())
    await _named(tab, site)
    account = await accounts.by_login(site.platform.database, "li")
    assert account is not None
    until = moment.now() + timedelta(days=9)
    held = proxies.fresh(Proxied.PARENT, CHILD, "HTEST", until)
    await proxies.add(site.platform.database, account.id, held)
    await tab.goto(f"{site.address}/resident/proxies")
    shown = await tab.locator("section[aria-labelledby=files] li").all_inner_texts()
    assert any(f"{birth.year} 年出生" in each and "父母或监护人" in each for each in shown)
    adult = next(each for each in shown if "指定的成年人" in each)
    assert "没有到期日" in adult
    assert "–" not in adult


async def _offer(tab: Page, site: Site, login: str, kind: str = "adult") -> str:
    """What the page says to Wang, who asks for a code."""
    await tab.goto(f"{site.address}/resident/proxies")
    await tab.fill("#login", login)
    await tab.check(f"input[value={kind}]")
    await tab.click("button[value=invite]")
    await tab.wait_for_load_state()
    return await tab.inner_text("main")


async def test_a_code_says_for_whom_it_is_and_not_whether_there_is_such_an_account(
    site: Site, tab: Page
) -> None:
    await log_in(tab, site, "wang")
    told = set()
    for login in ("Li", "nobody-of-this-name", "doctor", "steward"):
        await _offer(tab, site, login)
        said = await tab.inner_text(".notice")
        assert f"只给这个居民账号用：{login}" in said
        assert "可以随时收回" in said
        code = await tab.inner_text(".notice .value")
        told.add(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "", said.replace(code, "").replace(login, "")))
    assert len(told) == 1, "the same for all"
    listed = await tab.locator("section[aria-labelledby=lines] li").all_inner_texts()
    assert len(listed) == 4
    assert all("确认码没有用过" in each and "指定的成年人" in each for each in listed)
    await tab.click("li:has-text('nobody-of-this-name') button[value=recall]")
    await tab.wait_for_selector("li:has-text('nobody-of-this-name')", state="detached")


async def test_a_new_code_takes_the_place_of_the_unused_one(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    assert "已经作废" not in await _offer(tab, site, "li")
    old = await tab.inner_text(".notice .value")
    assert "已经作废" in await _offer(tab, site, "LI")
    assert await tab.locator("section[aria-labelledby=lines] li").count() == 1
    await _session(tab, site, "li")
    await tab.goto(f"{site.address}/resident/proxies")
    assert await tab.inner_text("#own-login") == "li"
    await tab.fill("#confirmation", old)
    await tab.click("button[value=accept]")
    assert "不对或已过期" in await tab.inner_text(".error")


async def test_who_looks_already_needs_no_code(site: Site, tab: Page) -> None:
    await _named(tab, site)
    await _session(tab, site, "wang")
    for kind in ("adult", "help-desk"):
        assert "已经可以代您看" in await _offer(tab, site, "Li", kind)
        assert await tab.input_value("#login") == "Li"
        assert await tab.is_checked(f"input[value={kind}]")
        assert await tab.locator(".notice .value").count() == 0
    await tab.click("button[value=end]")
    await tab.wait_for_selector("button[value=end]", state="detached")
    assert "只给这个居民账号用" in await _offer(tab, site, "Li")


async def test_a_code_that_is_over_is_told_as_that(
    site: Site, tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log_in(tab, site, "wang")
    await _offer(tab, site, "nobody-of-this-name")
    over = {"$set": {"expires": moment.now() - timedelta(minutes=1)}}
    await site.platform.database["proxy_invitations"].update_many({}, over)
    await tab.goto(f"{site.address}/resident/proxies")
    assert "已过期，没有人用过" in await tab.inner_text("section[aria-labelledby=lines] li")
    await tab.click("button[value=recall]")
    await tab.wait_for_selector("button[value=recall]", state="detached")
