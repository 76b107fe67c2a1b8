"""Attack 64: of a professional everybody with the scope is shown what the directory shows, on every way.

A clinic's system, a doctor, a doctor's app and a resident's app ask. The citizen number, what is not said to
be of the work, and whatever nobody thought of are neither shown nor searched by; a regional client and the
professional himself see all.
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
from fhir.matching.citizen_number import SYSTEM
from tests.functional.api.exchange import JSON, JSON_PATCH, bundle, entry, issue, observation, patient
from tests.functional.api.test_hidden import DOCTOR, PERSON, assert_same
from tests.functional.api.test_organization import OWN, encounter
from tests.support.web import Web

CITIZEN, MOBILE, MARK, WORK = "510104195803129013", "13900000001", "HTESTSECRET", "02885550000"
ME, OTHER = "Practitioner/d1", "Practitioner/d2"
STAFF = "urn:oid:2.16.156.10011.1.4"
OF_CITIZEN = {"system": SYSTEM, "value": CITIZEN}
LICENCE = {"system": "urn:licences", "value": "L1"}


def professional(id: str, **more: Any) -> dict[str, Any]:
    """What the directory shows, and everything that it does not."""
    return {
        "resourceType": "Practitioner", "id": id,
        "meta": {"extension": [{"url": "urn:x", "valueString": MARK}],
                 "tag": [{"system": "urn:t", "code": "kept"}]},
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{MARK}</div>'},
        "contained": [{"resourceType": "RelatedPerson", "id": "wife", "patient": {"reference": "Patient/pA"},
                       "name": [{"text": MARK}]}],
        "extension": [{"url": "urn:wife", "valueReference": {"reference": "#wife"}}],
        "identifier": [
            {"system": STAFF, "value": f"staff-{id}", "assigner": {"identifier": OF_CITIZEN}},
            OF_CITIZEN,
            {"system": "urn:certificates", "value": f"200051110{CITIZEN}"},
            {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PPN"}]},
             "system": "urn:passports", "value": "E12345678"},
        ],
        "active": True,
        "name": [{"family": f"HTEST{id}", "given": ["Lian"]}],
        "telecom": [{"system": "phone", "value": WORK, "use": "work"}, {"system": "phone", "value": MOBILE},
                    *({"system": "phone", "value": f"1390000000{at}", "use": use}
                      for at, use in enumerate(("home", "mobile", "temp", "old"), 2)),
                    {"system": "email", "value": "HTESTSECRET@example.org", "use": "home"}],
        "address": [{"use": "work", "city": "HTESTWORKTOWN"}, {"use": "home", "city": MARK, "line": [MARK]}],
        "gender": "female",
        "birthDate": "1957-03-12",
        "photo": [{"title": MARK}],
        "qualification": [{"code": {"text": "physician"}, "identifier": [OF_CITIZEN, LICENCE]}],
    } | more  # fmt: skip


SHOWN = {
    "resourceType": "Practitioner",
    "id": "d1",
    "identifier": [{"system": STAFF, "value": "staff-d1"}],
    "active": True,
    "name": [{"family": "HTESTd1", "given": ["Lian"]}],
    "telecom": [{"system": "phone", "value": WORK, "use": "work"}],
    "address": [{"use": "work", "city": "HTESTWORKTOWN"}],
    "gender": "female",
    "qualification": [{"code": {"text": "physician"}, "identifier": [LICENCE]}],
}  # fmt: skip
ROLE = {
    "resourceType": "PractitionerRole", "id": "r1", "active": True,
    "contained": [professional("inner") | {"contained": [], "meta": {}, "text": {}, "extension": []}],
    "practitioner": {"reference": ME, "identifier": OF_CITIZEN},
    "organization": {"reference": OWN},
    "telecom": [{"system": "phone", "value": "02885551111"},
                {"system": "phone", "value": MOBILE, "use": "mobile"}],
    "extension": [{"url": "urn:x", "valueReference": {"reference": "#inner"}}],
}  # fmt: skip
ROLE["contained"] = [{name: part for name, part in ROLE["contained"][0].items() if part}]  # type: ignore[index]

READERS: dict[str, tuple[str, dict[str, Any]]] = {
    "clinic": ("system/*.cruds", {"name": "clinic", "organization": OWN, "regional": False}),
    "doctor": ("user/*.cruds", DOCTOR | {"practitioner": OTHER}),
    "launched": ("patient/*.rs user/Practitioner.rs user/PractitionerRole.rs user/Organization.rs",
                 DOCTOR | {"practitioner": OTHER, "launched": "Patient/pA"}),
    "resident": ("patient/*.cruds",
                 PERSON | {"role": "resident", "organization": None, "patient": "Patient/pA"}),
}  # fmt: skip
HIMSELF = ("user/*.cruds", DOCTOR | {"practitioner": ME})


async def reader(web: Web, scope: str, person: dict[str, Any]) -> httpx.AsyncClient:
    """An HTTP client with a token that says this of a reader."""
    now, token = moment.now(), f"token-{len(web.opened)}"
    record = TokenRecord(client="app", scope=scope, issued=now, expires=moment.after(now, LIFETIME), **person)
    await asyncio.to_thread(tokens.insert, web.platform.auth_database, token, record)
    headers = {"Authorization": f"Bearer {token}"}
    http = httpx.AsyncClient(base_url=web.fhir, headers=headers, timeout=30, trust_env=False)
    web.opened.append(http)
    return http


@pytest.fixture
async def region(web: Web) -> Web:
    """d1 and d2, of whom each has things that are nobody's business; pA was seen by d1."""
    performer = {"performer": [{"reference": ME}]}
    await web.put(
        {"resourceType": "Organization", "id": "own", "name": OWN},
        patient("1") | {"id": "pA"},
        encounter("Patient/pA", OWN) | {"id": "eA", "participant": [{"individual": {"reference": ME}}]},
        observation("Patient/pA", **performer) | {"id": "oA"},
        professional("d1"),
        {"resourceType": "Practitioner", "id": "d2", "name": [{"family": "HTESTd2"}]},
        ROLE,
        {"resourceType": "Composition", "id": "doc", "status": "final", "type": {"text": "x"}, "title": "x",
         "date": "2026-01-01", "author": [{"reference": ME}], "subject": {"reference": "Patient/pA"}},
    )  # fmt: skip
    await web.put(professional("d1", active=True) | {"birthDate": "1959-01-01"})
    return web


