"""Input that means to be read as something else; security-and-scale.md, line 38.

Sizes, depths and character sets: test_bad_input.py, test_edge.py. Here: entities of XML, operators of the
database, addresses that the server should call.
"""

import asyncio
import json
import time
from typing import Any

import pytest

from tests.functional.api.exchange import JSON, made
from tests.support.web import Web

ENTITIES = {
    "an outside entity": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><div xmlns="{n}">&x;</div>',
    "an outside DTD": '<!DOCTYPE d SYSTEM "{listener}/d"><div xmlns="{n}">x</div>',
    "a billion laughs": '<!DOCTYPE d [<!ENTITY a "{many}"><!ENTITY b "&a;&a;">]><div xmlns="{n}">&b;</div>',
    "an image from elsewhere": '<div xmlns="{n}"><img src="{listener}/i"/></div>',
    "an inclusion": '<div xmlns="{n}"><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/x"/></div>',
}
NAMESPACE = "http://www.w3.org/1999/xhtml"
OPERATORS = [
    "name[$ne]=x", "name={\"$ne\":null}", "$where=sleep(2000)", "identifier[$regex]=.*", "_id[$gt]=",
    "_id={$gt:''}", "_filter=name eq {$ne:1}", "_sort={$natural:1}", "_count[$gt]=0", "name:contains=.*",
    "name=.*", "_id=.*", "name=(a%2B)%2B$", "_elements=$where", "identifier=$regex|.*",
]  # fmt: skip


class Listener:
    """Counts who connects."""

    def __init__(self) -> None:
        self.reached = 0
        self.address = ""

    def accept(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.close()


@pytest.mark.parametrize("name", ENTITIES)
async def test_line_38_a_narrative_brings_nothing_in(web: Web, name: str) -> None:
    listener = Listener()
    server = await asyncio.start_server(listener.accept, "127.0.0.1", 0)
    async with server:
        listener.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        filled = {"{n}": NAMESPACE, "{listener}": listener.address, "{many}": "ha" * 20_000}
        div = ENTITIES[name]
        for mark, text in filled.items():
            div = div.replace(mark, text)
        patient = {"resourceType": "Patient", "text": {"status": "generated", "div": div}}
        reply = await (await web.client()).post("/Patient", json=patient, headers=JSON)
    assert reply.status_code in (400, 422), reply.text[:300]
    assert listener.reached == 0


async def test_line_38_no_reference_makes_the_server_call_anybody(web: Web) -> None:
    client, listener = await web.client(), Listener()
    server = await asyncio.start_server(listener.accept, "127.0.0.1", 0)
    async with server:
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        id = (await made(client, {"resourceType": "Patient", "photo": [{"url": f"{address}/p"}]}))["id"]
        away = {
            "resourceType": "Observation", "status": "final", "code": {"text": "x"},
            "meta": {"profile": [f"{address}/StructureDefinition/x"]},
            "subject": {"reference": f"Patient/{id}"},
            "performer": [{"reference": f"{address}/fhir/Practitioner/1"}],
            "extension": [{"url": f"{address}/e", "valueUri": f"{address}/v"}],
        }  # fmt: skip
        stored = await client.post("/Observation", json=away, headers=JSON)
        for path in (
            "Observation?_include=*&_include:iterate=*",
            f"Observation?performer={address}/fhir/Practitioner/1",
            f"Patient/{id}/$everything",
            f"ValueSet/$expand?url={address}/ValueSet/x",
            f"CodeSystem/$lookup?system={address}/CodeSystem/x&code=1",
            f"Observation?code:in={address}/ValueSet/x",
        ):
            assert (await client.get(f"/{path}")).status_code < 500, path
        validated = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": away}]}
        assert (await client.post("/Observation/$validate", json=validated, headers=JSON)).status_code < 500
    assert stored.status_code < 500
    assert listener.reached == 0


@pytest.mark.parametrize("query", OPERATORS)
async def test_line_38_an_operator_of_the_database_is_only_a_text(web: Web, query: str) -> None:
    client = await web.client()
    await made(
        client, {"resourceType": "Patient", "name": [{"family": "HTEST"}], "identifier": [{"value": "1"}]}
    )
    begin = time.monotonic()
    reply = await client.get(f"/Patient?{query}", headers={"Prefer": "handling=strict"})
    assert time.monotonic() - begin < 2
    found = reply.json().get("entry", []) if reply.status_code == 200 else []
    assert reply.status_code in (200, 400)
    assert [each for each in found if each.get("search", {}).get("mode") == "match"] == []


async def test_line_38_an_operator_in_a_resource_is_refused_or_kept_as_a_text(web: Web) -> None:
    client = await web.client()
    for member in ("$where", "$set", "a.b", "__proto__"):
        named: dict[str, Any] = {"resourceType": "Patient", member: {"$gt": ""}}
        assert (await client.post("/Patient", json=named, headers=JSON)).status_code in (400, 422)
    text = '{"$where":"sleep(1000)"}'
    kept = await made(client, {"resourceType": "Patient", "name": [{"family": text, "given": ["$ne", ".*"]}]})
    assert (await client.get(f"/Patient/{kept['id']}")).json()["name"][0]["family"] == text
    assert json.loads((await client.get("/Patient", params={"family:exact": text})).text)["total"] == 1
