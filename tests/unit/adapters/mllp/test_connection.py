"""One accepted connection: order, limits, fragments (lines 1 to 4 and 65 of the feed's checklist)."""

import asyncio
import logging

import pytest

from adapters.mllp.connection import Limits, Observer
from adapters.mllp.frame import frame
from adapters.mllp.peer import Peer
from tests.unit.adapters.mllp.conftest import Raw, Serve


async def echo(block: bytes, peer: Peer) -> bytes:
    return b"ACK " + block


class Notes(Observer):
    def __init__(self) -> None:
        self.seen: list[object] = []

    def skipped(self, count: int, peer: Peer) -> None:
        self.seen.append(("skipped", count))

    async def broken(self, fragment: bytes, peer: Peer) -> None:
        self.seen.append(("broken", fragment))

    async def oversize(self, head: bytes, size: int, peer: Peer) -> bytes:
        self.seen.append(("oversize", len(head), size))
        return b"AR too large"


async def test_answers_in_order_while_reading_on(serve: Serve, raw: Raw) -> None:
    running: list[bytes] = []
    release = asyncio.Event()

    async def handler(block: bytes, peer: Peer) -> bytes:
        running.append(block)
        if block == b"1":
            await release.wait()
        elif len(running) == 3:
            release.set()
        return block

    server = await serve(handler, Limits(in_flight=4))
    reader, writer = await raw(server)
    writer.write(frame(b"1") + frame(b"2") + frame(b"3"))
    assert await reader.readexactly(12) == frame(b"1") + frame(b"2") + frame(b"3")
    assert running == [b"1", b"2", b"3"]


async def test_handles_one_at_a_time_unless_told_otherwise(serve: Serve, raw: Raw) -> None:
    active, most = 0, 0

    async def handler(block: bytes, peer: Peer) -> bytes:
        nonlocal active, most
        active += 1
        most = max(most, active)
        await asyncio.sleep(0)
        active -= 1
        return block

    server = await serve(handler)
    reader, writer = await raw(server)
    writer.write(b"".join(frame(bytes([65 + n])) for n in range(10)))
    assert await reader.readexactly(40) == b"".join(frame(bytes([65 + n])) for n in range(10))
    assert most == 1


