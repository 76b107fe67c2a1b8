"""What the pages tell nobody: each was once told, or lost."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.async_api import Page

from auth import moment
from auth.login import hats, sessions
from auth.principal import Proxied
from auth.store import accounts, proxies
from auth.store.cases import Kind
from fhir.store.persons import By
from fhir.summary.moment import CHENGDU
from tests.functional.portal.conftest import Site, log_in
from tests.functional.portal.region import ELSEWHERE, HOSPITAL, RESIDENT, STRANGERS_NUMBER
from tests.functional.portal.test_proxies import CHILD, PLAIN, SECRET, _child
from tests.functional.portal.test_worklist import _old, _put, _report
from tests.support.people import ICD10, concept

PATIENT = f"Patient/{RESIDENT}"
_HL7 = "http://terminology.hl7.org/CodeSystem"


_OPEN: list[httpx.AsyncClient] = []


@pytest.fixture(autouse=True)
async def _closed() -> AsyncIterator[None]:
    yield
    while _OPEN:
        await _OPEN.pop().aclose()


class Reader:
    """Somebody with a session, and what his forms carry."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http, self.csrf = http, sessions.csrf(token)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        return await self.http.post(path, data={"csrf": self.csrf} | fields)


async def reader(site: Site, login: str, *, proxy: bool = False) -> Reader:
    account = await accounts.by_login(site.platform.database, login)
    assert account is not None
    hat = next(each.id for each in hats.hats(account) if (each.proxy is not None) == proxy)
    token = await sessions.start(site.platform.database, account, hat=hat, amr=("pwd", "otp"))
    http = httpx.AsyncClient(
        base_url=site.address, cookies={"furong_session": token}, headers={"accept-language": "zh-CN"}
    )
    _OPEN.append(http)
    return Reader(http, token)


async def acts_for(site: Site, login: str, patient: str, kind: Proxied) -> Reader:
    account = await accounts.by_login(site.platform.database, login)
    assert account is not None
    held = proxies.fresh(kind, patient, "HTEST", moment.now() + timedelta(hours=2))
    await proxies.add(site.platform.database, account.id, held)
    return await reader(site, login, proxy=True)


async def test_a_help_desk_is_not_told_who_opened_the_file(site: Site) -> None:
    await site.platform.grounds.emergencies.open(
        None, account="x", name="HTEST 抢救医生", organization=ELSEWHERE, practitioner="Practitioner/q",
        patient=PATIENT, code="other", reason="HTEST 服药自杀后昏迷",
    )  # fmt: skip
    desk = await acts_for(site, "li", PATIENT, Proxied.HELP_DESK)
    page = await desk.get("/resident")
    assert page.status_code == 200
    assert "HTEST 抢救医生" not in page.text
    assert "HTEST 服药自杀后昏迷" not in page.text


async def test_a_preview_tells_a_parent_nothing_of_what_a_child_confided(site: Site) -> None:
    birth = datetime.now(CHENGDU).date() - timedelta(days=3650)
    await _child(site, birth.isoformat())
    await site.platform.relations.encounter(None, CHILD, HOSPITAL, datetime.now(CHENGDU))
    parent = await acts_for(site, "li", CHILD, Proxied.PARENT)
    assert PLAIN in (seen := (await parent.get("/resident")).text)
    assert SECRET not in seen
    rule = {
        "effect": "deny",
        "who": "all",
        "what": "kinds",
        "kinds": "diagnoses",
        "purpose": "",
        "until": "always",
    }
    preview = (await parent.post("/resident/consents/preview", **rule)).text
    assert "档案共 2 条" not in preview, re.findall(r"档案共 \d+ 条", preview)
    assert "诊断 2 条" not in preview
    assert PLAIN in preview, "the control"
    assert SECRET not in preview


async def test_a_parent_is_not_shown_the_childs_own_correction_of_what_it_confided(site: Site) -> None:
    birth = datetime.now(CHENGDU).date() - timedelta(days=3650)
    await _child(site, birth.isoformat())
    await site.platform.cases.open(
        Kind.CORRECTION, patient=CHILD, about="Condition/htest-1", by="the child", words="HTEST 我没有",
        line=SECRET, house=HOSPITAL,
    )  # fmt: skip
    parent = await acts_for(site, "li", CHILD, Proxied.PARENT)
    page = await parent.get("/resident/cases")
    assert page.status_code == 200
    assert SECRET not in page.text


