"""batch and transaction over HTTP."""

import asyncio
import base64
import json
import time
from typing import Any

import httpx
import pytest

from tests.functional.api.exchange import JSON, PATIENT, bundle, entry, issue, made, observation, patient
from tests.support.web import Web

MOTHER, CHILD = "urn:uuid:0d1b5d3e-7b1c-4f55-9b63-3c0f5a3c2a10", "urn:oid:1.2.36.146.595.217"
KEY = "identifier=urn:oid:1.2.3|{}"


async def post(client: httpx.AsyncClient, *entries: Any, type: str = "transaction", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/", json=bundle(*entries, type=type), headers=JSON | named)


def statuses(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200, reply.text
    return [each["response"]["status"][:3] for each in reply.json()["entry"]]


def places(reply: httpx.Response) -> list[str]:
    return [each["response"]["location"].split("/_history")[0] for each in reply.json()["entry"]]


async def test_other_bundles_and_nothing_at_all(web: Web) -> None:
    """Checklist line 53."""
    client = await web.client()
    for type in ("transaction", "batch"):
        reply = await post(client, type=type)
        assert (reply.status_code, reply.json()) == (
            200, {"resourceType": "Bundle", "type": f"{type}-response"},
        )  # fmt: skip
    for type in ("collection", "document", "message", "searchset", "history", "transaction-response"):
        assert (await post(client, type=type)).status_code == 400
    assert (await client.post("/", json=PATIENT, headers=JSON)).status_code == 400


async def test_a_batch_answers_each_entry(web: Web) -> None:
    """Checklist lines 42, 49, 50, 51 and 52."""
    client = await web.client()
    id = (await made(client, patient("1")))["id"]
    patch = base64.b64encode(b'[{"op":"replace","path":"/gender","value":"other"}]').decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": patch}
    named = {"name": "operation", "part": [
        {"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": "Patient.birthDate"},
    ]}  # fmt: skip
    reply = await post(
        client,
        entry("GET", f"Patient/{id}"),
        entry("GET", f"Patient/{id}", ifNoneMatch='W/"1"'),
        entry("HEAD", f"Patient/{id}"),
        entry("GET", f"Patient/{id}/_history/1"),
        entry("GET", f"Patient/{id}/_history"),
        entry("GET", "Patient?gender=male"),
        entry("GET", f"Patient/{id}/$everything"),
        entry("GET", "Patient/never"),
        entry("POST", "Patient", {"resourceType": "Patient", "gender": "bogus"}),
        entry("POST", "Patient", patient("2"), CHILD),
        entry("POST", "Observation", observation(CHILD)),
        entry("PATCH", f"Patient/{id}", binary),
        entry("PATCH", f"Patient/{id}", {"resourceType": "Parameters", "parameter": [named]}),
        entry("PUT", f"Patient/{id}", patient("1", id=id), ifMatch='W/"1"'),
        entry("POST", "Patient", patient("1"), ifNoneExist=KEY.format("1")),
        entry("PUT", f"Patient?{KEY.format('3')}", patient("3")),
        entry("DELETE", f"Patient?{KEY.format('4')}"),
        entry("GET", "Unicorn/1"),
        {"nonsense": True},
        entry("POST", "Patient/$nothing"),
        entry("GET", f"Patient/{id}/$everything?_count=1&_count=2"),
        entry("GET", f"Patient/{id}/$meta-add"),
        type="batch",
    )
    assert statuses(reply) == [
        "200", "304", "200", "200", "200", "200", "200", "404", "422", "201", "422", "200", "200", "412",
        "200", "201", "204", "404", "400", "404",
        "400", "405",
    ]  # fmt: skip
    answers = reply.json()["entry"]
    assert answers[0]["resource"]["gender"] == "male"
    assert [("resource" in answers[n]) for n in (1, 2)] == [False, False]
    assert answers[4]["resource"]["type"] == "history"
    assert answers[6]["resource"]["type"] == "searchset"
    places = {n: answers[n]["response"]["outcome"]["issue"][0]["expression"] for n in (8, 10)}
    unresolved = ["Bundle.entry[10].resource.subject.reference"]  # of another entry, so of nothing
    assert places == {8: ["Bundle.entry[8].resource.gender"], 10: unresolved}
    assert answers[12]["response"]["etag"] == 'W/"3"'


async def test_what_transactions_and_batches_return(web: Web) -> None:
    """Checklist line 50: body by Prefer."""
    client = await web.client()
    for type in ("transaction", "batch"):
        for wish, member in (("return=representation", "resource"), ("return=minimal", None)):
            reply = await post(client, entry("POST", "Patient", PATIENT), type=type, Prefer=wish)
            (answer,) = reply.json()["entry"]
            assert {"status", "location", "etag", "lastModified"} <= answer["response"].keys()
            assert answer.keys() - {"response"} == ({member} if member else set())
        reply = await post(
            client, entry("POST", "Patient", PATIENT), type=type, Prefer="return=OperationOutcome"
        )
        assert reply.json()["entry"][0]["response"]["outcome"]["resourceType"] == "OperationOutcome"


async def test_a_transaction_is_all_or_nothing(web: Web) -> None:
    """Checklist line 43."""
    client = await web.client()
    id = (await made(client, patient("1")))["id"]
    for bad, status in (
        (entry("POST", "Patient", {"resourceType": "Patient", "gender": "bogus"}), 422),
        (entry("POST", "Observation", observation("Patient/never")), 422),
        (entry("PUT", "Patient/x", patient(id="x"), ifMatch='W/"7"'), 412),
        (entry("DELETE", f"Patient/{id}", ifMatch='W/"7"'), 412),
        (entry("PATCH", "Patient/never", {"resourceType": "Parameters"}), 404),
        (entry("POST", "Patient", patient("9"), ifNoneExist="nonsense=1"), 400),
        (entry("GET", "Patient/never"), 404),
        (entry("GET", "Patient?birthdate=soon"), 400),
        (entry("GET", "Unicorn"), 404),
    ):
        reply = await post(client, entry("POST", "Patient", patient("2")), bad)
        assert reply.status_code == status, reply.text
        assert issue(reply)["expression"][0].startswith("Bundle.entry[1]")
    assert (await client.get("/Patient")).json()["total"] == 1


async def test_the_order_of_a_transaction_is_that_of_the_rules(web: Web) -> None:
    """Checklist lines 44 and 51: DELETE, POST, PUT, PATCH, conditional references, GET."""
    client = await web.client()
    old, kept = (await made(client, patient("1")))["id"], (await made(client, patient("2")))["id"]
    patch = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": [
        {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "Patient.gender"},
        {"name": "value", "valueCode": "other"},
    ]}]}  # fmt: skip
    reply = await post(
        client,
        entry("GET", f"Patient/{kept}"),
        entry("GET", f"Patient?{KEY.format('1')}&_summary=count"),
        entry("POST", "Observation", observation(f"Patient?{KEY.format('1')}")),
        entry("PATCH", f"Patient/{kept}", patch),
        entry("POST", "Patient", patient("1"), ifNoneExist=KEY.format("1")),
        entry("DELETE", f"Patient/{old}"),
        entry("GET", f"Patient/{kept}/$everything"),
    )
    assert statuses(reply) == ["200", "200", "201", "200", "201", "204", "200"]
    answers = reply.json()["entry"]
    assert answers[0]["resource"]["gender"] == "other"
    assert answers[1]["resource"]["total"] == 1
    assert answers[6]["resource"]["entry"][0]["resource"]["id"] == kept
    new = answers[4]["response"]["location"].split("/_history")[0]
    stored = (await client.get(f"/{answers[2]['response']['location'].split('/_history')[0]}")).json()
    assert (stored["subject"]["reference"], new == f"Patient/{old}") == (new, False)


