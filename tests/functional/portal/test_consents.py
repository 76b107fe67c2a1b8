"""Rules of a resident in a real browser: seen ahead, given, kept to within a second, withdrawn, on paper."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from auth import moment
from auth.audit.record import Interaction
from auth.login import hats
from auth.store import accounts
from fhir.interactions.search import search
from fhir.store import EVERYONE
from services.portal.visit import context_of
from tests.functional.portal.conftest import Site, at, log_in
from tests.functional.portal.region import HOSPITAL, NUMBER, RESIDENT

PERSON = [f"Patient/{each}" for each in (RESIDENT, "wang-jinjiang", "wang-jianyang")]
COUNTED = [
    *("AllergyIntolerance", "Composition", "Condition", "Coverage", "DiagnosticReport", "DocumentReference"),
    *("Encounter", "Flag", "Immunization", "MedicationDispense", "MedicationRequest", "MedicationStatement"),
    *("Observation", "Procedure", "ServiceRequest", "Specimen"),
]
SUMMARY = f"/clinician/patients/{RESIDENT}"


@pytest.fixture
async def doctor(site: Site, browser: Browser) -> AsyncIterator[Page]:
    """The doctor at another machine."""
    context: BrowserContext = await browser.new_context(locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(20_000)
    tab = await context.new_page()
    await log_in(tab, site, "doctor")
    yield tab
    await context.close()


async def _fill(tab: Page, *boxes: str, who: str = "all", what: str, effect: str = "deny") -> None:
    await tab.check(f"input[name=effect][value={effect}]")
    await tab.check(f"input[name=who][value={who}]")
    await tab.check(f"input[name=what][value={what}]")
    for box in boxes:
        await tab.check(f"input[type=checkbox][value={box}]")
    await tab.check("input[name=until][value=always]")
    ahead = urlsplit(tab.url).path.replace("/new", "/preview")
    await tab.click("form.card button")
    await tab.wait_for_url(at(ahead))


async def _keep(tab: Page) -> None:
    """Save what is shown ahead; what closes the file to everybody once more with the box."""
    if await tab.locator("input[name=sure]").count():
        await tab.check("input[name=sure]")
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))


async def _withdrawing(tab: Page) -> None:
    """From the list to the page that asks whether the first rule is to be withdrawn."""
    await tab.click(".looks li a")
    await tab.wait_for_url(re.compile("/consents/[0-9a-f-]{36}"))


async def _within_a_second(tab: Page, url: str, word: str, *, seen: bool) -> None:
    """Whatever is asked for later than a second after now tells `word`, or does not."""
    until = time.monotonic() + 1
    while True:
        asked = time.monotonic()
        if (word in await _text(tab, url)) is seen:
            return
        assert asked < until, word
        await asyncio.sleep(0.02)


async def _text(tab: Page, url: str) -> str:
    """The diagnoses on the doctor's page."""
    await tab.goto(url)
    return await tab.inner_text("main section[aria-labelledby=problems]")


async def _consents(site: Site) -> list[dict[str, Any]]:
    rows = await site.platform.store.resources.search({"type": "Consent"}, EVERYONE, limit=10)
    return [row.resource() for row in rows]


async def test_a_rule_hides_within_a_second_and_shows_again(site: Site, tab: Page, doctor: Page) -> None:
    url, word = site.address + SUMMARY, "2型糖尿病"
    assert word in await _text(doctor, url)
    await log_in(tab, site, "wang")
    await tab.click("nav a[href='/resident/consents']")
    await tab.wait_for_url(at("/resident/consents"))
    await tab.click("a[href='/resident/consents/new']")
    await tab.wait_for_url(at("/resident/consents/new"))
    await _fill(tab, "diagnoses", what="kinds")
    assert await _consents(site) == []
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    await _within_a_second(doctor, url, word, seen=False)
    assert "有效" in await tab.inner_text(".looks li")
    await _withdrawing(tab)
    assert "多看到" in await tab.inner_text("main")
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    await _within_a_second(doctor, url, word, seen=True)
    kept = await tab.inner_text(".looks li")
    assert "已撤回" in kept
    assert "撤回时间" in kept