async def test_the_worklist_opens_after_two_files_were_separated(site: Site) -> None:
    await _put(site, _old(30))
    doctor = await reader(site, "doctor")
    assert (await doctor.get(f"/clinician/patients/{RESIDENT}")).status_code == 200
    assert (await doctor.get("/clinician")).status_code == 200, "the control"

    async def part(session: Any) -> None:
        for other in ("wang-jinjiang", "wang-huaxi"):
            await site.platform.store.persons.separate(
                session, "Patient/wang-jianyang", f"Patient/{other}", By.CLERK
            )

    async with site.platform.database.client.start_session() as session:
        await session.with_transaction(part)
    assert (await doctor.get("/clinician")).status_code == 200


async def test_the_number_alone_is_no_look_at_a_new_result(site: Site) -> None:
    await _put(site, _old(30))
    doctor = await reader(site, "doctor")
    await doctor.get(f"/clinician/patients/{RESIDENT}")
    await _put(site, _report("late", 1))
    assert "肾功能" in (await doctor.get("/clinician")).text, "the control"
    assert (await doctor.post(f"/clinician/patients/{RESIDENT}/number")).status_code == 200
    assert "肾功能" in (await doctor.get("/clinician")).text


async def sent_twice(doctor: Reader, form: str, path: str, **fields: str) -> None:
    """The same form by three clicks at once."""
    page = await doctor.get(f"/clinician/patients/{RESIDENT}/{form}")
    named = dict(re.findall(r'name="(form)" value="([^"]+)"', page.text))
    sent = [doctor.post(f"/clinician/patients/{RESIDENT}/{path}", **named, **fields) for _ in range(3)]
    assert {each.status_code for each in await asyncio.gather(*sent)} == {303}


async def test_what_is_sent_twice_is_written_once(site: Site) -> None:
    doctor, rows = await reader(site, "doctor"), site.platform.database["resources"]
    known = await rows.count_documents({"type": "DocumentReference"})
    note = {"kind": "11506-3", "text": "HTEST 同一份", "deed": "sign"}
    await sent_twice(doctor, "notes/new", "notes", **note)
    assert await rows.count_documents({"type": "DocumentReference"}) == known + 1
    referral = {"house": ELSEWHERE, "urgency": "routine", "reason": "HTEST 请会诊"}
    await sent_twice(doctor, "referrals/new", "referrals", **referral)
    assert await rows.count_documents({"type": "ServiceRequest"}) == 1
    assert await rows.count_documents({"type": "Task"}) == 1
    await sent_twice(doctor, "notes/new", "notes", **note)
    assert await rows.count_documents({"type": "DocumentReference"}) == known + 1, "by way of the back button"
    await sent_twice(doctor, "notes/new", "notes", **note | {"text": "HTEST 另一份"})
    assert await rows.count_documents({"type": "DocumentReference"}) == known + 2, "other words are another"