async def test_full_urls_become_references_everywhere(web: Web) -> None:
    """Checklist lines 45 and 46."""
    client = await web.client()
    rest = "https://other.example/fhir/Practitioner/7"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{MOTHER}">x</a></div>'
    child = patient(
        text={"status": "generated", "div": div},
        link=[{"other": {"reference": MOTHER}, "type": "seealso"}],
        contained=[{"resourceType": "RelatedPerson", "id": "c", "patient": {"reference": MOTHER}}],
        contact=[{"name": {"text": "x"}, "organization": {"reference": CHILD}}],
        generalPractitioner=[{"reference": "Practitioner/7"}, {"reference": "#c2"}],
        extension=[
            {"url": "http://x.example/a", "valueUri": MOTHER},
            {"url": "http://x.example/b", "valueString": MOTHER},
            {"url": "http://x.example/c", "valueReference": {"reference": f"{MOTHER}"}},
        ],
    )
    child["contained"].append({"resourceType": "Practitioner", "id": "c2"})
    child["contact"][0]["extension"] = [{"url": "http://x.example/d", "valueReference": {"reference": "#c"}}]
    reply = await post(
        client,
        entry("POST", "Patient", child, "https://other.example/fhir/Patient/1"),
        entry("POST", "Patient", PATIENT, MOTHER),
        entry("POST", "Organization", {"resourceType": "Organization", "name": "x"}, CHILD),
        entry("POST", "Practitioner", {"resourceType": "Practitioner"}, rest),
    )
    assert statuses(reply) == ["201"] * 4
    stored, mother, organization, practitioner = places(reply)
    found = (await client.get(f"/{stored}")).json()
    assert found["link"][0]["other"]["reference"] == mother
    assert f'href="{mother}"' in found["text"]["div"]
    assert found["contained"][0]["patient"]["reference"] == mother
    assert found["contact"][0]["organization"]["reference"] == organization
    assert [each["reference"] for each in found["generalPractitioner"]] == [practitioner, "#c2"]
    values = [each.get("valueUri") or each.get("valueString") for each in found["extension"][:2]]
    assert values == [mother, MOTHER]
    assert found["extension"][2]["valueReference"]["reference"] == mother


