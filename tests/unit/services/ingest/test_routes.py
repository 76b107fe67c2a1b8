"""HL7 v2 over HTTP, by a real web process: checklist line 8 of the feed."""

import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from adapters.v2_to_fhir.source import Source
from auth.store import clients
from services.sources import Terms, register
from tests.support.http_client import http_client
from tests.support.messages import adt
from tests.support.web import Web

ER7 = {"Content-Type": "application/hl7-v2; charset=UTF-8"}


async def token(web: Web, scope: str = "system/*.c") -> tuple[str, str]:
    """A client's id and its bearer header."""
    record, secret = await clients.register(
        web.platform.database, name="HIS", scope=scope, organization="Organization/h1", regional=False
    )
    form = {"grant_type": "client_credentials"}
    reply = await web.http.post(f"{web.address}/oauth/token", data=form, auth=(record.id, secret or ""))
    return record.id, f"Bearer {reply.json()['access_token']}"


@pytest.fixture
async def hospital(web: Web) -> AsyncIterator[httpx.AsyncClient]:
    """An HTTP client whose token speaks for TEST1."""
    id, bearer = await token(web)
    await register(web.platform.database, Source("TEST1", "Organization/h1"), terms=Terms(client=id))
    headers = ER7 | {"Authorization": bearer}
    async with http_client(base_url=web.address, headers=headers) as client:
        yield client


async def rows(web: Web) -> list[tuple[str, str, str]]:
    found = await web.platform.database["inbox"].find().sort("_id", 1).to_list()
    return [(row["control_id"], row["state"], row["source"]) for row in found]


async def test_line_8_a_message_is_durable_and_acknowledged_in_its_character_set(
    web: Web, hospital: httpx.AsyncClient
) -> None:
    chinese = adt().replace("UNICODE UTF-8", "GB18030").replace("|TEST1|", "|TEST1|").encode("gb18030")
    reply = await hospital.post("/hl7v2", content=chinese)
    assert reply.status_code == 200
    assert b"MSA|AA|C1" in reply.content
    assert reply.headers["content-type"] == "application/hl7-v2; charset=GB18030"
    assert await rows(web) == [("C1", "received", "TEST1")]


async def test_line_8_an_error_is_told_in_the_body_and_the_same_message_gets_the_same_answer(
    web: Web, hospital: httpx.AsyncClient
) -> None:
    wrong = await hospital.post("/hl7v2", content=adt("C2").replace("ADT^A01", "XXX^A01").encode())
    assert (wrong.status_code, b"MSA|AR|C2" in wrong.content) == (200, True)
    first, again = [await hospital.post("/hl7v2", content=adt().encode()) for _ in range(2)]
    assert first.content == again.content
    assert [row[:2] for row in await rows(web)] == [("C2", "refused"), ("C1", "received")]


async def test_line_8_who_wants_no_answer_gets_none(web: Web, hospital: httpx.AsyncClient) -> None:
    silent = adt().replace("|P|2.4||||||", "|P|2.4|||NE|NE||")
    reply = await hospital.post("/hl7v2", content=silent.encode())
    assert (reply.status_code, reply.content) == (204, b"")
    assert len(await rows(web)) == 1


async def test_line_7_a_batch_over_http(web: Web, hospital: httpx.AsyncClient) -> None:
    reply = await hospital.post("/hl7v2", content=f"BHS|^~\\&|HIS|TEST1\r{adt()}{adt('C2')}BTS|2\r".encode())
    assert reply.content.startswith(b"BHS|")
    assert [row[0] for row in await rows(web)] == ["C1", "C2"]


@pytest.mark.parametrize(
    "kind", ["application/json", "", "application/hl7-v2+xml", "application/hl7-v2; charset=x"]
)
async def test_line_8_another_content_type_is_415(web: Web, hospital: httpx.AsyncClient, kind: str) -> None:
    reply = await hospital.post("/hl7v2", content=adt().encode(), headers={"Content-Type": kind})
    assert reply.status_code == 415
    assert await rows(web) == []


async def test_line_8_haapi_s_other_content_type(web: Web, hospital: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "x-application/hl7-v2+er7"}
    assert (await hospital.post("/hl7v2", content=adt().encode(), headers=headers)).status_code == 200


async def test_line_8_the_charset_of_the_request_counts_where_msh_18_is_silent(
    web: Web, hospital: httpx.AsyncClient
) -> None:
    silent = adt(name="陳^大文").replace("李^医生", "李^醫").replace("||||||UNICODE UTF-8", "").encode("big5")
    headers = {"Content-Type": "application/hl7-v2; charset=Big5"}
    assert (await hospital.post("/hl7v2", content=silent, headers=headers)).status_code == 200
    (row,) = await web.platform.database["inbox"].find().to_list()
    assert row["charset"] == "cp950"


async def test_line_8_above_the_limit_is_413(web: Web, hospital: httpx.AsyncClient) -> None:
    limit = web.platform.settings.max_message_bytes

    async def chunked() -> AsyncIterator[bytes]:
        yield adt().encode()
        for _ in range(limit // 1_000_000 + 1):
            yield b"x" * 1_000_000

    for body in (b"x" * (limit + 1), chunked()):
        # A server that stops reading may close before the client has sent all.
        with contextlib.suppress(httpx.WriteError, httpx.ReadError):
            assert (await hospital.post("/hl7v2", content=body)).status_code == 413
    assert await rows(web) == []
    assert (await hospital.post("/hl7v2", content=adt().encode())).status_code == 200


async def test_line_8_without_a_token_is_401(web: Web, hospital: httpx.AsyncClient) -> None:
    reply = await web.http.post(f"{web.address}/hl7v2", content=adt().encode(), headers=ER7)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert await rows(web) == []


async def test_line_8_a_token_that_may_not_create_is_403(web: Web, hospital: httpx.AsyncClient) -> None:
    _, bearer = await token(web, "system/*.rs")
    headers = ER7 | {"Authorization": bearer}
    reply = await web.http.post(f"{web.address}/hl7v2", content=adt().encode(), headers=headers)
    assert reply.status_code == 403
    assert await rows(web) == []


async def test_line_5_a_client_speaks_for_its_own_source_alone(web: Web, hospital: httpx.AsyncClient) -> None:
    await register(web.platform.database, Source("TEST2", "Organization/h2"), terms=Terms(client="another"))
    await register(web.platform.database, Source("TEST3", "Organization/h3"))
    for facility in ("TEST2", "TEST3", "NOBODY"):
        reply = await hospital.post("/hl7v2", content=adt(facility=facility).encode())
        assert b"MSA|AR|" in reply.content
    assert {state for _, state, _ in await rows(web)} == {"refused"}


async def test_line_67_a_source_registered_later_sends_without_a_restart(
    web: Web, hospital: httpx.AsyncClient
) -> None:
    assert (await hospital.post("/hl7v2", content=adt().encode())).status_code == 200
    id, bearer = await token(web)
    await register(web.platform.database, Source("LATER", "Organization/h1"), terms=Terms(client=id))
    headers = ER7 | {"Authorization": bearer}
    reply = await web.http.post(
        f"{web.address}/hl7v2", content=adt(facility="LATER").encode(), headers=headers
    )
    assert b"MSA|AA|C1" in reply.content
