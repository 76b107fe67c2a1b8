"""What senders do on the wire, to the running feed: checklist lines 1 to 5, 7, 13, 24, 25 and 31."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.mllp import server as mllp_server
from adapters.mllp.frame import Block, Decoder, frame
from services.feed.__main__ import REFUSED, SKIPPED
from tests.functional.feed.test_feed import adt, answer, code
from tests.support.certificates import Authority
from tests.support.feed import Feed, feeding
from tests.support.web import Web


class Wire:
    """One connection, byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._decoder = Decoder()
        self._came: list[bytes] = []

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            await asyncio.sleep(0.002)

    async def next(self) -> bytes:
        async with asyncio.timeout(20):
            while not self._came:
                data = await self.reader.read(4096)
                assert data, "the feed closed the connection"
                self._came += [each.data for each in self._decoder.feed(data) if isinstance(each, Block)]
        return self._came.pop(0)

    async def rest(self) -> bytes:
        """What comes until the feed closes."""
        async with asyncio.timeout(20):
            return await self.reader.read()


@asynccontextmanager
async def wire(feed: Feed) -> AsyncIterator[Wire]:
    opened = Wire(*await asyncio.open_connection("127.0.0.1", feed.port))
    yield opened
    opened.writer.close()


def counted(metric: object) -> float:
    return float(metric._value.get())  # type: ignore[attr-defined]


async def test_line_1_a_slow_sender_s_bytes_and_garbage_between_blocks(feed: Feed) -> None:
    before = counted(SKIPPED)
    one, two = (frame(adt(control=control).encode()) for control in ("C1", "C2"))
    async with wire(feed) as sender:
        await sender.send(b"GET / HTTP/1.1\r\n\r\n", *(one[n : n + 7] for n in range(0, len(one), 7)))
        await sender.send(b"\r\n\r\n noise \x1c\r" + two[:1], two[1:-1], two[-1:])
        told = [answer(await sender.next()).get("MSA-2").value for _ in range(2)]
    assert told == ["C1", "C2"]
    assert counted(SKIPPED) - before == len(b"GET / HTTP/1.1\r\n\r\n") + len(b"\r\n\r\n noise \x1c\r")


async def test_line_2_a_fragment_is_quarantined_and_the_next_block_is_read(feed: Feed) -> None:
    whole = adt(control="C3").encode()
    async with wire(feed) as sender:
        await sender.send(b"\x0bMSH|^~\\&|HIS|TEST1|half", frame(whole))
        await sender.send(b"\x0b" + adt(control="C4").encode()[:60] + b"\x1cX\x1c\r", frame(whole))
        told = [code(await sender.next()) for _ in range(4)]
    assert told == ["AR", "AA", "AR", "AA"]
    assert await feed.settled() == {"refused": 2, "done": 1}, "the same message again is a duplicate"
    kept = {await feed.inbox.raw(row) for row in await feed.rows()}
    assert kept == {b"MSH|^~\\&|HIS|TEST1|half", whole, adt(control="C4").encode()[:60] + b"\x1cX"}


async def test_line_4_half_closed_and_half_a_message(feed: Feed) -> None:
    async with wire(feed) as sender:
        await sender.send(frame(adt().encode()) + b"\x0bMSH|^~\\&|HIS|TEST1|and th")
        sender.writer.write_eof()
        came = [each.data for each in Decoder().feed(await sender.rest()) if isinstance(each, Block)]
    assert [code(each) for each in came] == ["AA", "AR"]
    assert answer(came[1]).get("MSA-2").value == ""


async def test_line_3_connections_above_the_limit_are_closed_at_once_and_counted(web: Web) -> None:
    before = counted(REFUSED)
    async with feeding(web, mllp_connections=2, working=False) as feed:
        async with wire(feed) as one, wire(feed):
            await one.send(frame(adt().encode()))
            assert code(await one.next()) == "AA"
            async with wire(feed) as third:
                assert await third.rest() == b""
        async with asyncio.timeout(20):
            while True:
                async with wire(feed) as later:
                    try:
                        await later.send(frame(adt().encode()))
                        assert code(await later.next()) == "AA"
                        break
                    except (AssertionError, OSError):
                        await asyncio.sleep(0.05)
    assert counted(REFUSED) > before


async def test_line_5_who_shakes_no_hands_is_let_go_and_holds_nobody_up(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mllp_server, "_HANDSHAKE_SECONDS", 1.0)
    authority = Authority(tmp_path)
    pem = authority.sign("localhost")
    async with (
        feeding(web, working=False, mllp_tls_certificate=pem, mllp_tls_key=pem, mllp_connections=1) as feed,
        wire(feed) as silent,
        wire(feed) as plain,
    ):
        await plain.send(frame(adt().encode()))
        context = ssl.create_default_context(cafile=authority.file)
        reader, writer = await asyncio.open_connection("localhost", feed.port, ssl=context)
        secure = Wire(reader, writer)
        await secure.send(frame(adt(control="C2").encode()))
        assert code(await secure.next()) == "AA"
        writer.close()
        assert await silent.rest() == b""
        assert b"MSA" not in await plain.rest()
    assert [row["control_id"] for row in await feed.rows()] == ["C2"]


async def test_line_7_a_file_header_without_a_batch_header(feed: Feed) -> None:
    batch = f"FHS|^~\\&|HIS|TEST1|FURONG|REGION|20260301||||F1\r{adt()}{adt(control='C2')}FTS|"
    right, wrong = await feed.send(*(f"{batch}{count}\r".encode() for count in (1, 5)))
    told = [
        [line[4:9] for line in each.decode().split("\r") if line.startswith("MSA")] for each in (right, wrong)
    ]
    assert told == [["AA|C1", "AA|C2"], ["AA|C1", "AA|C2", "AE|F1"]]
    assert await feed.settled() == {"done": 2}


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("GB18030", "gb18030"),
        ("GBK", "gb18030"),
        ("BIG-5", "big5"),
        ("", "gb18030"),
    ],
)
async def test_line_13_the_acknowledgement_is_in_the_character_set_of_the_message(
    feed: Feed, declared: str, codec: str
) -> None:
    text = adt(name="陳^大文").replace("李^医生", "李^醫").replace("UNICODE UTF-8", declared)
    wrong = text.replace("HIS|TEST1", "醫院|TEST1").replace("ADT^A01", "XXX^A01")
    (reply,) = await feed.send(wrong.encode(codec))
    lines = reply.decode(codec).split("\r")
    header, found = lines[0].split("|"), lines[1].split("|")
    assert (header[4], found[:3]) == ("醫院", ["MSA", "AR", "C1"])
    assert (header[17] if len(header) > 17 else "") == declared


async def test_line_24_garbage_of_every_kind_is_answered_and_kept(feed: Feed) -> None:
    kinds = [b"hello", b"\x00\xff\xfe" * 50, "MSH|^~\\&|HIS".encode("utf-16"), b"PID|1||P100"]
    replies = await feed.send(*kinds)
    assert [code(each) for each in replies] == ["AR"] * 4
    assert [answer(each).get("MSA-2").value for each in replies] == [""] * 4
    assert [await feed.inbox.raw(row) for row in await feed.rows()] == kinds


async def test_line_31_the_same_message_at_once_over_many_connections_is_kept_once(feed: Feed) -> None:
    replies = await asyncio.gather(*(feed.send(adt().encode()) for _ in range(20)))
    assert len({answer(each).header[10].value for (each,) in replies}) == 1, "the stored answer, sent again"
    assert {code(each) for (each,) in replies} == {"AA"}
    assert await feed.settled() == {"done": 1}