@pytest.fixture(params=sorted(READERS))
async def anybody(request: pytest.FixtureRequest, region: Web) -> httpx.AsyncClient:
    """A reader who is shown the directory."""
    return await reader(region, *READERS[request.param])


WAYS = [
    "Practitioner/d1",
    "Practitioner/d1?_elements=birthDate,photo,telecom",
    "Practitioner/d1?_summary=true",
    "Practitioner/d1?_summary=text",
    "Practitioner/d1?_summary=data",
    "Practitioner/d1/_history",
    "Practitioner/d1/_history/1",
    "Practitioner/d1/_history/2",
    "Practitioner/_history",
    "_history",
    "Practitioner",
    "Practitioner?_count=1&_sort=name",
    "Practitioner?_sort=phone",
    "Practitioner?_elements=birthDate",
    "Practitioner/d1/Practitioner",
    "Practitioner/d1/*",
    "Practitioner?_include=*&_revinclude=PractitionerRole:*",
    "PractitionerRole",
    "PractitionerRole/r1",
    "PractitionerRole/r1/_history/1",
    "PractitionerRole?_include=PractitionerRole:practitioner",
    "PractitionerRole?_include=*&_include:iterate=*",
    "Observation?_include=Observation:performer",
    "Encounter?_include=Encounter:practitioner&_include:iterate=*",
    "?_type=Practitioner,PractitionerRole",
    "?_id=d1",
    "Patient/pA/$everything",
    "Patient/pA/$everything?_type=Practitioner",
    "Encounter/eA/$everything",
    "Composition/doc/$document",
    "Practitioner/d1/$meta",
    "Practitioner/$meta",
]
HIDDEN = (CITIZEN, "13900000", MARK, "E12345678", "1957-", "1959-", "wife", "urn:x", "photo")


def assert_listed(reply: httpx.Response, way: str) -> None:
    """Nothing that is hidden stands in a reply."""
    text = reply.text.replace(str(reply.request.url.query, "ascii"), "")
    body = json.loads(text) if text.startswith("{") else {}
    body.pop("link", None)  # it repeats what was asked
    left = json.dumps(body) if body else text
    assert [each for each in HIDDEN if each in left] == [], way


async def test_what_is_not_for_the_directory_is_shown_on_no_way(anybody: httpx.AsyncClient) -> None:
    shown = (await anybody.get("/Practitioner/d1")).json()
    tags = shown.pop("meta")["tag"]
    assert shown == SHOWN
    assert [each["code"] for each in tags] == ["kept", "SUBSETTED"]
    found = 0
    for way in WAYS:
        reply = await anybody.get(f"/{way}")
        assert reply.status_code in (200, 403), (way, reply.text)
        assert_listed(reply, way)
        found += "HTESTd1" in reply.text
        assert_listed(await anybody.get(f"/{way}", headers={"Accept": "application/fhir+xml"}), way)
    assert found >= 17
    read = bundle(*(entry("GET", way) for way in WAYS), type="batch")
    reply = await anybody.post("/", json=read, headers=JSON)
    assert reply.status_code == 200
    assert "HTESTd1" in reply.text
    for each in reply.json()["entry"]:
        assert [hidden for hidden in HIDDEN if hidden in json.dumps(each)] == []


