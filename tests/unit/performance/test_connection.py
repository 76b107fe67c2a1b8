import asyncio

import pytest

from tests.performance.connection import Connection, ProtocolError, length, request


def test_a_request_has_its_token_and_length() -> None:
    made = request("POST", "/fhir/Patient", "secret", b"{}")
    assert made.startswith(b"POST /fhir/Patient HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer secret\r\n" in made
    assert made.endswith(b"\r\nContent-Length: 2\r\n\r\n{}")


@pytest.mark.parametrize(
    ("status", "header", "expected"),
    [(200, b"http/1.1 200 ok\r\ncontent-length: 12\r\n\r\n", 12), (204, b"", 0), (304, b"", 0)],
)
def test_the_length_of_a_body_is_in_the_header(status: int, header: bytes, expected: int) -> None:
    assert length(status, header) == expected


def test_a_reply_without_a_length_is_refused() -> None:
    with pytest.raises(ProtocolError):
        length(200, b"http/1.1 200 ok\r\ntransfer-encoding: chunked\r\n\r\n")


async def test_one_connection_serves_many_exchanges_and_a_new_one_follows_a_closed_one() -> None:
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        for turn in range(2):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\nETag: W/1\r\n\r\nab%d" % turn)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    connection = Connection(server.sockets[0].getsockname()[1])
    asked = request("GET", "/")
    replies = []
    for _ in range(4):
        replies.append(await connection.exchange(asked))
        await asyncio.sleep(0.05)
    assert [(reply.status, reply.body) for reply in replies] == [(201, b"ab0"), (201, b"ab1")] * 2
    assert b"etag: w/1" in replies[0].header
    assert opened == 2
    connection.close()
    server.close()
    await server.wait_closed()


async def test_a_reply_that_breaks_off_is_a_lost_connection() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nab")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    connection = Connection(server.sockets[0].getsockname()[1])
    with pytest.raises(ConnectionError):
        await connection.exchange(request("GET", "/"))
    server.close()
    await server.wait_closed()
