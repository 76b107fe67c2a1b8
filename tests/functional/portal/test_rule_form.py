"""The form of a rule: nothing is chosen beforehand, the family is offered once, the worst is confirmed."""

import re
from datetime import timedelta

from playwright.async_api import Page

from auth import moment
from auth.login import hats
from auth.principal import Proxied
from auth.store import accounts, proxies
from fhir.interactions.search import search
from services.portal.consents.rule import Rule, consent
from services.portal.visit import context_of
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.test_consents import (
    PERSON,
    SUMMARY,
    _consents,
    _fill,
    _keep,
    _mother,
    _put,
    doctor,
)

__all__ = ["doctor"]


async def test_a_document_in_error_is_not_offered_and_guardians_are_told_apart(site: Site, tab: Page) -> None:
    report = {"resourceType": "DiagnosticReport", "status": "final", "subject": {"reference": PERSON[0]}}
    code = {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose [Moles/volume]"}]}
    await _put(
        site,
        report | {"id": "good", "code": code},
        report | {"id": "wrong", "code": {"text": "HTEST 错误报告"}, "status": "entered-in-error"},
        *(_mother(number, each, "母亲") for number, each in enumerate(PERSON[:2])),
        _mother(2, PERSON[0], "姑姑"),
        *(_mother(3 + number, each, "父亲") | {"name": []} for number, each in enumerate(PERSON[:2])),
    )
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    offered = await tab.inner_text("select[name=document]")
    assert "血糖" in offered
    assert "Glucose" not in offered
    assert "错误报告" not in offered
    guardians = await tab.locator("select[name=guardian] option").all_inner_texts()
    assert len(guardians) == len(set(guardians)) == 5
    assert any("姑姑" in each for each in guardians)
    assert sum("母亲" in each for each in guardians) == 1, "two houses have recorded her"
    assert sum(each.startswith("姓名不明（父亲，") for each in guardians) == 2, "told by house"
    assert "家长" not in await tab.inner_text("#who-field")


async def test_nothing_is_chosen_beforehand_and_what_is_missing_is_named(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    assert await tab.locator("input:checked").count() == 0
    await tab.check("input[name=effect][value=deny]")
    await tab.check("input[value=PSY]")
    await tab.click("form.card button")
    await tab.wait_for_url(at("/resident/consents/preview"))
    assert await tab.locator("#error li").all_inner_texts() == [
        "请选择这条规则管谁。",
        "请选择这条规则管哪些内容。",
        "请选择：一直有效，还是到哪一天为止。",
    ]
    for name in ("who", "what", "until"):
        assert await tab.locator(f"#{name}-field #{name}-fault").count() == 1
    assert await tab.is_checked("input[name=effect][value=deny]")
    assert await tab.is_checked("input[value=PSY]")
    assert await _consents(site) == []


async def test_closing_the_file_to_everybody_is_confirmed(site: Site, tab: Page, doctor: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, "diagnoses", what="kinds")
    assert await tab.locator("input[name=sure]").count() == 0
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, what="everything")
    assert "包括过敏、正在用的药、诊断和检查结果" in await tab.inner_text("label:has(input[name=sure])")
    assert not await tab.is_checked("input[name=sure]")
    await tab.click("main form button")
    await tab.wait_for_selector("#error")
    assert "请先勾选" in await tab.inner_text("#error")
    assert await tab.locator(".sight").count() > 0
    assert await _consents(site) == []
    assert (await doctor.goto(site.address + SUMMARY)).status == 200  # type: ignore[union-attr]
    await _keep(tab)
    assert len(await _consents(site)) == 1


async def test_a_rule_on_a_guardian_tells_what_he_will_miss(site: Site, tab: Page) -> None:
    await _put(site, *(_mother(number, each, "母亲") for number, each in enumerate(PERSON[:2])))
    held = proxies.fresh(Proxied.PARENT, PERSON[0], "HTEST", None, related="RelatedPerson/mother-1")
    account = await accounts.by_login(site.platform.database, "li")
    assert account is not None
    await log_in(tab, site, "wang")
    await _about_the_guardian(tab, site)
    assert "现在没有登记代看" in await tab.inner_text(".sight")
    await proxies.add(site.platform.database, account.id, held)
    await _about_the_guardian(tab, site)
    assert await tab.locator(".sight").count() == 1
    sight = await tab.inner_text(".sight")
    ahead = re.search(r"现在看到 (\d+) 条，以后看到 (\d+) 条", sight)
    missed = re.search(r"代看时会看不到：诊断 (\d+) 条", sight)
    assert ahead, sight
    assert missed, sight
    assert int(ahead[1]) - int(ahead[2]) == int(missed[1]) > 0
    assert "医生" not in await tab.inner_text("main .card:has(#sights)")
    await _keep(tab)
    who = hats.principal(account, hats.of_proxy(held))
    for type, some in (("Condition", False), ("Observation", True)):
        page = await search(context_of(site.platform, who), type, [("patient", PERSON[0])])
        assert bool(page.matches) == some, type


async def test_a_rule_on_an_older_record_of_her_does_not_seem_to_hold(site: Site, tab: Page) -> None:
    await _put(site, *(_mother(number, each, "母亲") for number, each in enumerate(PERSON[:2])))
    account = await accounts.by_login(site.platform.database, "li")
    assert account is not None
    older, now = Rule("deny", "RelatedPerson/mother-0", kinds=("diagnoses",)), moment.now()
    await _put(site, consent(older, PERSON[0], now - timedelta(days=9), channel="web") | {"id": "older"})
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents")
    assert "现在没有登记代看" in await tab.inner_text("#rule-older .notice")
    held = proxies.fresh(Proxied.PARENT, PERSON[0], "HTEST", None, related="RelatedPerson/mother-1")
    await proxies.add(site.platform.database, account.id, held)
    await tab.goto(f"{site.address}/resident/consents")
    told = await tab.inner_text("#rule-older")
    assert "管不到现在的代看，请再写一条" in told
    assert "有效" not in await tab.inner_text("#rule-older .tag")
    assert "（母亲，现在代看）" not in told
    who = hats.principal(account, hats.of_proxy(held))
    asked = context_of(site.platform, who), "Condition", [("patient", PERSON[0])]
    assert (await search(*asked)).matches
    await _about_the_guardian(tab, site)
    await _keep(tab)
    (made,) = [each for each in await _consents(site) if each["id"] != "older"]
    assert [each["reference"]["reference"] for each in made["provision"]["actor"]] == [
        "RelatedPerson/mother-1"
    ]
    told = await tab.inner_text(f"#rule-{made['id']}")
    assert "（母亲，现在代看）" in told
    assert "有效" in told
    assert not (await search(*asked)).matches


async def test_a_rule_on_who_is_gone_says_that_it_reaches_nobody(site: Site, tab: Page) -> None:
    rule = Rule("deny", "RelatedPerson/gone", kinds=("diagnoses",))
    await _put(site, consent(rule, PERSON[0], moment.now(), channel="web") | {"id": "gone"})
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents")
    assert "一位已不再登记的家人或监护人" in await tab.inner_text("#rule-gone")
    assert await tab.inner_text("#rule-gone .tag") == "现在不起作用"
    assert "现在没有登记代看" in await tab.inner_text("#rule-gone .notice")
    await tab.click("#rule-gone a")
    await tab.wait_for_selector("#sights")
    assert "一位已不再登记的家人或监护人" in await tab.inner_text(".sight")
    assert "RelatedPerson" not in await tab.inner_text("main")


async def _about_the_guardian(tab: Page, site: Site) -> None:
    await tab.goto(f"{site.address}/resident/consents/new")
    await tab.select_option("select[name=guardian]", index=1)
    await _fill(tab, "diagnoses", who="guardian", what="kinds")