async def test_an_arrival_does_not_tell_of_who_has_denied_this_house(site: Site) -> None:
    await _put(site, {
        "resourceType": "Consent", "id": "no", "status": "active",
        "scope": {"coding": [{"system": f"{_HL7}/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/stranger"}, "dateTime": "2026-01-01T00:00:00Z",
        "policyRule": {"coding": [{"system": f"{_HL7}/v3-ActCode", "code": "OPTIN"}]},
        "provision": {"type": "deny"},
    })  # fmt: skip
    doctor = await reader(site, "doctor")
    known = await doctor.post("/clinician/arrivals", number=STRANGERS_NUMBER)
    nobody = await doctor.post("/clinician/arrivals", number="51010419850101901X")
    if known.status_code == 303:
        after = await doctor.get(known.headers["location"])
        assert after.status_code == 404, "the control: the denial holds"
    assert known.status_code == nobody.status_code


async def test_the_worklist_is_told_as_what_it_shows(site: Site) -> None:
    await _put(site, _old(120), {
        "resourceType": "Condition", "id": "hyp", "subject": {"reference": PATIENT},
        "recordedDate": "2026-01-01", "code": concept("高血压", ICD10, "I10.x00"),
    }, _report("late", 1))  # fmt: skip
    doctor = await reader(site, "doctor")
    shown = (await doctor.get("/clinician")).text
    assert "肾功能" in shown
    resident = await reader(site, "wang")
    log = (await resident.get("/resident/access")).text
    what = re.findall(r"看了什么</dt><dd>([^<]*)</dd>", log)
    assert "查找了：个人信息" not in what, what


async def test_an_officer_who_reads_no_file_cannot_ask_for_a_disease(site: Site) -> None:
    await _put(site, {
        "resourceType": "Condition", "id": "htest-hiv", "subject": {"reference": "Patient/stranger"},
        "code": concept("HTEST 艾滋病", ICD10, "B24.x00"),
        "recordedDate": "2026-01-01",
    })  # fmt: skip
    await site.platform.relations.encounter(None, "Patient/stranger", HOSPITAL, datetime.now(CHENGDU))
    officer = await reader(site, "privacy")
    found = await officer.post("/console/consents/number", number=STRANGERS_NUMBER)
    query = found.headers["location"].partition("?")[2]
    told = {}
    for label in ("HIV", "PSY"):
        rule = {
            "effect": "deny",
            "who": "all",
            "what": "labels",
            "labels": label,
            "purpose": "",
            "until": "always",
            "note": "HTEST",
        }
        page = await officer.post(f"/console/consents/preview?{query}", **rule)
        assert page.status_code == 200, page.text
        told[label] = re.findall(r"医生会看不到[^<]*", page.text)
    assert told["HIV"] == told["PSY"], told


async def test_a_filter_of_another_page_is_no_error(site: Site) -> None:
    doctor = await reader(site, "doctor")
    sealed = (await doctor.post("/clinician", query="王建国")).headers["location"].partition("?")[2]
    assert (await doctor.get(f"/clinician/patients/{RESIDENT}/timeline?{sealed}")).status_code == 200


async def test_the_last_day_of_all_is_no_error(site: Site) -> None:
    resident = await reader(site, "wang")
    there = (await resident.post("/resident/access", until="9999-12-31")).headers["location"]
    assert (await resident.get(there)).status_code in (200, 422)


async def test_what_was_typed_survives_the_end_of_the_session_with_scripts_too(
    site: Site, scripted: Page
) -> None:
    await scripted.clock.install()
    await log_in(scripted, site, "doctor")
    await scripted.goto(f"{site.address}/clinician/patients/{RESIDENT}/notes/new")
    await scripted.fill("textarea", "HTEST half an hour of writing")
    await scripted.clock.run_for(40 * 60_000)
    await scripted.wait_for_timeout(500)
    everywhere = await scripted.content()
    await scripted.go_back()
    everywhere += await scripted.content()
    kept = await scripted.evaluate(
        "[...document.querySelectorAll('textarea')].map((each) => each.value).join()"
    )
    assert "half an hour" in everywhere + kept


async def test_a_link_to_a_file_that_is_closed_is_over_and_recorded(site: Site) -> None:
    account = await accounts.by_login(site.platform.database, "wang")
    assert account is not None
    share = await site.platform.shares.make(
        patient=PATIENT, account=account.id, sections=["results"], sensitive=False,
        life=timedelta(minutes=5), label="", passcode=None,
    )  # fmt: skip
    await _put(site, {"resourceType": "Patient", "id": RESIDENT, "deceasedDateTime": "2020-01-01"})
    await site.platform.database["deaths"].update_many({}, {"$set": {"since": datetime(2020, 1, 1)}})
    async with httpx.AsyncClient(base_url=site.address) as http:
        reply = await http.post(f"/shl/{share.token}", json={"recipient": "HTEST"})
    assert reply.status_code in (200, 404), reply.status_code
    assert reply.headers["content-type"].startswith("application/json")