async def test_conditional_entries_give_their_references(web: Web) -> None:
    """Checklist lines 31, 45 and 49 within a transaction."""
    client = await web.client()
    known = (await made(client, patient("1")))["id"]
    reply = await post(
        client,
        entry("POST", "Patient", patient("1"), MOTHER, ifNoneExist=KEY.format("1")),
        entry("PUT", f"Patient?{KEY.format('2')}", patient("2"), CHILD),
        entry("POST", "Observation", observation(MOTHER)),
        entry("POST", "Observation", observation(CHILD)),
    )
    assert statuses(reply) == ["200", "201", "201", "201"]
    first, second, *observations = places(reply)
    assert first == f"Patient/{known}"
    subjects = [(await client.get(f"/{each}")).json()["subject"]["reference"] for each in observations]
    assert subjects == [first, second]
    again = await post(client, entry("PUT", f"Patient?{KEY.format('2')}", patient("2", gender="other")))
    assert (statuses(again), places(again)) == (["200"], [second])


async def test_conditional_references_mean_one_resource(web: Web) -> None:
    """Checklist line 47."""
    client = await web.client()
    asked = entry("POST", "Observation", observation(f"Patient?{KEY.format('1')}"))
    new = entry("POST", "Patient", patient("2"))
    for expected in (("412", "not-found"), ("200", ""), ("412", "multiple-matches")):
        reply = await post(client, asked, new)
        assert str(reply.status_code) == expected[0], reply.text
        if reply.status_code == 412:
            assert (issue(reply)["code"], issue(reply)["expression"]) == (expected[1], ["Bundle.entry[0]"])
        await made(client, patient("1"))
    assert (await client.get(f"/Patient?{KEY.format('2')}")).json()["total"] == 1


async def test_one_resource_stands_once_in_a_transaction(web: Web) -> None:
    """Checklist line 48."""
    client = await web.client()
    id = (await made(client, patient("1")))["id"]
    put = entry("PUT", f"Patient/{id}", patient("1", id=id))
    for other in (
        put,
        entry("DELETE", f"Patient/{id}"),
        entry("DELETE", f"Patient?{KEY.format('1')}"),
        entry("PUT", f"Patient?{KEY.format('1')}", patient("1")),
        entry("PATCH", f"Patient?{KEY.format('1')}", {"resourceType": "Parameters"}),
    ):
        assert (await post(client, put, other)).status_code == 400
    twice = entry("POST", "Patient", patient("2"), ifNoneExist=KEY.format("2"))
    assert (await post(client, twice, twice)).status_code == 400


