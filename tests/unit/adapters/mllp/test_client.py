"""The sender: one in flight or a window, no answer taken for another (line 6 of the feed's checklist)."""

import asyncio
import socket
import struct

import pytest

from adapters.mllp.client import MllpError, connect
from adapters.mllp.connection import Limits
from adapters.mllp.peer import Peer
from tests.unit.adapters.mllp.conftest import Serve


async def echo(block: bytes, peer: Peer) -> bytes:
    return b"ACK " + block


async def silent(block: bytes, peer: Peer) -> None:
    return None


def matches(block: bytes, reply: bytes) -> bool:
    return reply == b"ACK " + block


async def test_gives_each_message_its_answer(serve: Serve) -> None:
    server = await serve(echo)
    async with await connect("127.0.0.1", server.port, matches=matches) as connection:
        answers = await asyncio.gather(*(connection.send(str(n).encode()) for n in range(20)))
    assert answers == [f"ACK {n}".encode() for n in range(20)]


async def test_pipelines_many_messages_in_order(serve: Serve) -> None:
    server = await serve(echo, Limits(in_flight=8))
    blocks = [str(n).encode() for n in range(200)]
    async with await connect("127.0.0.1", server.port, matches=matches) as connection:
        pairs = [pair async for pair in connection.pipeline(blocks, window=16)]
    assert pairs == [(block, b"ACK " + block) for block in blocks]


async def test_never_has_more_in_flight_than_its_window(serve: Serve) -> None:
    waiting, most = 0, 0

    async def handler(block: bytes, peer: Peer) -> bytes:
        nonlocal waiting, most
        waiting += 1
        most = max(most, waiting)
        await asyncio.sleep(0)
        waiting -= 1
        return block

    server = await serve(handler, Limits(in_flight=100))
    async with await connect("127.0.0.1", server.port) as connection:
        assert len([pair async for pair in connection.pipeline([b"x"] * 40, window=4)]) == 40
    assert most <= 4


async def test_no_answer_in_time_ends_the_connection(serve: Serve) -> None:
    server = await serve(silent)
    connection = await connect("127.0.0.1", server.port, seconds=0.05)
    with pytest.raises(MllpError, match="no answer in time"):
        await connection.send(b"1")
    with pytest.raises((MllpError, ConnectionError)):
        await connection.send(b"2")
    await connection.close()


async def test_an_answer_to_another_message_ends_the_connection(serve: Serve) -> None:
    async def handler(block: bytes, peer: Peer) -> bytes:
        return b"ACK other"

    server = await serve(handler)
    connection = await connect("127.0.0.1", server.port, matches=matches)
    with pytest.raises(MllpError, match="another message"):
        await connection.send(b"1")
    await connection.close()


async def test_an_answer_that_nobody_asked_for_is_never_used(serve: Serve) -> None:
    async def twice(block: bytes, peer: Peer) -> bytes:
        return b"ACK 1\x1c\r\x0bACK 1 again"

    server = await serve(twice)
    connection = await connect("127.0.0.1", server.port)
    assert await connection.send(b"1") == b"ACK 1"
    with pytest.raises(MllpError, match="nobody asked for"):
        await connection.send(b"2")
    await connection.close()


async def test_a_receiver_that_goes_away_is_an_error(serve: Serve) -> None:
    server = await serve(echo)
    connection = await connect("127.0.0.1", server.port)
    await connection.send(b"1")
    await server.close(1)
    with pytest.raises(ConnectionError):
        await connection.send(b"2")
    await connection.close()


async def test_nobody_listening_is_an_error(serve: Serve) -> None:
    server = await serve(echo)
    port = server.port
    await server.close()
    with pytest.raises(MllpError, match="cannot be reached"):
        await connect("127.0.0.1", port)


async def test_a_receiver_that_is_killed_is_an_error_of_its_own_kind() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(MllpError, match=r"broke|closed"):
            async with await connect("127.0.0.1", port, seconds=5) as connection:
                await connection.send(b"x" * 1_000_000)
