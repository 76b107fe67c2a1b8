"""Bad input: a precise 4xx with an OperationOutcome in bounded time, never a fault of ours."""

import asyncio
import http.client
import json
import random
import resource
import time

import pytest

from tests.functional.api.exchange import JSON, JSON_PATCH, PATIENT, bundle, entry, issue, made
from tests.support.web import Web

DEEP = 10_000
BODIES = {
    "nothing": b"",
    "half": b'{"resourceType":"Patient",',
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "no type": b"{}",
    "a type that is no text": b'{"resourceType":5}',
    "an unknown type": b'{"resourceType":"Unicorn"}',
    "a prototype": b'{"resourceType":"Patient","__proto__":{"x":1}}',
    "an operator": b'{"resourceType":"Patient","gender":{"$gt":""}}',
    "where": b'{"resourceType":"Patient","$where":"sleep(1000)"}',
    "deep lists": b'{"resourceType":"Patient","name":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"resourceType":"Patient","x":' + b'[{"x":' * DEEP + b"[]" + b"}]" * DEEP + b"}",
    "not a number": b'{"resourceType":"Patient","x":NaN}',
    "infinity": b'{"resourceType":"Patient","x":-Infinity}',
    "half a pair": b'{"resourceType":"Patient","name":[{"text":"\\ud800"}]}',
    "half a pair as a key": b'{"resourceType":"Patient","\\udfff":1}',
    "a key twice": b'{"resourceType":"Patient","gender":"male","gender":"female"}',
    "a huge number": b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 5000 + b"}",
    "a huge exponent": b'{"resourceType":"Patient","x":1e999999999999999999}',
    "no utf-8": b'{"resourceType":"Patient","name":[{"text":"\xff"}]}',
    "utf-16": '{"resourceType":"Patient"}'.encode("utf-16"),
    "a nul": b'{"resourceType":"Patient","name":[{"text":"\\u0000"}]}',
    "meta that is none": b'{"resourceType":"Patient","meta":[5]}',
    "an id that is none": b'{"resourceType":"Patient","id":{"x":1}}',
    "tags that are none": b'{"resourceType":"Patient","meta":{"tag":[null,"x"],"profile":5,"security":{}}}',
    "a bundle of nonsense": b'{"resourceType":"Bundle","type":"transaction","entry":[null,5,{"request":7}]}',
}  # fmt: skip


def routes(id: str) -> list[tuple[str, str, dict[str, str]]]:
    return [
        ("POST", "/Patient", JSON),
        ("POST", "/Patient", JSON | {"If-None-Exist": "identifier=1"}),
        ("PUT", f"/Patient/{id}", JSON),
        ("PUT", "/Patient?identifier=1", JSON),
        ("PATCH", f"/Patient/{id}", JSON),
        ("PATCH", f"/Patient/{id}", JSON_PATCH),
        ("PATCH", "/Patient?gender=male", JSON_PATCH),
        ("POST", "/", JSON),
        ("POST", "/Binary", JSON),
        ("POST", f"/Patient/{id}/$everything", JSON),
        ("POST", "/Patient/_search", {"Content-Type": "application/x-www-form-urlencoded"}),
    ]


@pytest.mark.parametrize("name", BODIES)
async def test_a_body_is_refused_by_every_route(web: Web, name: str) -> None:
    client = await web.client()
    id = (await made(client, PATIENT))["id"]
    for method, path, headers in routes(id):
        started = time.perf_counter()
        reply = await client.request(method, path, content=BODIES[name], headers=headers)
        assert reply.status_code < 500, (method, path, reply.text)
        assert time.perf_counter() - started < 5
        if reply.status_code >= 400:
            assert issue(reply)["diagnostics"]
        elif "_search" not in path and "everything" not in path:
            assert name == "nothing" or b"__proto__" not in reply.content, (method, path)
    assert (await client.get(f"/Patient/{id}")).headers["etag"] == 'W/"1"'


