"""What tells hidden from missing, or hides what was done: each was possible once."""

import base64
from typing import Any

from tests.functional.api.exchange import JSON, bundle, entry, observation, patient
from tests.support.web import Web

CLINIC = "Organization/clinic"
NUMBER = "HTEST-9"
GENDER = "CodeSystem/administrative-gender"


async def events(web: Web, **wanted: str) -> list[dict[str, Any]]:
    """The AuditEvents about Bundles, as a regional auditor reads them."""
    found = (await (await web.client()).get("/AuditEvent", params={"_count": "100"})).json()
    rows = [each["resource"] for each in found["entry"]]
    return [row for row in rows if row["subtype"][0]["code"] in ("batch", "transaction")]


async def test_a_batch_tells_the_audit_each_of_its_entries(web: Web) -> None:
    await web.put(patient(NUMBER, id="hidden"))
    clinic = await web.client(organization=CLINIC)
    asked = [
        entry("GET", "Patient/hidden"),
        entry("GET", "Patient/missing"),
        entry("GET", "Patient?gender=male"),
    ]
    reply = await clinic.post("/", json=bundle(*asked, type="batch"), headers=JSON)
    assert [each["response"]["status"][:3] for each in reply.json()["entry"]] == ["404", "404", "200"]
    (event,) = await events(web)
    assert (event["outcome"], event["subtype"][0]["code"]) == ("4", "batch")
    told = [
        (each.get("what", {}).get("reference"), each.get("detail", [{}])[0].get("valueString"))
        for each in event["entity"]
        if "detail" in each
    ]
    assert told == [("Patient/hidden", "not_found"), ("Patient/missing", "not_found")]
    queries = [base64.b64decode(each["query"]).decode() for each in event["entity"] if "query" in each]
    assert queries == ["Patient?gender=male"]


async def test_a_transaction_tells_the_audit_what_it_wrote(web: Web) -> None:
    client = await web.client()
    reply = await client.post(
        "/",
        json=bundle(entry("POST", "Patient", patient("1")), entry("POST", "Patient", patient("2"))),
        headers=JSON,
    )
    written = {each["response"]["location"].split("/_history")[0] for each in reply.json()["entry"]}
    told = await events(web)
    assert {event["outcome"] for event in told} == {"0"}
    assert written <= {each.get("what", {}).get("reference") for event in told for each in event["entity"]}


async def test_validate_tells_no_more_than_a_create(web: Web) -> None:
    await web.put(patient(NUMBER, id="hidden"))
    clinic = await web.client(organization=CLINIC)
    told = []
    for target in ("Patient/hidden", "Patient/missing"):
        linked = patient("5") | {"link": [{"other": {"reference": target}, "type": "seealso"}]}
        reply = await clinic.post("/Patient/$validate?mode=create", json=linked, headers=JSON)
        told.append([issue["code"] for issue in reply.json()["issue"]])
        assert (await clinic.post("/Patient", json=linked, headers=JSON)).status_code == 422
    assert told[0] == told[1]
    assert "not-found" in told[0]


async def test_what_is_to_be_created_needs_no_id_to_be_validated(web: Web) -> None:
    reply = await (await web.client()).post("/Patient/$validate?mode=create", json=patient("1"), headers=JSON)
    assert (reply.status_code, [each["severity"] for each in reply.json()["issue"]]) == (200, ["information"])


async def test_what_nobody_owns_and_a_clinic_may_not_read_is_missing_to_it(web: Web) -> None:
    await web.put(
        {"resourceType": "Device", "id": "d1"}, {"resourceType": "Organization", "id": "h1", "name": "HTEST"}
    )
    clinic = await web.client(organization=CLINIC)
    own = await clinic.post("/Patient", json=patient("7"), headers=JSON)
    subject = f"Patient/{own.json()['id']}"
    for device in ("Device/d1", "Device/missing"):
        seen = observation(subject) | {"device": {"reference": device}}
        reply = await clinic.post("/Observation", json=seen, headers=JSON)
        assert (reply.status_code, reply.json()["issue"][0]["code"]) == (422, "not-found")
    performed = observation(subject) | {"performer": [{"reference": "Organization/h1"}]}
    assert (await clinic.post("/Observation", json=performed, headers=JSON)).status_code == 201


async def test_no_link_shows_a_value_that_came_in_a_body(web: Web) -> None:
    client = await web.client()
    asked = entry("GET", f"Patient?identifier={NUMBER}")
    reply = await client.post("/", json=bundle(asked, type="batch"), headers=JSON)
    assert reply.json()["entry"][0]["resource"]["resourceType"] == "Bundle"
    assert NUMBER not in reply.text
    given = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "subject:Patient.identifier", "valueString": NUMBER},
            {"name": "category", "valueString": "vital-signs"},
        ],
    }
    reply = await client.post("/Observation/$lastn", json=given, headers=JSON)
    assert reply.status_code == 200, reply.text
    assert NUMBER not in reply.text


async def test_shipped_terminology_is_there_within_a_transaction(web: Web) -> None:
    client = await web.client()
    url = "CodeSystem?url=http://hl7.org/fhir/administrative-gender"
    kept = {"resourceType": "ValueSet", "status": "active", "extension": [
        {"url": "http://x.example/of", "valueReference": {"reference": url}}
    ]}  # fmt: skip
    asked = bundle(entry("GET", GENDER), entry("POST", "ValueSet", kept))
    reply = await client.post("/", json=asked, headers=JSON)
    assert [each["response"]["status"][:3] for each in reply.json()["entry"]] == ["200", "201"], reply.text


async def test_labels_are_shown_to_who_may_read_alone(web: Web) -> None:
    await web.put(patient(NUMBER, id="p1"))
    meta = {
        "resourceType": "Parameters",
        "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}],
    }
    writer = await web.client("system/Patient.u")
    assert (await writer.post("/Patient/p1/$meta-add", json=meta, headers=JSON)).status_code == 403


async def test_two_resources_under_one_full_url_are_refused(web: Web) -> None:
    client = await web.client()
    url = "urn:uuid:0d1b5d3e-7b1c-4f55-9b63-3c0f5a3c2a10"
    asked = bundle(
        entry("POST", "Patient", patient("1"), url),
        entry("POST", "Patient", patient("2"), url),
        entry("POST", "Observation", observation(url)),
    )
    reply = await client.post("/", json=asked, headers=JSON)
    assert (reply.status_code, reply.json()["issue"][0]["expression"]) == (422, ["Bundle.entry[1].fullUrl"])
    assert (await client.get("/Patient?_summary=count")).json()["total"] == 0


async def test_criteria_that_mean_nothing_overwrite_nobody(web: Web) -> None:
    """R4 3.1.0.4.3: without a match an update creates."""
    await web.put(patient("1", id="there"))
    client = await web.client()
    other = patient("2", id="there")
    alone = await client.put("/Patient?identifier=urn:oid:1.2.3|2", json=other, headers=JSON)
    within = await client.post(
        "/", json=bundle(entry("PUT", "Patient?identifier=urn:oid:1.2.3|2", other)), headers=JSON
    )
    for reply in (alone, within):
        assert (reply.status_code, reply.json()["issue"][0]["code"]) == (409, "conflict")
    assert (await client.get("/Patient/there")).json()["identifier"][0]["value"] == "1"
    new = await client.put("/Patient?identifier=urn:oid:1.2.3|2", json=patient("2", id="new"), headers=JSON)
    assert (new.status_code, new.json()["id"]) == (201, "new")
