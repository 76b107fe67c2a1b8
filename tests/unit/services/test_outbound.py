"""The outbound sender: checklist line 6 of the feed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from adapters.mllp.client import MllpError
from adapters.mllp.peer import Peer
from adapters.mllp.server import start
from services.outbound import Outbound, answers, is_later, pause
from tests.support.messages import adt

Handler = Callable[[bytes, Peer], Awaitable[bytes | None]]


def ack(control: str, code: str = "AA") -> bytes:
    return f"MSH|^~\\&|||||||ACK|1|P|2.4\rMSA|{code}|{control}\r".encode()


def control(block: bytes) -> str:
    return block.decode().split("|")[9]


async def test_line_6_a_late_answer_is_discarded_with_its_connection_and_the_message_sent_again() -> None:
    seen: list[tuple[int, str]] = []

    async def answer(block: bytes, peer: Peer) -> bytes:
        seen.append((peer.port, control(block)))
        if len(seen) == 1:
            await asyncio.sleep(0.6)
        return ack(control(block))

    server = await start(answer, "127.0.0.1", 0)
    async with Outbound("127.0.0.1", server.port, seconds=0.3, attempts=3, first_pause=0.01) as outbound:
        assert (await outbound.deliver(adt("C1").encode())).answer == ack("C1")
        assert (await outbound.deliver(adt("C2").encode())).answer == ack("C2")
    assert [each for _, each in seen] == ["C1", "C1", "C2"]
    assert seen[0][0] != seen[1][0], "the late answer went down with its connection"
    assert seen[1][0] == seen[2][0], "a connection that works is kept"
    await server.close(1)


async def test_line_6_an_answer_for_another_message_is_never_taken() -> None:
    async def answer(block: bytes, peer: Peer) -> bytes:
        return ack("ANOTHER")

    server = await start(answer, "127.0.0.1", 0)
    async with Outbound("127.0.0.1", server.port, attempts=2, first_pause=0.01) as outbound:
        with pytest.raises(MllpError, match="another message"):
            await outbound.deliver(adt().encode())
    await server.close(1)


async def test_line_6_one_message_is_in_flight() -> None:
    under_way, most = 0, 0

    async def answer(block: bytes, peer: Peer) -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return ack(control(block))

    server = await start(answer, "127.0.0.1", 0)
    async with Outbound("127.0.0.1", server.port) as outbound:
        await asyncio.gather(*(outbound.deliver(adt(f"C{number}").encode()) for number in range(5)))
    assert most == 1
    await server.close(1)


async def test_line_23_an_application_acknowledgement_in_between_is_no_answer() -> None:
    enhanced = adt("C2").replace("|P|2.4||||||", "|P|2.4|||AL|AL||").encode()

    async def answer(block: bytes, peer: Peer) -> bytes:
        server.say(peer, ack("C1", "AA"))
        return ack(control(block), "CA")

    server = await start(answer, "127.0.0.1", 0)
    async with Outbound("127.0.0.1", server.port) as outbound:
        assert (await outbound.deliver(enhanced)).code == "CA"
        assert (await outbound.deliver(enhanced)).code == "CA"
    await server.close(1)


async def test_line_20_nobody_waits_for_an_answer_that_is_not_wanted() -> None:
    came: list[bytes] = []

    async def take(block: bytes, peer: Peer) -> bytes | None:
        came.append(block)
        return None if b"|NE|NE|" in block else ack(control(block))

    server = await start(take, "127.0.0.1", 0)
    silent = adt("C1").replace("|P|2.4||||||", "|P|2.4|||NE|NE||").encode()
    async with Outbound("127.0.0.1", server.port) as outbound:
        assert await outbound.deliver(silent) == (b"", "")
        assert (await outbound.deliver(adt("C2").encode())).code == "AA"
    assert [control(each) for each in came] == ["C1", "C2"]
    await server.close(1)


def test_line_6_the_pause_grows_and_is_never_the_same() -> None:
    for attempt, whole in ((1, 0.5), (2, 1.0), (5, 8.0), (50, 60.0)):
        pauses = {pause(attempt) for _ in range(50)}
        assert len(pauses) > 40
        assert all(whole / 2 <= each <= whole for each in pauses)


def test_what_belongs_together() -> None:
    assert answers(adt("C1").encode(), ack("C1"))
    assert not answers(adt("C1").encode(), ack(""))
    assert not answers(adt("C1").encode(), b"hello")
    assert answers(b"garbage", ack("", "AR"))
    assert not is_later(adt("C1").encode(), ack("C0"))
