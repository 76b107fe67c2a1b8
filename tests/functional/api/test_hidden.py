"""What a rule hides is hidden on every path: all ways to a resource times all reasons to hide it.

../shared/reference/access.md, attack requests. A clinic has pA in its care. Its own system asks, an app
of its doctor, an app that he started for pA, an app of pA himself. `secret` is what they must not learn
of: of another resident, of a type or category beyond the scope, denied, labelled, no longer in care, beyond
what a resident permits of a closed file, or asked for with a token that was revoked. Each way is walked
twice, with the hidden resource and with one that never was; nothing may tell them apart.
"""

import asyncio
import json
import re
from typing import Any

import httpx
import pytest

from auth import moment
from auth.authorization_server.server import LIFETIME
from auth.store import tokens
from auth.store.tokens import TokenRecord
from services.api import even_time
from tests.functional.api.exchange import JSON, JSON_PATCH, bundle, entry, observation, patient
from tests.functional.api.hiding import GRANULAR, LAB, MARK, REASONS, REVOKED, TYPE
from tests.functional.api.test_organization import OTHER, OWN, encounter
from tests.support.http_client import http_client
from tests.support.web import Web


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told apart here is told by bytes: thousands of 404s need not wait."""
    monkeypatch.setattr(even_time, "STEP", 0.001)


PERSON = {
    "name": "HTEST",
    "organization": OWN,
    "regional": False,
    "account": "account-1",
    "hat": "h",
    "amr": ("pwd", "otp"),
}
DOCTOR = PERSON | {"role": "clinician", "practitioner": "Practitioner/d1"}
OF_HIS_OWN = frozenset({"another resident", GRANULAR, TYPE, REVOKED})
READERS: dict[str, tuple[str, dict[str, Any], frozenset[str]]] = {
    "system": ("system", {"name": "clinic", "organization": OWN, "regional": False}, frozenset(REASONS)),
    "doctor": ("user", DOCTOR, frozenset(REASONS)),
    "launched": (
        "patient",
        DOCTOR | {"launched": "Patient/pA"},
        OF_HIS_OWN | {"computed label", "denied code"},
    ),
    "resident": (
        "patient",
        PERSON | {"role": "resident", "organization": None, "patient": "Patient/pA"},
        OF_HIS_OWN,
    ),
}
"""Level of the scopes, what the token says of whom, and from which reasons something is hidden from him."""
CASES = [(who, reason) for who, (_, _, reasons) in READERS.items() for reason in sorted(reasons)]


@pytest.fixture(params=CASES, ids=lambda case: " ".join(case))
async def clinic(request: pytest.FixtureRequest, web: Web) -> httpx.AsyncClient:
    """A reader from whom `Observation/secret` is hidden for one reason."""
    who, reason = request.param
    secret, *also = REASONS[reason]
    await web.put(
        *({"resourceType": "Organization", "id": each.split("/")[1], "name": each} for each in (OWN, OTHER)),
        patient("1") | {"id": "pA"},
        patient("4") | {"id": "pA2"},
        patient("2", birthDate="1960-01-01") | {"id": "pB", "name": [{"family": MARK}]},
        patient("3") | {"id": "pC"},
        patient("5") | {"id": "pD"},
        patient("6", deceasedDateTime="2020-05-05") | {"id": "pE"},
        patient("7") | {"id": "pE2"},
        *({"resourceType": "Practitioner", "id": each} for each in ("d1", "d2")),
        encounter("Patient/pA", OWN) | {"id": "eA"},
        encounter("Patient/pB", OTHER) | {"id": "eB"},
        observation("Patient/pA", category=[LAB], code={"text": "plain"}) | {"id": "open"},
    )
    platform = web.platform

    async def join(session: Any) -> None:
        for one in ("pA", "pE"):
            await platform.store.persons.join(session, f"Patient/{one}", f"Patient/{one}2")

    async with platform.store.client.start_session() as session:
        await session.with_transaction(join)
    await platform.relations.grant(None, "Patient/pC", OWN, moment.after(moment.now(), -1), "over")
    await platform.relations.arrive(None, "Patient/pE", OWN, "arrival")
    await web.put(secret | {"id": "secret"})
    await web.put(secret | {"id": "secret", "status": "amended"})
    report = {"resourceType": "DiagnosticReport", "id": "report", "status": "final", "code": {"text": MARK},
              "subject": secret["subject"], "result": [{"reference": "Observation/secret"}]}  # fmt: skip
    if "label" in reason:
        await web.put(report)
    await web.put(document("Patient/pA"))
    if also:
        await web.put(*also)
    return await client(web, who, reason)


def document(subject: str) -> dict[str, Any]:
    """A text that tells of the hidden resource; where that is labelled, it is as hidden itself."""
    return {
        "resourceType": "Composition", "id": "doc", "status": "final", "type": {"text": "x"}, "title": "x",
        "date": "2026-01-01", "author": [{"reference": OWN}], "subject": {"reference": subject},
        "section": [{"title": "x", "entry": [{"reference": "Observation/secret"}]}],
    }  # fmt: skip


async def client(web: Web, who: str, reason: str) -> httpx.AsyncClient:
    """A reader's token; narrow ones read laboratory results, or nothing, of Observations."""
    level, person, _ = READERS[who]
    scope = f"{level}/*.cruds"
    if reason in (GRANULAR, TYPE):
        others = "Patient DiagnosticReport Encounter Provenance Organization List Composition Binary"
        results = f"{level}/Observation.rs?category=laboratory" if reason == GRANULAR else ""
        scope = " ".join([results, *(f"{level}/{each}.cruds" for each in others.split())])
    now, token, database = moment.now(), f"{who} {reason}".replace(" ", "-"), web.platform.auth_database
    expires = moment.after(now, LIFETIME)
    record = TokenRecord(client="app", scope=scope, issued=now, expires=expires, **person)
    await asyncio.to_thread(tokens.insert, database, token, record)
    headers = {"Authorization": f"Bearer {token}"}
    http = http_client(base_url=web.fhir, headers=headers)
    web.opened.append(http)
    if reason == REVOKED:
        assert (await http.get("/Observation/secret")).status_code == 200
        assert await web.platform.tokens.revoke(token)
    return http