async def test_the_consent_is_one_of_fhir_with_versions_and_a_record(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await tab.select_option("select[name=house]", HOSPITAL)
    await _fill(tab, "PSY", "HIV", who="house", what="labels")
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    (made,) = await _consents(site)
    assert (made["status"], made["meta"]["versionId"]) == ("active", "1")
    assert made["provision"]["actor"][0]["reference"]["reference"] == HOSPITAL
    assert [each["code"] for each in made["provision"]["securityLabel"]] == ["HIV", "PSY"]
    assert made["policy"][0]["uri"]
    assert made["verification"][0]["verified"]
    await _withdrawing(tab)
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    (made,) = await _consents(site)
    assert (made["status"], made["meta"]["versionId"]) == ("inactive", "2")
    records = await site.platform.archive.records(PERSON, None, 20)
    told = [(each.interaction, each.entity) for each in records if each.entity == f"Consent/{made['id']}"]
    assert told[0] == (Interaction.UPDATE, f"Consent/{made['id']}")
    assert (Interaction.CREATE, f"Consent/{made['id']}") in told


async def test_the_look_ahead_is_what_the_doctor_then_misses(site: Site, tab: Page, doctor: Page) -> None:
    await log_in(tab, site, "wang")
    for boxes, what in ((("diagnoses",), "kinds"), (("medications", "visits"), "kinds"), ((), "everything")):
        await tab.goto(f"{site.address}/resident/consents/new")
        await _fill(tab, *boxes, what=what)
        sight, counted = await tab.inner_text(".sight"), await tab.inner_text(".sight .notice > p")
        ahead = re.search(r"现在看到 (\d+) 条，以后看到 (\d+) 条", sight)
        assert ahead, sight
        before = await _seen(site)
        await _keep(tab)
        assert (before, await _seen(site)) == (int(ahead[1]), int(ahead[2]))
        missed = sum(map(int, re.findall(r" (\d+) 条", counted)))
        assert missed == int(ahead[1]) - int(ahead[2]) > 0
        await _withdrawing(tab)
        await tab.click("main form button")
        await tab.wait_for_url(at("/resident/consents"))
        assert await _seen(site) == before
    url = site.address + SUMMARY
    assert (await doctor.goto(url)).status == 200  # type: ignore[union-attr]


async def _seen(site: Site) -> int:
    """How many resources the real doctor finds, counted through the search that his pages use."""
    account = await accounts.by_login(site.platform.database, "doctor")
    assert account is not None
    who = hats.principal(account, hats.hats(account)[0])
    context, found = context_of(site.platform, who), 0
    for type in COUNTED:
        page = await search(context, type, [("patient", f"Patient/{RESIDENT}"), ("_count", "1000")])
        found += len(page.matches)
    return found


async def test_a_file_denied_outright_is_a_file_that_does_not_exist(
    site: Site, tab: Page, doctor: Page
) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, what="everything")
    assert "紧急情况" in await tab.inner_text("main")
    await _keep(tab)
    hidden = await doctor.goto(site.address + SUMMARY)
    shown = await doctor.content()
    unknown = await doctor.goto(f"{site.address}/clinician/patients/nobody-at-all")
    assert hidden is not None
    assert unknown is not None
    assert hidden.status == unknown.status == 404
    strip = re.compile(r"[0-9a-f-]{16,}|wang-huaxi|nobody-at-all|/clinician/patients/\S+")
    assert strip.sub("", shown) == strip.sub("", await doctor.content())


async def test_an_officer_writes_down_what_stands_on_paper(site: Site, tab: Page, doctor: Page) -> None:
    url, word = site.address + SUMMARY, "2型糖尿病"
    assert word in await _text(doctor, url)
    await log_in(tab, site, "privacy")
    await tab.goto(f"{site.address}/console/consents")
    await tab.fill("#number", NUMBER)
    await tab.click("main form button")
    await tab.wait_for_url(re.compile("/console/consents.s="))
    assert NUMBER not in tab.url
    assert "王建国" in await tab.inner_text("h1")
    await tab.click("main a.button")
    await tab.wait_for_url(at("/console/consents/new"))
    assert await tab.locator("input[value=document]").count() == 0
    await tab.fill("#note", "HTEST 档案室 12 号柜，本人签字")
    await _fill(tab, "diagnoses", what="kinds")
    text = await tab.inner_text("main")
    assert "医生会看不到" not in text
    assert "不写档案里有什么" in text
    assert word not in await tab.content()
    await tab.click("main form button")
    await tab.wait_for_url(at("/console/consents"))
    assert "书面" in await tab.inner_text(".looks li")
    await _within_a_second(doctor, url, word, seen=False)
    (made,) = await _consents(site)
    assert made["sourceAttachment"]["title"] == "paper: HTEST 档案室 12 号柜，本人签字"