async def test_2600_entries(web: Web) -> None:
    """Checklist line 54: a large transaction works, and others are served meanwhile."""
    client, other = await web.client(), await web.client()
    urn = "urn:uuid:0d1b5d3e-7b1c-4f55-9b63-{:012d}"
    entries = [entry("POST", "Patient", patient("1"), urn.format(0))]
    entries += [
        entry("POST", "Observation", observation(urn.format(0), note=[{"text": str(number)}]))
        for number in range(2599)
    ]
    slowest, done = 0.0, asyncio.create_task(post(client, *entries))
    while not done.done():
        started = time.perf_counter()
        assert (await other.get("/Patient?gender=female")).status_code == 200
        slowest = max(slowest, time.perf_counter() - started)
    assert statuses(await done) == ["201"] * 2600
    assert slowest < 3
    patient_id = places(await done)[0]
    found = await client.get(f"/Observation?subject={patient_id}&_summary=count")
    assert found.json()["total"] == 2599


async def test_more_entries_than_are_taken_at_once(web: Web) -> None:
    """Checklist line 54."""
    client = await web.client()
    for type in ("transaction", "batch"):
        reply = await post(client, *[entry("GET", "Patient/x")] * 5001, type=type)
        assert (reply.status_code, "5000" in issue(reply)["diagnostics"]) == (413, True)


async def test_20_transactions_over_the_same_patients(web: Web) -> None:
    """Checklist line 107: all succeed or fail whole, and the versions have no gaps."""
    client, other = await web.client(), await web.client()
    ids = [(await made(client, patient(str(number))))["id"] for number in range(3)]

    async def change(number: int) -> int:
        rows = [
            entry("PUT", f"Patient/{id}", patient(str(number), id=id, birthDate=f"19{number + 10}-01-01"))
            for id in (ids if number % 2 else ids[::-1])
        ]
        return int((await post((client, other)[number % 2], *rows)).status_code)

    done = await asyncio.gather(*(change(number) for number in range(20)))
    assert done == [200] * 20
    for id in ids:
        history = (await client.get(f"/Patient/{id}/_history")).json()
        versions = [int(each["resource"]["meta"]["versionId"]) for each in history["entry"]]
        assert versions == list(range(21, 0, -1))
    dates = {(await client.get(f"/Patient/{id}")).json()["birthDate"] for id in ids}
    assert len(dates) == 1, "the last transaction changed all three"


@pytest.mark.parametrize("organization", [None, "Organization/h1"])
async def test_entries_obey_the_same_decision(web: Web, organization: str | None) -> None:
    """Checklist line 72: a Bundle is no back door."""
    regional = await web.client()
    hidden = (await made(regional, patient("1")))["id"]
    narrow = await web.client("system/Observation.cruds", organization=organization)
    for asked in (
        entry("GET", f"Patient/{hidden}"),
        entry("GET", f"Patient?{KEY.format('1')}"),
        entry("POST", "Patient", patient("1"), ifNoneExist=KEY.format("1")),
        entry("DELETE", f"Patient/{hidden}"),
        entry("GET", "Patient/_history"),
    ):
        (status,) = statuses(await post(narrow, asked, type="batch"))
        assert status == "403"
        if asked["request"]["method"] != "GET":
            assert (await post(narrow, asked)).status_code == 403
    probe = observation(f"Patient?{KEY.format('1')}")
    assert (await post(narrow, entry("POST", "Observation", probe))).status_code == 403
    clinic = await web.client(organization="Organization/h1")
    unseen = await post(clinic, entry("POST", "Observation", probe))
    assert (unseen.status_code, issue(unseen)["code"]) == (412, "not-found")
    assert json.dumps(unseen.json()).count(hidden) == 0