GETS = [
    "Observation/{id}",
    "Observation/{id}?_elements=id",
    "Observation/{id}?_summary=text",
    "Observation/{id}/_history",
    "Observation/{id}/_history/1",
    "Observation/{id}/_history/2",
    "Observation/{id}/$meta",
    "Observation/_history",
    "_history",
    "_history?_since=2020-01-01T00:00:00Z",
    "Observation?_id={id}",
    "Observation?_id={id}&_summary=count",
    "Observation?_id={id}&_total=accurate&_count=0",
    "Observation",
    "Observation?_summary=count",
    "Observation?_total=accurate",
    "Observation?_sort=-date",
    "Observation?_sort=code",
    "Observation?_elements=id",
    "Observation?_summary=text",
    "Observation?code=http://loinc.org|2345-7",
    "Observation?code=75622-1",
    "Observation?code:not=x",
    "Observation?category:not=laboratory",
    "Observation?category:missing=true",
    "Observation?status=amended",
    "Observation?_security=PSY",
    "Observation?_content=HTESTSECRET",
    "Observation?_filter=status eq amended",
    "Observation?_filter=not (status eq final)",
    "Observation?_lastUpdated=gt2020",
    "Observation?date=2020",
    "Observation?subject:Patient.name=HTESTSECRET",
    "Observation?patient.family=HTESTSECRET",
    "Observation?_count=1",
    "Patient?_has:Observation:patient:status=amended",
    "Patient?_has:Observation:patient:_id={id}",
    "Patient?_has:Observation:patient:code=2345-7",
    "Patient?_filter=_has:Observation:patient:status eq amended",
    "Patient?_revinclude=Observation:patient",
    "Patient?_revinclude=*:*",
    "Patient?_id=pA&_revinclude=Observation:patient&_include:iterate=*",
    "Encounter?_include=*&_revinclude:iterate=*:*",
    "DiagnosticReport?result={id}",
    "DiagnosticReport?result.status=amended",
    "DiagnosticReport?_include=DiagnosticReport:result",
    "DiagnosticReport",
    "Organization?_has:Patient:organization:_has:Observation:patient:status=amended",
    "?_type=Observation,Patient",
    "?_id={id}",
    "Patient/pA/Observation",
    "Patient/pA/*",
    "Patient/pA/$everything",
    "Patient/pA/$everything?_type=Observation",
    "Patient/pA/$everything?_since=2020-01-01T00:00:00Z",
    "Patient/$everything",
    "Patient/pA/$summary",
    "Patient/pB/$summary",
    "Patient/$summary?identifier=urn:oid:1.2.3|1",
    "Patient/$summary?identifier=urn:oid:1.2.3|2",
    "Patient/pA/$person",
    "Patient/{id}/$person",
    "Patient/$ihe-pix?sourceIdentifier=urn:htest|{id}",
    "Observation/$lastn?patient=pA",
    "Observation/$lastn?patient=pA&code=2345-7&max=5",
    "Observation/$meta",
    "$meta",
    "Observation/{id}/_history/1/$meta",
    "Encounter/eA/$everything",
    "Composition/doc",
    "Composition/doc/$document",
    "Composition/{id}/$document",
    "Composition?_include=Composition:entry",
    "metadata",
    "Observation/{id}/../{id}",
    "Observation/%73ecret",
    "Binary/{id}",
]


