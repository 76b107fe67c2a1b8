"""A real listener with the protocol of the web process, and bytes that are no proper request."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from services.api.protocol import LONGEST_ADDRESS, LONGEST_HEAD, Protocol
from tests.support.web import free_socket


async def _app(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    listening = free_socket()
    server = uvicorn.Server(uvicorn.Config(_app, http=Protocol, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    yield listening.getsockname()[1]
    server.should_exit = True
    await serving


async def answer(port: int, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await asyncio.wait_for(reader.read(4000), 10)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b"NONSENSE\r\n\r\n", b"400 Bad Request", "not HTTP"),
        (
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            b"414 URI Too Long",
            str(LONGEST_ADDRESS),
        ),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 250_000, b"431 Request Header", str(LONGEST_HEAD)),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 50_000, b"431 Request Header", str(LONGEST_HEAD)),
    ],
    ids=["no HTTP", "address", "one header", "many headers"],
)
async def test_what_cannot_be_read_is_answered_in_fhir(
    port: int, sent: bytes, status: bytes, words: str
) -> None:
    """Checklist line 105."""
    head, _, body = (await answer(port, sent)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + status)
    ids = {re.search(rb"x-request-id: ([0-9a-f-]{36})", each)[1] for each in (head, await answer(port, sent))}  # type: ignore[index]
    assert len(ids) == 2
    outcome = json.loads(body)
    assert outcome["resourceType"] == "OperationOutcome"
    assert words in outcome["issue"][0]["diagnostics"]


async def test_long_bodies_and_several_requests_are_no_long_heads(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" + b"a" * 300_000
    assert (await answer(port, request)).endswith(b"ok")
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(50):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000 + b"\r\n\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b"ok"), 10)).startswith(b"HTTP/1.1 200")
    writer.close()
