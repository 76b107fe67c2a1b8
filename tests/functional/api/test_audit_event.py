"""AuditEvents over HTTP: found by every parameter that /metadata declares."""

import asyncio
from base64 import b64decode
from typing import Any

import pytest

from fhir.rest import READ_ONLY_PARAMETERS
from services.api.audit_query import MOST
from tests.functional.api.exchange import JSON, PATIENT, made, observation
from tests.support.web import Web


@pytest.fixture
async def events(web: Web) -> tuple[Any, str]:
    """A regional reader, and the id of a Patient about whom there are six events by two systems."""
    first, second = await web.client(), await web.client("system/*.rs")
    id = (await made(first, PATIENT))["id"]
    await made(first, observation(f"Patient/{id}"))
    for _ in range(2):
        await first.get(f"/Patient/{id}")
    await second.get(f"/Observation?subject=Patient/{id}", headers={"X-Request-Id": "HTEST-7"})
    await second.delete(f"/Patient/{id}")
    return first, id


async def found(client: Any, query: str) -> list[dict[str, Any]]:
    reply = await client.get(f"/AuditEvent?{query}")
    assert reply.status_code == 200, reply.text
    return [entry["resource"] for entry in reply.json().get("entry", ())]


CASES = [
    ("action=R", 2),
    ("action=C,R", 4),
    ("action:not=R", 3),
    ("outcome=0", 5),
    ("outcome=4", 0),
    ("type=rest", 5),
    ("type=http://terminology.hl7.org/CodeSystem/audit-event-type|rest&subtype=create", 2),
    ("subtype=search", 1),
    ("site=furong", 5),
    ("site=elsewhere", 0),
    ("address=127", 5),
    ("address:exact=127", 0),
    ("entity-type=1", 5),
    ("entity-role=24", 1),
    ("entity=Observation/none", 0),
    ("agent-name=test", 0),
    ("agent=Practitioner/none", 0),
    ("policy=urn:nobody", 0),
    ("date=gt2020&action=R", 2),
    ("date=lt2020", 0),
]


@pytest.mark.parametrize(("query", "expected"), CASES)
async def test_every_declared_parameter_finds(events: tuple[Any, str], query: str, expected: int) -> None:
    client, id = events
    assert len(await found(client, f"patient={id}&{query}")) == expected
    assert len(await found(client, f"patient=nobody&{query}")) == 0


@pytest.mark.parametrize("reference", ["Patient/{}", "{}"])
async def test_an_entity_is_found_by_reference(events: tuple[Any, str], reference: str) -> None:
    client, id = events
    assert len(await found(client, f"patient={id}&entity={reference.format(id)}")) == 5


async def test_what_metadata_declares_is_what_is_served(web: Web) -> None:
    statement = (await web.http.get(f"{web.fhir}/metadata")).json()
    (row,) = [each for each in statement["rest"][0]["resource"] if each["type"] == "AuditEvent"]
    named = {each["name"] for each in row["searchParam"]}
    assert named == set(READ_ONLY_PARAMETERS["AuditEvent"])
    client = await web.client()
    for name in sorted(named):
        value = {"_lastUpdated": "gt2020", "date": "gt2020", "policy": "urn:x"}.get(name, "x")
        reply = await client.get(f"/AuditEvent?{name}={value}")
        assert reply.status_code == 200, (name, reply.text)
        assert "not-supported" not in reply.text, name
    for name in ("altid", "source", "entity.name", "agent:Practitioner.name", "type:in"):
        reply = await client.get(f"/AuditEvent?{name}=x", headers={"Prefer": "handling=strict"})
        assert reply.status_code == 400, name


async def test_sifted_pages_give_each_event_once(events: tuple[Any, str]) -> None:
    client, id = events
    whole = [each["id"] for each in await found(client, f"patient={id}&type=rest")]
    url, paged = f"/AuditEvent?patient={id}&type=rest&_count=2", []
    while url:
        bundle = (await client.get(url)).json()
        assert len(bundle.get("entry", ())) <= 2
        assert "total" not in bundle
        paged += [entry["resource"]["id"] for entry in bundle.get("entry", ())]
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    # Each search is an event about the Patient, too, and newer than those that it finds.
    assert len(paged) == len(set(paged)) == 6
    assert paged[-5:] == whole


async def test_one_event_for_each_patient_of_a_query_with_the_raw_query(web: Web) -> None:
    client = await web.client()
    ids = [(await made(client, PATIENT))["id"] for _ in range(3)]
    raw = "name=HTEST&_count=50&x=%3Cscript%3E"
    await client.get(f"/Patient?{raw}", headers={"X-Request-Id": "HTEST-8"})
    for id in ids:
        (event,) = await found(client, f"patient={id}&subtype=search&entity-role=24")
        assert event["meta"]["profile"] == [
            "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientQuery"
        ]
        query = next(each for each in event["entity"] if "query" in each)
        assert "name=HTEST" in b64decode(query["query"]).decode()
        codes = {each["type"]["code"]: each for each in event["entity"]}
        assert codes["XrequestId"]["what"]["identifier"]["value"] == "HTEST-8"
        assert codes["1"]["what"]["reference"] == f"Patient/{id}"
        assert str(event["agent"][0]["policy"][0]).startswith("urn:furong:session:")


async def test_nobody_writes_an_audit_event(web: Web) -> None:
    """Attack 53 of access.md."""
    client = await web.client()
    event = {"resourceType": "AuditEvent", "id": "x"}
    replies = await asyncio.gather(
        client.post("/AuditEvent", json=event, headers=JSON),
        client.put("/AuditEvent/x", json=event, headers=JSON),
        client.patch("/AuditEvent/x", json=[], headers={"Content-Type": "application/json-patch+json"}),
        client.delete("/AuditEvent/x"),
    )
    assert {reply.status_code for reply in replies} <= {403, 405}
    assert MOST == 1000


async def test_the_number_of_events_alone(events: tuple[Any, str]) -> None:
    """Checklist lines 60 and 69."""
    client, id = events
    for asked in ("_summary=count", "_count=0", "_summary=count&_count=5"):
        bundle = (await client.get(f"/AuditEvent?patient={id}&{asked}")).json()
        assert "entry" not in bundle
        assert bundle["total"] >= 5
        assert [each["relation"] for each in bundle["link"]] == ["self"]
    assert len(await found(client, f"patient={id}&_summary=false&_count=2")) == 2
    refused = await client.get(f"/AuditEvent?patient={id}&action=R&_summary=count")
    assert refused.status_code == 400
    assert "counted by patient and date alone" in refused.text