async def test_reading(clinic: httpx.AsyncClient) -> None:
    for way in GETS:
        hidden = await clinic.get("/" + way.format(id="secret"))
        assert_silent(hidden, way)
        if "{id}" in way:
            unknown = await clinic.get("/" + way.format(id="nobody"))
            assert_same(hidden, unknown, way)
            head = [await clinic.head("/" + way.format(id=id)) for id in ("secret", "nobody")]
            assert_same(*head, way)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for way, body in POSTS.items():
        found = [
            await clinic.post(f"/{way}", content=body.format(id=id), headers=form)
            for id in ("secret", "nobody")
        ]
        assert_silent(found[0], way)
        assert_same(*found, way)


POSTS: dict[str, Any] = {
    "Observation/_search": "_id={id}",
    "Patient/_search?name=x": "_has:Observation:patient:_id={id}",
    "_search": "_type=Observation&_id={id}",
}


def writes(id: str) -> dict[str, tuple[str, str, Any, dict[str, str]]]:
    """Name → method, path, body, headers: all ways to write over, beside or onto a resource."""
    resource = observation("Patient/pA", category=[LAB]) | {"id": id}
    patch = [{"op": "add", "path": "/comment", "value": "x"}]
    member = observation("Patient/pA", hasMember=[{"reference": f"Observation/{id}"}])
    report = {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"},
              "subject": {"reference": "Patient/pA"}, "result": [{"reference": f"Observation/{id}"}],
              }  # fmt: skip
    meta = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}],
    }
    two = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": f"{name}-patient", "valueReference": {"reference": f"Patient/{each}"}}
            for name, each in (("source", id), ("target", "pA"))
        ],
    }
    return {
        "update": ("PUT", f"Observation/{id}", resource, {}),
        "update if match": ("PUT", f"Observation/{id}", resource, {"If-Match": 'W/"2"'}),
        "update if none": ("PUT", f"Observation/{id}", resource, {"If-None-Match": "*"}),
        "patch": ("PATCH", f"Observation/{id}", patch, JSON_PATCH),
        "delete": ("DELETE", f"Observation/{id}", None, {}),
        "conditional delete": ("DELETE", f"Observation?_id={id}", None, {}),
        "conditional update": ("PUT", f"Observation?_id={id}", observation("Patient/pA"), {}),
        "conditional patch": ("PATCH", f"Observation?_id={id}", patch, JSON_PATCH),
        "if none exist": ("POST", "Observation", observation("Patient/pA"), {"If-None-Exist": f"_id={id}"}),
        "refer": ("POST", "Observation", member, {}),
        "report": ("POST", "DiagnosticReport", report, {}),
        "meta": ("POST", f"Observation/{id}/$meta-add", meta, {}),
        "meta of a version": ("POST", f"Observation/{id}/_history/1/$meta-add", meta, {}),
        "meta delete": ("POST", f"Observation/{id}/$meta-delete", meta, {}),
        "match": ("POST", "Patient/$match", {"resourceType": "Patient", "name": [{"family": MARK[:-1]}],
                                             "identifier": [{"system": "urn:htest", "value": id}]}, {}),
        "merge": ("POST", "Patient/$merge", two, {}),
        "undo merge": ("POST", "Patient/$undo-merge", two, {}),
        "reindex": ("POST", f"Observation/{id}/$reindex", None, {}),
        "validate": ("POST", f"Observation/{id}/$validate", resource, {}),
        "batch": ("POST", "", bundle(entry("GET", f"Observation/{id}"), entry("GET", f"Observation?_id={id}"),
                                     entry("DELETE", f"Observation/{id}"), type="batch"), {}),
        "transaction": ("POST", "", bundle(entry("PUT", f"Observation/{id}", resource)), {}),
        "transaction read": ("POST", "", bundle(entry("GET", f"Observation/{id}")), {}),
    }  # fmt: skip