async def test_pages_after_the_first_show_no_more(anybody: httpx.AsyncClient) -> None:
    for query in ("_count=1", "_count=1&_sort=name", "_count=1&_sort=-phone"):
        reply = await anybody.get(f"/Practitioner?{query}")
        pages = [reply]
        while links := [each["url"] for each in reply.json()["link"] if each["relation"] == "next"]:
            reply = await anybody.get(links[0])
            pages.append(reply)
        found = [each["resource"]["id"] for page in pages for each in page.json()["entry"]]
        assert sorted(found) == ["d1", "d2"], query
        for page in pages:
            assert_listed(page, query)


def asked(value: dict[str, str]) -> list[str]:
    """Questions that tell of what is hidden, of d1 or of somebody else."""
    citizen, mobile, word, mail = value["citizen"], value["mobile"], value["word"], value["mail"]
    own = [
        f"identifier={citizen}", f"identifier={SYSTEM}|{citizen}", f"identifier={SYSTEM}|",
        f"identifier=urn:certificates|200051110{citizen}", f"identifier:not={SYSTEM}|{citizen}",
        f"identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|PPN|{value['passport']}",
        f"phone={mobile}", f"telecom={mobile}", f"telecom=phone|{mobile}", f"phone:not={mobile}",
        f"email={mail}", f"telecom=email|{mail}",
        f"address={word}", f"address-city={word}", f"address:contains={word[:8]}",
        f"address:contains={word[5:8]}", f"address-city:exact={word}", f"address-use={value['use']}",
        f"_text={word}", f"_content={word}", f"_content=HTESTLIAN NOT {word}",
        f"_filter=identifier eq {citizen}", f"_filter=telecom eq {mobile}",
        f"_filter=not (phone eq {mobile})", f"_filter=address-city co {word}",
        f"_filter=address-city sw {word[:9]}",
    ]  # fmt: skip
    chained = [each for each in own if not each.startswith(("_content", "_text", "_filter"))]
    return [
        *(f"Practitioner?{each}" for each in own),
        *(f"Practitioner?_summary=count&{each}" for each in own),
        *(f"PractitionerRole?practitioner.{each}" for each in chained),
        *(f"PractitionerRole?practitioner:Practitioner.{each}" for each in chained[:4]),
        *(f"Observation?performer:Practitioner.{each}" for each in chained),
        *(f"Encounter?participant:Practitioner.{each}" for each in chained[:8]),
        *(f"Patient?_has:Observation:patient:performer:Practitioner.{each}" for each in chained[:8]),
        f"PractitionerRole?phone={mobile}", f"PractitionerRole?telecom={mobile}",
        f"PractitionerRole?practitioner:identifier={SYSTEM}|{citizen}",
        f"Observation?_filter=performer:Practitioner.identifier eq {citizen}",
        f"?_type=Practitioner&_content={word}",
        f"Organization?_has:PractitionerRole:organization:practitioner.identifier={citizen}",
        f"Organization?_has:PractitionerRole:organization:phone={mobile}",
    ]  # fmt: skip


REAL = {"citizen": CITIZEN, "mobile": MOBILE, "word": MARK, "mail": "HTESTSECRET@example.org",
        "passport": "E12345678", "use": "home"}  # fmt: skip
UNKNOWN = {"citizen": "510104195803129021", "mobile": "13911111111", "word": "HTESTUNHEARD",
           "mail": "HTESTUNHEARD@example.org", "passport": "E99999999", "use": "billing"}  # fmt: skip


def _neutral(reply: httpx.Response) -> tuple[int, Any]:
    """A reply without what was asked."""
    body = reply.json()
    body.pop("link", None)
    return reply.status_code, body | {"id": "", "meta": {}}


async def test_what_is_hidden_is_answered_as_what_nobody_has(anybody: httpx.AsyncClient) -> None:
    for real, unknown in zip(asked(REAL), asked(UNKNOWN), strict=True):
        replies = [await anybody.get(f"/{each}") for each in (real, unknown)]
        assert replies[0].status_code in (200, 403), (real, replies[0].text)
        assert _neutral(replies[0]) == _neutral(replies[1]), real
    for missing in ("phone", "identifier", "address", "email"):
        found = await anybody.get(f"/Practitioner?{missing}:missing=false")
        expected = [] if missing == "email" else ["d1"]
        assert [each["resource"]["id"] for each in found.json().get("entry", ())] == expected, missing


