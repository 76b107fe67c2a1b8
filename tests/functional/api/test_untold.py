"""What tells that something is hidden is told to no clinic: privacy Consents, and what speaks of them.

docs/adr/0014-what-hides-a-resource.md. Whether a Consent is about privacy now or was in a former version, the
clinic finds neither it nor a Provenance of it on any way; of a research Consent it finds both.
"""

import json
from typing import Any

import httpx
import pytest

from tests.functional.api.exchange import JSON, bundle, entry, patient
from tests.functional.api.hiding import consent
from tests.functional.api.test_directory import reader
from tests.functional.api.test_hidden import DOCTOR, assert_same
from tests.functional.api.test_organization import OWN, encounter
from tests.support.web import WRITE, Web

MARK = "HTESTSECRET"
SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
PROVENANCE = {
    "resourceType": "Provenance",
    "recorded": "2026-05-17T08:00:00+08:00",
    "activity": {"text": MARK},
    "agent": [{"who": {"display": "HTEST"}}],
}
HISTORIES = {
    "privacy": ["patient-privacy"],
    "privacy, then research": ["patient-privacy", "research"],
    "research, then privacy": ["research", "patient-privacy"],
    "research, then privacy, then research": ["research", "patient-privacy", "research"],
    "privacy, then words": ["patient-privacy", ""],
    "deleted": ["patient-privacy", "deleted"],
    "deleted and made anew": ["patient-privacy", "deleted", "research"],
}
"""What the Consent is about, version by version."""
WAYS = [
    "Consent/c1", "Consent/c1/_history", "Consent/c1/_history/1", "Consent/c1/_history/2",
    "Consent/c1?_elements=id", "Consent", "Consent/_history", "Consent?_summary=count", "Consent?patient=pA",
    "Consent?scope=research", "Consent?scope=patient-privacy", "Consent?_id=c1",
    "Consent?_content=HTESTSECRET",
    "Consent?_include=*", "Consent?_revinclude=Provenance:target",
    "Provenance", "Provenance/_history", "Provenance?target=Consent/c1", "Provenance?target:Consent=c1",
    "Provenance?target:Consent.status=active", "Provenance?_summary=count", "Provenance?patient=pA",
    "Provenance?_include=Provenance:target", "Provenance?_include=Provenance:entity",
    "Provenance?entity=Consent/c1",
    "DocumentReference", "DocumentReference/form", "DocumentReference?related=Consent/c1", "List/l1", "List",
    "Patient?_revinclude=Provenance:target",
    "Patient?_revinclude=Consent:patient&_revinclude:iterate=Provenance:*",
    "Patient?_has:Provenance:target:recorded=2026-05-17", "Patient?_has:Consent:patient:status=active",
    "Patient?_has:Provenance:target:target=Consent/c1",
    "Patient/pA/Provenance", "Patient/pA/Consent", "Patient/pA/*", "Patient/pA/$everything",
    "Patient/pA/$everything?_type=Provenance,Consent,DocumentReference,List", "_history",
    "?_type=Consent,Provenance", "Consent/c1/$meta", "Consent/$meta", "Provenance/$meta",
]  # fmt: skip


def header(provenance: Any = PROVENANCE) -> dict[str, str]:
    return JSON | {"X-Provenance": json.dumps(provenance)}


def about(scope: str) -> dict[str, Any]:
    """The Consent c1, about something."""
    coded = {"coding": [{"system": SCOPES, "code": scope}]} if scope else {"text": "HTEST"}
    return consent("Patient/pA") | {"scope": coded, "provision": {"type": "permit"}, "text": {
        "status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{MARK}</div>'}}  # fmt: skip


FORM = {
    "resourceType": "DocumentReference", "id": "form", "status": "current", "description": MARK,
    "subject": {"reference": "Patient/pA"}, "content": [{"attachment": {"title": MARK}}],
    "context": {"related": [{"reference": "Consent/c1"}]},
}  # fmt: skip
LIST = {
    "resourceType": "List", "id": "l1", "status": "current", "mode": "working", "title": MARK,
    "subject": {"reference": "Patient/pA"}, "entry": [{"item": {"reference": "Consent/c1"}}],
}  # fmt: skip


async def region(web: Web, scopes: list[str]) -> None:
    """pA was seen at OWN; c1 was given in these versions, each with a Provenance, and is on paper."""
    await web.put(
        {"resourceType": "Organization", "id": "own", "name": OWN},
        patient("1") | {"id": "pA"},
        encounter("Patient/pA", OWN) | {"id": "eA"},
    )
    regional = await web.client()
    for at, scope in enumerate(scopes):
        if scope == "deleted":
            await web.platform.store.resources.transact(_gone)
            continue
        reply = await regional.put("/Consent/c1", json=about(scope), headers=header())
        assert reply.status_code in (200, 201), reply.text
        if at == 0:
            await web.put(FORM, LIST)


async def _gone(transaction: Any) -> None:
    await transaction.load(["Consent/c1"])
    transaction.delete("Consent/c1")


@pytest.fixture(params=["clinic", "doctor"])
async def who(request: pytest.FixtureRequest, web: Web) -> httpx.AsyncClient:
    if request.param == "clinic":
        return await web.client(WRITE, OWN)
    return await reader(web, "user/*.cruds", DOCTOR)


@pytest.mark.parametrize("history", sorted(HISTORIES))
async def test_nothing_tells_of_a_consent_that_is_or_was_about_privacy(
    who: httpx.AsyncClient, web: Web, history: str
) -> None:
    await region(web, [])
    silent = {way: await who.get(f"/{way}") for way in WAYS}
    await region(web, HISTORIES[history])
    assert MARK in (await (await web.client()).get("/Provenance")).text
    for way in WAYS:
        reply = await who.get(f"/{way}")
        assert reply.status_code in (200, 404), (way, reply.text)
        assert MARK not in reply.text.replace(f"_content={MARK}", ""), way
        assert_same(reply, silent[way], way)
    read = bundle(*(entry("GET", way) for way in WAYS), type="batch")
    reply = await who.post("/", json=read, headers=JSON)
    assert len(reply.json()["entry"]) == len(WAYS)
    assert MARK not in reply.text.replace(f"_content={MARK}", "")


async def test_of_another_consent_everything_is_told(who: httpx.AsyncClient, web: Web) -> None:
    await region(web, ["research", "research"])
    for way in ("Consent/c1", "Consent/c1/_history/1", "Consent?scope=research", "Provenance",
                "Provenance?target=Consent/c1", "Patient?_revinclude=Provenance:target",
                "DocumentReference/form", "List/l1", "Patient/pA/$everything",
                "Consent?_revinclude=Provenance:target"):  # fmt: skip
        reply = await who.get(f"/{way}")
        assert reply.status_code == 200, way
        assert MARK in reply.text, way
    assert (await who.get("/Consent/c1/_history")).json()["total"] == 1