async def test_writing(clinic: httpx.AsyncClient, web: Web) -> None:
    before = await web.platform.store.database["resources"].find_one({"_id": "Observation/secret"})
    for way in writes("x"):
        replies = [await send(clinic, *writes(id)[way]) for id in ("secret", "nobody")]
        assert_silent(replies[0], way)
        assert_same(*replies, way)
    after = await web.platform.store.database["resources"].find_one({"_id": "Observation/secret"})
    assert after == before


async def send(
    client: httpx.AsyncClient, method: str, path: str, body: Any, headers: dict[str, str]
) -> httpx.Response:
    content = None if body is None else json.dumps(body)
    return await client.request(method, f"/{path}", content=content, headers=JSON | headers)


def assert_silent(reply: httpx.Response, way: str) -> None:
    """Nothing of the hidden resource is in a reply, and no entry of it."""
    assert reply.status_code < 500, way
    assert MARK not in reply.text.replace(f"_content={MARK}", "").replace(f"name={MARK}", "").replace(
        f"family={MARK}", ""
    ), way
    if reply.headers.get("content-type", "").startswith("application/fhir+json") and reply.text:
        body = reply.json()
        entries = [each.get("resource", {}) for each in body.get("entry", ())]
        found = [f"{each.get('resourceType')}/{each.get('id')}" for each in entries]
        assert "Observation/secret" not in found, way
        assert "DiagnosticReport/report" not in found, way
        if body.get("type") == "searchset" and "total" in body:
            matched = [each for each in body.get("entry", ()) if each["search"]["mode"] == "match"]
            more = any(each["relation"] == "next" for each in body["link"])
            counted = "_summary=count" in str(reply.request.url) or "_count=0" in str(reply.request.url)
            assert counted or more or body["total"] == len(matched), way


def assert_same(one: httpx.Response, other: httpx.Response, way: str) -> None:
    """Status, headers and bytes are the same but for what was asked and what is new each time."""
    assert one.status_code == other.status_code, (way, one.text, other.text)
    assert _bare(one) == _bare(other), way


def _bare(reply: httpx.Response) -> tuple[Any, str]:
    changing = (
        "date",
        "x-request-id",
        "location",
        "content-location",
        "etag",
        "last-modified",
        "content-length",
    )
    headers = {name: value for name, value in reply.headers.items() if name not in changing}
    sealed = re.sub(r"_cursor=[\w-]+", "_cursor=", reply.text)
    text = sealed.replace("%73ecret", "X").replace("secret", "X").replace("nobody", "X")
    if text.startswith("{"):
        text = json.dumps(_stable(json.loads(text)), sort_keys=True)
    return headers, text


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        skip = ("lastUpdated", "id", "timestamp", "versionId", "location", "lastModified", "etag", "fullUrl")
        return {name: _stable(each) for name, each in value.items() if name not in skip}
    return [_stable(each) for each in value] if isinstance(value, list) else value
