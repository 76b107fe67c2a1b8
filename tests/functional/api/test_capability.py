"""The CapabilityStatement cannot lie: all that it claims is tried over HTTP. Checklist line 93."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from fhir.definitions.compartments import compartments
from fhir.validation import errors
from tests.functional.api.test_interactions import JSON
from tests.support.minimal import minimal
from tests.support.values import value_of
from tests.support.web import Web

_AT_ONCE = 8
_INCLUDES = 20
PATCH = {"Content-Type": "application/json-patch+json"}
TRIED = frozenset(
    {
        "create",
        "delete",
        "history-instance",
        "history-type",
        "patch",
        "read",
        "search-type",
        "update",
        "vread",
    }
)


async def statement(web: Web, query: str = "") -> dict[str, Any]:
    reply = await web.http.get(f"{web.fhir}/metadata{query}")
    assert reply.status_code == 200, reply.text
    told: dict[str, Any] = reply.json()
    return told


async def together(work: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Everything, a few at once."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Callable[[], Awaitable[None]]) -> None:
        async with room:
            await each()

    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(one(each))


class Walk:
    """Tries what the statement says of one type."""

    def __init__(self, client: httpx.AsyncClient, told: dict[str, Any]) -> None:
        self.client, self.told, self.type = client, told, told["type"]
        self.codes = {each["code"] for each in told["interaction"]}

    async def ask(self, status: int, method: str, path: str, **more: Any) -> httpx.Response:
        reply = await self.client.request(method, path, **more)
        assert reply.status_code == status, (method, path, reply.status_code, reply.text[:500])
        return reply

    async def interactions(self) -> None:
        """One resource through its life, by every interaction that is claimed; what is not is refused."""
        assert self.codes <= TRIED
        body = minimal(self.type)
        if "create" not in self.codes:
            assert (await self.client.post(f"/{self.type}", json=body, headers=JSON)).status_code in (
                403,
                405,
            )
            return
        created = await self.ask(201, "POST", f"/{self.type}", json=body, headers=JSON)
        id, path = created.json()["id"], f"/{self.type}/{created.json()['id']}"
        seen = await self.ask(200, "GET", path)
        await self.conditional_read(path, seen)
        changed = seen.json() | {"language": "en"}
        await self.ask(200, "PUT", path, json=changed, headers=JSON)
        await self.patched(path)
        if self.type in ("Patient", "Observation"):
            await self.patched_by_fhirpath(path)
        await self.ask(200, "GET", f"{path}/_history/1")
        history = await self.ask(200, "GET", f"{path}/_history")
        assert history.json()["total"] >= 2
        listed = await self.client.get(f"/{self.type}/_history")
        assert (listed.status_code == 200) == ("history-type" in self.codes), (self.type, listed.text)
        await self.conditional_writes(id, changed)
        await self.ask(204, "DELETE", path)
        await self.ask(410, "GET", path)
        new = f"new-{self.type}"[:64]
        made = await self.client.put(f"/{self.type}/{new}", json=body | {"id": new}, headers=JSON)
        assert (made.status_code == 201) == self.told["updateCreate"]

    async def conditional_read(self, path: str, seen: httpx.Response) -> None:
        assert self.told["conditionalRead"] == "full-support"
        await self.ask(304, "GET", path, headers={"If-None-Match": seen.headers["etag"]})
        await self.ask(304, "GET", path, headers={"If-Modified-Since": seen.headers["last-modified"]})

    async def patched(self, path: str) -> None:
        patch = json.dumps([{"op": "add", "path": "/language", "value": "fr"}])
        reply = await self.client.patch(path, content=patch, headers=PATCH)
        assert (reply.status_code == 200) == ("patch" in self.codes), reply.text

    async def patched_by_fhirpath(self, path: str) -> None:
        parts = [
            {"name": "type", "valueCode": "replace"},
            {"name": "path", "valueString": f"{self.type}.language"},
            {"name": "value", "valueCode": "de"},
        ]
        body = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
        assert (await self.ask(200, "PATCH", path, json=body, headers=JSON)).json()["language"] == "de"

    async def conditional_writes(self, id: str, body: dict[str, Any]) -> None:
        """By `_id`, which finds one; a form that is not claimed is refused."""
        criteria = f"_id={id}"
        headers = JSON | {"If-None-Exist": criteria}
        created = await self.client.post(f"/{self.type}", json=body, headers=headers)
        assert (created.status_code == 200) == self.told["conditionalCreate"]
        updated = await self.client.put(f"/{self.type}?{criteria}", json=body, headers=JSON)
        assert (updated.status_code == 200) == self.told["conditionalUpdate"]
        deleted = await self.client.delete(f"/{self.type}?_id=nobody-has-this")
        assert (deleted.status_code < 300 or deleted.status_code == 404) == (
            self.told["conditionalDelete"] != "not-supported"
        )

    async def searches(self) -> None:
        """Each parameter with a well-formed value is understood and stays in the self link."""
        parameters = [(each["name"], value_of(self.type, each)) for each in self.told["searchParam"]]
        strict = {"Prefer": "handling=strict"}
        reply = await self.client.get(f"/{self.type}?{urlencode(parameters)}", headers=strict)
        if reply.status_code == 200:
            kept = _self(reply.json())
            assert [pair for pair in parameters if pair not in kept] == []
            return
        for pair in parameters:  # to name the one that fails
            await self.ask(200, "GET", f"/{self.type}?{urlencode([pair])}", headers=strict)
        raise AssertionError((self.type, reply.text))

    async def includes(self) -> None:
        pairs = [("_include", each) for each in self.told.get("searchInclude", ())]
        pairs += [("_revinclude", each) for each in self.told.get("searchRevInclude", ())]
        for start in range(0, len(pairs), _INCLUDES):
            asked = pairs[start : start + _INCLUDES]
            reply = await self.ask(200, "GET", f"/{self.type}?_id=x&{urlencode(asked)}")
            assert [pair for pair in asked if pair not in _self(reply.json())] == []

    async def operations(self) -> None:
        """Each operation is there (an unknown instance is another 404 than an unknown operation)."""
        for each in self.told.get("operation", ()):
            places = (f"/{self.type}/${each['name']}", f"/{self.type}/nobody/${each['name']}")
            texts = [(await self.client.get(place)).text for place in places]
            assert not all("no such operation" in text for text in texts), each
        reply = await self.ask(404, "GET", f"/{self.type}/$nobody-knows")
        assert "no such operation" in reply.text


def _self(bundle: dict[str, Any]) -> list[tuple[str, str]]:
    (url,) = [link["url"] for link in bundle["link"] if link["relation"] == "self"]
    return parse_qsl(urlsplit(url).query)


async def test_all_that_is_claimed_of_each_type_is_done(web: Web) -> None:
    """Checklist line 93: every interaction, parameter, include and operation."""
    client = await web.client()
    client.headers["Accept"] = "application/fhir+json"
    told = (await statement(web))["rest"][0]["resource"]
    assert len(told) == 144
    walks = [Walk(client, each) for each in told]
    await together(walk.interactions for walk in walks)
    await together(walk.searches for walk in walks)
    await together(walk.includes for walk in walks)
    await together(walk.operations for walk in walks)


async def test_all_that_is_claimed_of_the_system_is_done(web: Web) -> None:
    client = await web.client()
    rest = (await statement(web))["rest"][0]
    codes = {each["code"] for each in rest["interaction"]}
    for kind in ("batch", "transaction"):
        reply = await client.post("/", json={"resourceType": "Bundle", "type": kind}, headers=JSON)
        assert (reply.status_code == 200) == (kind in codes)
    assert ((await client.get("/_history")).status_code == 200) == ("history-system" in codes)
    assert ((await client.get("/?_id=x")).status_code == 200) == ("search-system" in codes)
    await web.put(*(minimal(name) | {"id": "x"} for name in compartments()))
    claimed = {each.rpartition("/")[2].lower() for each in rest.get("compartment", ())}
    for name, inside in compartments().items():
        reply = await client.get(f"/{name}/x/{min(inside)}")
        assert (reply.status_code == 200) == (name.lower() in claimed), (name, reply.text)
    for each in rest.get("operation", ()):
        assert "no such operation" not in (await client.get(f"/${each['name']}")).text
    for name in ("export", "graphql", "convert"):
        assert (await client.get(f"/${name}")).status_code == 404


async def test_it_is_open_valid_and_says_what_it_is(web: Web) -> None:
    """Checklist line 93: unauthenticated, 4.0.1, formats, SMART, instance of this server."""
    told = await statement(web)
    assert errors(told) == []
    assert (told["fhirVersion"], told["kind"], told["format"]) == (
        "4.0.1", "instance", ["application/fhir+json", "json"],
    )  # fmt: skip
    assert told["patchFormat"] == ["application/json-patch+json", "application/fhir+json"]
    assert told["implementation"]["url"] == web.fhir
    (service,) = told["rest"][0]["security"]["service"]
    assert service["coding"][0]["code"] == "SMART-on-FHIR"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("mode=full", 200), ("mode=normative", 200), ("mode=terminology", 200),
        ("mode=terminology&_summary=true", 200), ("mode=bogus", 400), ("_format=json", 200),
        ("_format=xml", 406), ("_summary=true", 200), ("_summary=count", 400), ("_elements=rest", 200),
        ("nobody=knows", 400), ("_pretty=true", 200),
    ],
)  # fmt: skip
async def test_its_own_parameters(web: Web, query: str, status: int) -> None:
    reply = await web.http.get(f"{web.fhir}/metadata?{query}")
    assert reply.status_code == status, reply.text
    wanted = "TerminologyCapabilities" if "terminology" in query else "CapabilityStatement"
    assert status != 200 or reply.json()["resourceType"] == wanted


async def test_parts_of_it(web: Web) -> None:
    normative = await statement(web, "?mode=normative")
    assert "Patient" in str(normative["rest"][0]["resource"])
    assert len(normative["rest"][0]["resource"]) == 9
    part = await statement(web, "?_elements=software")
    assert part["meta"]["tag"][0]["code"] == "SUBSETTED"
    assert ("software" in part, "rest" in part) == (True, False)


async def test_what_terminology_it_knows(web: Web) -> None:
    """Checklist line 93: mode=terminology."""
    own = {"resourceType": "CodeSystem", "id": "own", "url": "http://example.org/own", "status": "active",
           "content": "complete", "concept": [{"code": "a"}]}  # fmt: skip
    await web.put(own)
    told = await statement(web, "?mode=terminology")
    assert (told["resourceType"], errors(told)) == ("TerminologyCapabilities", [])
    systems = {each["uri"] for each in told["codeSystem"]}
    assert {"http://example.org/own", "http://hl7.org/fhir/administrative-gender"} <= systems
    client = await web.client()
    for system, code in {"http://example.org/own": "a", "http://unitsofmeasure.org": "mg"}.items():
        assert system in systems
        assert (await client.get(f"/CodeSystem/$lookup?system={system}&code={code}")).status_code == 200
    await web.put(own | {"status": "retired"})
    again = await statement(web, "?mode=terminology")
    assert "http://example.org/own" not in {each["uri"] for each in again["codeSystem"]}


async def test_it_is_sent_once(web: Web) -> None:
    first = await web.http.get(f"{web.fhir}/metadata")
    again = await web.http.get(f"{web.fhir}/metadata", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await web.http.head(f"{web.fhir}/metadata")
    assert (head.status_code, head.headers["etag"]) == (200, first.headers["etag"])


async def test_profiles_that_are_stored_are_told(web: Web) -> None:
    """Checklist line 93: supportedProfile."""
    url = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"
    profile = minimal("StructureDefinition") | {
        "id": "p", "url": url, "type": "Patient", "kind": "resource", "derivation": "constraint",
        "abstract": False, "status": "active", "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    }  # fmt: skip
    await web.put(profile)
    told = {each["type"]: each for each in (await statement(web))["rest"][0]["resource"]}
    assert told["Patient"]["supportedProfile"] == [url]
    assert "supportedProfile" not in told["Observation"]
    await web.put(profile | {"status": "retired"})
    told = {each["type"]: each for each in (await statement(web))["rest"][0]["resource"]}
    assert "supportedProfile" not in told["Patient"]