async def test_a_form_of_another_site_and_another_role_do_nothing(
    site: Site, tab: Page, doctor: Page
) -> None:
    paths = ("/resident/consents", "/resident/consents/new", "/console/consents", "/console/proxies")
    for path in paths:
        reply = await doctor.goto(site.address + path)
        assert reply is not None
        assert reply.status == 403
    await log_in(tab, site, "wang")
    form = {"effect": "deny", "who": "all", "what": "everything", "csrf": "x"}
    for path in ("/resident/consents", "/resident/consents/preview", "/resident/proxies"):
        sent = await tab.context.request.post(site.address + path, form=form)
        assert sent.status == 403
    assert await _consents(site) == []
    assert (await tab.goto(f"{site.address}/console/consents")).status == 403  # type: ignore[union-attr]


async def test_a_rule_of_another_resident_is_unknown(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, "visits", what="kinds")
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    (made,) = await _consents(site)
    await tab.context.clear_cookies()
    await log_in(tab, site, "li")
    for id in (made["id"], "nothing"):
        reply = await tab.goto(f"{site.address}/resident/consents/{id}")
        assert reply is not None
        assert reply.status == 404


async def test_the_look_ahead_names_what_will_be_missed(site: Site, tab: Page) -> None:
    await _put(site, *(_test(day) for day in range(1, 10)), _test(1, "HTEST 血压"))
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, "STD", what="labels", effect="deny")
    named = await tab.locator(".sight dd").inner_text()
    assert "梅毒抗体 2026-03-09" in named
    assert "还有 5 条" in named
    assert "HTEST 血压" not in named
    shown = (await site.platform.archive.records(PERSON, None, 1))[0]
    assert (shown.agent.name, shown.interaction, shown.reason) == ("王建国", Interaction.VIEW, "preview")


async def test_every_house_of_the_file_has_its_look_ahead(site: Site, tab: Page) -> None:
    await _put(site, *(_test(1, f"HTEST {each}", f"many-{each}") for each in range(50)))
    for house in range(4):
        await _put(site, {"resourceType": "Organization", "id": f"many-{house}", "name": f"HTEST {house}"})
        await site.platform.relations.encounter(None, PERSON[0], f"Organization/many-{house}", moment.now())
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, "results", what="kinds")
    assert await tab.locator(".sight").count() == 7


async def test_the_look_ahead_tells_of_an_emergency_that_runs(site: Site, tab: Page) -> None:
    doctor = await accounts.by_login(site.platform.database, "doctor")
    assert doctor is not None
    await site.platform.grounds.emergencies.open(
        None, account=doctor.id, name="周敏", organization=HOSPITAL, practitioner="Practitioner/zhou",
        patient=PERSON[0], code="UNCON", reason="HTEST", house="HTEST 医院",
    )  # fmt: skip
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, what="everything")
    assert "HTEST 医院 的 周敏 因紧急情况打开了这份档案" in await tab.inner_text("main")


def _mother(number: int, patient: str, relation: str) -> dict[str, Any]:
    return {
        "resourceType": "RelatedPerson", "id": f"mother-{number}", "patient": {"reference": patient},
        "name": [{"text": "HTEST 李桂芳"}], "relationship": [{"text": relation}],
    }  # fmt: skip


def _test(day: int, name: str = "梅毒抗体", id: str = "") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": id or f"test-{name.encode().hex()}-{day}", "status": "final",
        "code": {"text": name}, "subject": {"reference": PERSON[0]},
        "effectiveDateTime": f"2026-03-0{day}",
    }  # fmt: skip


async def _put(site: Site, *resources: dict[str, Any]) -> None:
    async def work(tx: Any) -> None:
        for resource in resources:
            tx.put(resource)

    await site.platform.store.resources.transact(work)


async def test_a_rule_is_withdrawn_in_one_step(site: Site, tab: Page) -> None:
    await log_in(tab, site, "wang")
    await tab.goto(f"{site.address}/resident/consents/new")
    await _fill(tab, "diagnoses", what="kinds")
    await tab.click("main form button")
    await tab.wait_for_url(at("/resident/consents"))
    await tab.click(".looks li form button")
    await tab.wait_for_url(at("/resident/consents"))
    assert "已撤回" in await tab.inner_text(".looks li")