async def test_a_byte_order_mark_is_no_mistake(web: Web) -> None:
    client = await web.client()
    body = b"\xef\xbb\xbf" + json.dumps(PATIENT).encode()
    assert (await client.post("/Patient", content=body, headers=JSON)).status_code == 201


async def test_bad_resources_within_bundles(web: Web) -> None:
    client = await web.client()
    for name, body in BODIES.items():
        inner = body if body and body.strip() else b"null"
        for type in (b"batch", b"transaction"):
            for request in (b'{"method":"POST","url":"Patient"}', b'{"method":"PATCH","url":"Patient/x"}'):
                whole = b'{"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,"request":%s}]}'
                reply = await client.post("/", content=whole % (type, inner, request), headers=JSON)
                assert reply.status_code < 500, (name, type, reply.text)


async def upload(web: Web, token: str, *headers: bytes, chunk: bytes = b"") -> bytes:
    """The answer to a POST whose body never ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.address.rpartition(":")[2]))
    lines = [
        b"POST /fhir/Patient HTTP/1.1",
        b"Host: x",
        b"Authorization: " + token.encode(),
        b"Content-Type: application/fhir+json",
        *headers,
    ]
    writer.write(b"\r\n".join([*lines, b"", b""]))
    answer = asyncio.create_task(reader.read(4000))
    try:
        while chunk and not answer.done():
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # the server has closed the connection
    try:
        return await asyncio.wait_for(answer, 10)
    finally:
        writer.close()


async def test_50_megabytes_and_more(web: Web) -> None:
    """The limit is named, by Content-Length before anything is read and else while it is read."""
    client = await web.client()
    token = client.headers["authorization"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    answers = [
        await upload(web, token, b"Content-Length: 5000000000"),
        await upload(
            web, token, b"Transfer-Encoding: chunked", chunk=b"f4240\r\n" + b" " * 1_000_000 + b"\r\n"
        ),
    ]
    for answer in answers:
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"50000000 bytes" in answer
    assert time.perf_counter() - started < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


async def test_who_sends_everything_before_reading_hears_the_limit(web: Web) -> None:
    """The connection is not reset under a client that is still sending (RFC 9112 9.6)."""
    token = (await web.client()).headers["authorization"]
    host, port = web.fhir.removeprefix("http://").removesuffix("/fhir").split(":")

    def told() -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        headers = {"Authorization": token, "Content-Type": "application/fhir+json"}
        connection.request("POST", "/fhir/Patient", body=b" " * 60_000_000, headers=headers)
        reply = connection.getresponse()
        return reply.status, reply.read()

    status, body = await asyncio.to_thread(told)
    assert (status, b"50000000 bytes" in body) == (413, True)


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ("name=" + "a" * 65_000, {200, 400}),
        ("&".join(["name=a"] * 1001), {414}),
        ("&".join(["name=a"] * 900), {400}),
        ("_id=" + ",".join(["a"] * 10_001), {400}),
        ("name=" + "%2C" * 10_001, {200, 400}),
        ("name:contains=" + "(a%2B)%2B" * 1000, {200, 400}),
        ("name=%FF", {400}),
        ("name=%ED%A0%80", {400}),
        ("name=%00", {400}),
        ("$where=1", {200, 400}),
        ("name[$gt]=", {200, 400}),
        ("birthdate=ge" + "9" * 5000, {400}),
        ("_count=" + "9" * 5000, {200, 400}),
        ("_count=-1", {400}),
        ("_sort=" + ",".join(["name"] * 5000), {400}),
        ("_elements=" + ",".join(["name"] * 5000), {200, 400}),
        ("_include=" + "Patient:organization" * 2000, {400}),
        ("_cursor=" + "A" * 5000, {400}),
        ("&&==&=&", {200, 400}),
    ],
)
async def test_queries_end_in_time_and_name_the_limit(web: Web, query: str, statuses: set[int]) -> None:
    client = await web.client()
    await made(client, PATIENT)
    for path in ("/Patient", "/Patient/_history", "/_history", "/Patient/x", "/Binary/x"):
        started = time.perf_counter()
        reply = await client.get(f"{path}?{query}")
        assert reply.status_code < 500, reply.text
        assert path != "/Patient" or reply.status_code in statuses, reply.text
        assert time.perf_counter() - started < 5
        if reply.status_code >= 400:
            assert issue(reply)["diagnostics"]
    for method in ("PUT", "PATCH", "DELETE"):
        kind = JSON_PATCH if method == "PATCH" else JSON
        body = b"[]" if method == "PATCH" else json.dumps(PATIENT).encode()
        reply = await client.request(method, f"/Patient?{query}", content=body, headers=kind)
        assert reply.status_code < 500, (method, reply.text)
    asked = JSON | {"If-None-Exist": query[:60_000]}
    assert (await client.post("/Patient", json=PATIENT, headers=asked)).status_code < 500


@pytest.mark.parametrize(
    ("sent", "status", "limit"),
    [
        (b"GET /fhir/Patient?name=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414", b"65535"),
        (b"GET /fhir/Patient HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 300_000, b"431", b"200000"),
    ],
    ids=["address", "header"],
)
async def test_a_head_that_is_too_long(web: Web, sent: bytes, status: bytes, limit: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.address.rpartition(":")[2]))
    writer.write(sent)
    answer = await asyncio.wait_for(reader.read(4000), 10)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert limit in answer


async def test_a_form_too_long(web: Web) -> None:
    client = await web.client()
    for data, status in (({"name": "a" * 100_000}, 413), ({"_id": ",".join(["a"] * 10_001)}, 400)):
        reply = await client.post("/Patient/_search", data=data)
        assert (reply.status_code, bool(issue(reply)["diagnostics"])) == (status, True)


PIECES = [
    "Patient", "Observation", "Binary", "AuditEvent", "_history", "_search", "$everything", "$", "x", "%00",
    "%2e%2e", "%F0%9F%98%80", "metadata", "Patient?_id=x", "1", "a" * 65, "", "*", "{id}",
]  # fmt: skip
HEADERS = {
    "If-Match": ['W/"1"', "*", "\xff", '"' * 50, ""],
    "If-None-Match": ["*", "W/", ",,,", '"1"'],
    "If-Modified-Since": ["now", "Sun, 99 Zzz 0000 99:99:99 GMT", "\xff"],
    "If-None-Exist": ["", "_id=x", "?", "&", "\xff"],
    "Prefer": ["return=x", "handling=strict;;", "=", "\xff"],
    "Accept": ["", "*", ";;;q", "application/fhir+json;q=x", "a/b, */*;q=0", "\xff"],
    "Content-Type": ["", "application/fhir+json", "application/json-patch+json", "text/plain", ";", "\xff"],
    "Content-Encoding": ["gzip", "identity", "deflate, gzip"],
    "X-Provenance": ["{}", "null", "{", "\xff"],
    "X-Security-Context": ["Patient/x", "\xff"],
    "X-Request-Id": ["a b", "\xff"],
    "Range": ["bytes=0-0"],
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@pytest.mark.parametrize("seed", range(4))
async def test_no_combination_is_a_fault_of_ours(web: Web, seed: int) -> None:
    """A fuzz over methods, addresses, headers and bodies; each seed is the same requests every time."""
    client = await web.client()
    chance = random.Random(seed)
    bodies = [*BODIES.values(), json.dumps(PATIENT).encode(), json.dumps(bundle(entry("GET", "x"))).encode()]

    async def one(number: int) -> None:
        path = "/" + "/".join(chance.choices(PIECES, k=chance.randrange(5)))
        picked = chance.sample(sorted(HEADERS), chance.randrange(5))
        headers = {name: chance.choice(HEADERS[name]).encode("latin-1") for name in picked}
        method, body = chance.choice(METHODS), chance.choice(bodies)
        reply = await client.request(method, path, content=body, headers=headers)
        assert reply.status_code < 500, (method, path, headers, body[:100], reply.text)
        if reply.status_code >= 400 and method != "HEAD" and reply.content:
            assert issue(reply)

    for number in range(150):
        await one(number)