async def test_a_failing_handler_costs_only_its_own_answer(
    serve: Serve, raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(block: bytes, peer: Peer) -> bytes:
        if block == b"HTEST bad":
            raise ValueError(block.decode())
        return block

    server = await serve(handler)
    reader, writer = await raw(server)
    with caplog.at_level(logging.DEBUG):
        writer.write(frame(b"HTEST bad") + frame(b"good"))
        assert await reader.readexactly(7) == frame(b"good")
    assert "ValueError" in caplog.text
    assert "HTEST" not in caplog.text


async def test_several_blocks_may_answer_one(serve: Serve, raw: Raw) -> None:
    async def handler(block: bytes, peer: Peer) -> tuple[bytes, ...]:
        return b"CA " + block, b"AA " + block

    reader, writer = await raw(await serve(handler))
    writer.write(frame(b"1") + frame(b"2"))
    expected = b"".join(frame(each) for each in (b"CA 1", b"AA 1", b"CA 2", b"AA 2"))
    assert await reader.readexactly(len(expected)) == expected


async def test_none_is_no_answer(serve: Serve, raw: Raw) -> None:
    async def handler(block: bytes, peer: Peer) -> bytes | None:
        return block if block == b"2" else None

    server = await serve(handler)
    reader, writer = await raw(server)
    writer.write(frame(b"1") + frame(b"2"))
    assert await reader.readexactly(4) == frame(b"2")


async def test_reports_all_that_is_no_message_and_stays_open(serve: Serve, raw: Raw) -> None:
    notes = Notes()
    server = await serve(echo, Limits(size=10), observer=notes)
    reader, writer = await raw(server)
    writer.write(b"hello" + b"\x0bcut" + frame(b"x\x1cy") + frame(b"z" * 11) + frame(b"ok"))
    expected = frame(b"AR too large") + frame(b"ACK ok")
    assert await reader.readexactly(len(expected)) == expected
    assert notes.seen == [("skipped", 5), ("broken", b"cut"), ("broken", b"x\x1cy"), ("oversize", 11, 11)]


async def test_a_half_closed_connection_is_still_answered(serve: Serve, raw: Raw) -> None:
    release = asyncio.Event()

    async def handler(block: bytes, peer: Peer) -> bytes:
        await release.wait()
        return block

    server = await serve(handler)
    reader, writer = await raw(server)
    writer.write(frame(b"1") + frame(b"2"))
    writer.write_eof()
    asyncio.get_running_loop().call_later(0.05, release.set)
    assert await reader.read() == frame(b"1") + frame(b"2")


async def test_a_sender_that_stops_in_mid_frame_leaves_a_fragment(serve: Serve, raw: Raw) -> None:
    notes = Notes()
    server = await serve(echo, Limits(frame=0.05), observer=notes)
    reader, writer = await raw(server)
    writer.write(frame(b"1") + b"\x0bhalf")
    assert await reader.read() == frame(b"ACK 1")
    assert notes.seen == [("broken", b"half")]


async def test_an_idle_connection_is_closed_but_not_while_its_message_is_handled(
    serve: Serve, raw: Raw
) -> None:
    async def handler(block: bytes, peer: Peer) -> bytes:
        await asyncio.sleep(0.3)
        return block

    server = await serve(handler, Limits(idle=0.05))
    reader, writer = await raw(server)
    writer.write(frame(b"1"))
    assert await reader.read() == frame(b"1")


async def test_a_flood_stays_with_its_sender(serve: Serve, raw: Raw) -> None:
    release, full, started = asyncio.Event(), asyncio.Event(), 0

    async def handler(block: bytes, peer: Peer) -> bytes:
        nonlocal started
        started += 1
        if started == 5:
            full.set()
        await release.wait()
        return b"A"

    server = await serve(handler, Limits(queue=5, in_flight=100))
    reader, writer = await raw(server)
    writer.write(frame(b"x") * 1000)
    await full.wait()
    await asyncio.sleep(0.05)
    assert started == 5
    release.set()
    assert await reader.readexactly(4000) == frame(b"A") * 1000


async def test_waiting_bytes_are_bounded(serve: Serve, raw: Raw) -> None:
    release, full, started = asyncio.Event(), asyncio.Event(), 0

    async def handler(block: bytes, peer: Peer) -> bytes:
        nonlocal started
        started += 1
        if started == 2:
            full.set()
        await release.wait()
        return b"A"

    server = await serve(handler, Limits(size=1000, in_flight=100))
    reader, writer = await raw(server)
    writer.write(frame(b"x" * 400) * 10)
    await full.wait()
    await asyncio.sleep(0.05)
    assert started == 2
    release.set()
    assert await reader.readexactly(40) == frame(b"A") * 10


async def test_a_sender_that_leaves_does_not_stop_its_messages(serve: Serve, raw: Raw) -> None:
    done: list[bytes] = []
    release, started = asyncio.Event(), asyncio.Event()

    async def handler(block: bytes, peer: Peer) -> bytes:
        started.set()
        await release.wait()
        done.append(block)
        return b"A" * 100_000

    server = await serve(handler)
    _, writer = await raw(server)
    writer.write(frame(b"1") + frame(b"2") + frame(b"3"))
    await started.wait()
    writer.transport.abort()
    release.set()
    await server.close(5)
    assert done == [b"1", b"2", b"3"]


async def test_twenty_megabytes(serve: Serve, raw: Raw) -> None:
    async def handler(block: bytes, peer: Peer) -> bytes:
        return str(len(block)).encode()

    server = await serve(handler)
    reader, writer = await raw(server)
    writer.write(frame(b"x" * 20_000_000))
    assert await reader.readexactly(11) == frame(b"20000000")