async def test_what_the_directory_shows_is_found(anybody: httpx.AsyncClient) -> None:
    for query in (
        "identifier=staff-d1", f"identifier={STAFF}|staff-d1", f"phone={WORK}", "name=HTESTd1",
        "family=htestd", "name:contains=TESTd1", "address-city=HTESTWORKTOWN", "gender=female", "active=true",
        "_content=physician", "_tag=kept", "_id=d1",
        "_has:PractitionerRole:practitioner:organization=Organization/own",
    ):  # fmt: skip
        found = await anybody.get(f"/Practitioner?{query}")
        assert [each["resource"]["id"] for each in found.json().get("entry", ()) if "d1" in str(each)] == [
            "d1"
        ], query
    for query in ("PractitionerRole?practitioner.name=HTESTd1", "PractitionerRole?phone=02885551111"):
        assert (await anybody.get(f"/{query}")).json()["total"] == 1, query


async def test_the_region_sees_and_finds_everything(region: Web) -> None:
    regional = await region.client()
    for query in (
        "Practitioner/d1", "Practitioner/d1/_history/1", f"Practitioner?identifier={SYSTEM}|{CITIZEN}",
        f"Practitioner?phone={MOBILE}", f"Practitioner?_content={MARK}",
        f"PractitionerRole?_include=PractitionerRole:practitioner&practitioner.phone={MOBILE}",
    ):  # fmt: skip
        reply = await regional.get(f"/{query}")
        assert CITIZEN in reply.text, query
        assert "SUBSETTED" not in reply.text, query


async def test_a_professional_sees_himself_whole_and_nobody_else(region: Web) -> None:
    himself = await reader(region, *HIMSELF)
    whole = (await himself.get("/Practitioner/d1")).json()
    assert whole["birthDate"] == "1959-01-01"
    assert "SUBSETTED" not in json.dumps(whole)
    assert CITIZEN in (await himself.get("/Practitioner?name=HTESTd1")).text
    assert MOBILE in (await himself.get("/PractitionerRole/r1")).text
    await region.put(professional("d2"))
    assert_listed(await himself.get("/Practitioner/d2"), "d2")


async def test_who_is_shown_a_part_writes_none_back(region: Web) -> None:
    clinic, regional = await reader(region, *READERS["clinic"]), await region.client()
    shown = await clinic.get("/Practitioner/d1")
    part, etag = shown.json(), shown.headers["etag"]
    before = (await regional.get("/Practitioner/d1")).json()
    gone = part | {"id": "nobody"}
    for headers in ({}, {"If-Match": etag}, {"If-Match": 'W/"1"'}, {"If-None-Match": "*"}):
        replies = [
            await clinic.put(f"/Practitioner/{each['id']}", json=each, headers=JSON | headers)
            for each in (part, gone)
        ]
        assert replies[0].status_code == 403
        assert_same(*replies, str(headers))
    patch = [{"op": "remove", "path": "/telecom"}]
    assert (await clinic.patch("/Practitioner/d1", json=patch, headers=JSON_PATCH)).status_code == 403
    for query in (f"identifier={SYSTEM}|{CITIZEN}", f"phone={MOBILE}"):
        written = await clinic.put(f"/Practitioner?{query}", json=part, headers=JSON)
        assert written.status_code == 403
        created = await clinic.post("/Practitioner", json=part, headers=JSON | {"If-None-Exist": query})
        assert created.status_code == 403
    whole = bundle(entry("PUT", "Practitioner/d1", part))
    for reply in (
        await regional.put("/Practitioner/d1", json=part, headers=JSON | {"If-Match": etag}),
        await regional.put("/Practitioner?_id=d1", json=part, headers=JSON),
        await regional.post("/", json=whole, headers=JSON),
    ):
        assert reply.status_code == 422
        assert "SUBSETTED" in reply.text
    assert (await regional.get("/Practitioner/d1")).json() == before


async def test_a_reference_by_a_hidden_value_leads_nowhere(region: Web) -> None:
    clinic = await reader(region, *READERS["clinic"])
    replies = []
    for query in (f"identifier={CITIZEN}", "identifier=510104195803129021", "identifier=staff-d1"):
        result = observation("Patient/pA", performer=[{"reference": f"Practitioner?{query}"}])
        replies.append(
            await clinic.post("/", json=bundle(entry("POST", "Observation", result)), headers=JSON)
        )
    hidden, unknown, shown = replies
    assert shown.status_code == 200, shown.text
    assert hidden.status_code == unknown.status_code == 412
    assert issue(hidden)["diagnostics"] == issue(unknown)["diagnostics"]


async def test_the_same_version_is_known_by_the_same_etag(region: Web) -> None:
    clinic = await reader(region, *READERS["clinic"])
    etag = (await clinic.get("/Practitioner/d1")).headers["etag"]
    assert etag == (await (await region.client()).get("/Practitioner/d1")).headers["etag"]
    again = await clinic.get("/Practitioner/d1", headers={"If-None-Match": etag})
    assert (again.status_code, again.text) == (304, "")
    assert re.fullmatch(r'W/"\d+"', etag)
