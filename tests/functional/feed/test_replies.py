"""Application acknowledgements of enhanced mode, over real sockets: checklist lines 20 and 23 of the feed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.mllp.frame import Block, Decoder, frame
from adapters.mllp.peer import Peer
from adapters.mllp.server import start
from adapters.v2_to_fhir.source import Source
from services.dead_letters import Steward, send_again
from services.feed import replies
from services.outbound import Outbound
from services.sources import Terms, register
from tests.functional.feed.test_feed import adt, answer, code, oru
from tests.support.certificates import Authority
from tests.support.feed import Feed, feeding
from tests.support.web import Web


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "_FIRST_PAUSE", 0.2)
    monkeypatch.setattr(replies, "_LOOK_SECONDS", 0.05)


def enhanced(control: str, application: str, accept: str = "AL", text: str | None = None) -> bytes:
    """A message that asks for acknowledgements at both levels."""
    given = text or adt(control=control, id=f"P{control}", visit=f"V{control}")
    return given.replace("|P|2.4||||||", f"|P|2.4|||{accept}|{application}||").encode()


def failing(control: str, application: str) -> bytes:
    """A result of somebody else under the number of the patient of C1."""
    other = oru(control, id="PC1").replace("张^三", "李^四").replace("19580312", "19900101")
    return enhanced(control, application, text=other.replace("|P|2.5.1||||||", "|P|2.4||||||"))


class Sender:
    """A hospital with one connection, on which it reads everything that comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._decoder = Decoder()
        self._came: list[bytes] = []

    def send(self, block: bytes) -> None:
        self._writer.write(frame(block))

    async def next(self) -> bytes:
        async with asyncio.timeout(20):
            while not self._came:
                data = await self._reader.read(4096)
                assert data, "the feed closed the connection"
                self._came += [each.data for each in self._decoder.feed(data) if isinstance(each, Block)]
        return self._came.pop(0)

    def take(self, block: bytes, as_code: str = "CA") -> None:
        """Acknowledge a message of the feed."""
        control = answer(block).header[10].value
        self.send(
            f"MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260301||ACK|A{control}|P|2.4\rMSA|{as_code}|{control}\r".encode()
        )

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def sender(feed: Feed) -> AsyncIterator[Sender]:
    opened = Sender(*await asyncio.open_connection("127.0.0.1", feed.port))
    yield opened
    opened.close()


async def until(feed: Feed, control: str, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The row of a message, once it is as wanted."""
    async with asyncio.timeout(20):
        while True:
            rows = [row for row in await feed.rows() if row["control_id"] == control]
            if rows and true(rows[0]):
                return rows[0]
            await asyncio.sleep(0.05)


def outcome(row: dict[str, Any]) -> Any:
    return row.get("reply", {}).get("outcome")


async def test_line_23_the_application_acknowledgement_follows_on_the_same_connection(feed: Feed) -> None:
    async with sender(feed) as hospital:
        hospital.send(enhanced("C1", "AL"))
        accepted, applied = await hospital.next(), await hospital.next()
        assert (code(accepted), code(applied)) == ("CA", "AA")
        told = answer(applied)
        assert told.get("MSA-2").value == "C1"
        assert told.header[10].value != answer(accepted).header[10].value, "a message of its own"
        assert (told.header[5].value, told.header[6].value, told.header[15].value) == ("HIS", "TEST1", "AL")
        hospital.take(applied)
        await until(feed, "C1", lambda row: outcome(row) == "acknowledged")
    assert [row["state"] for row in await feed.rows()] == ["done"], "its acknowledgement was expected"


async def test_line_23_it_is_sent_again_under_the_same_control_id_until_it_is_acknowledged(
    feed: Feed,
) -> None:
    async with sender(feed) as hospital:
        hospital.send(enhanced("C1", "AL"))
        await hospital.next()
        first, again = await hospital.next(), await hospital.next()
        assert answer(first).header[10].value == answer(again).header[10].value
        hospital.take(again)
        await until(feed, "C1", lambda row: outcome(row) == "acknowledged")


@pytest.mark.parametrize(
    ("application", "well", "badly"),
    [("AL", "AA", "AE"), ("NE", None, None), ("ER", None, "AE"), ("SU", "AA", None)],
)
async def test_line_20_msh_16_is_obeyed(
    feed: Feed, application: str, well: str | None, badly: str | None
) -> None:
    async with sender(feed) as hospital:
        hospital.send(enhanced("C1", application))
        hospital.send(failing("C2", application))
        assert [code(await hospital.next()) for _ in range(2)] == ["CA", "CA"]
        assert await feed.settled() == {"done": 1, "dead": 1}
        expected = {"C1": well, "C2": badly}
        for control, wanted in expected.items():
            if application == "NE":
                assert "reply" not in (await until(feed, control, lambda row: True))
            elif wanted is None:
                await until(feed, control, lambda row: outcome(row) == "not wanted")
            else:
                came = await hospital.next()
                while answer(came).get("MSA-2").value != control:
                    came = await hospital.next()
                assert code(came) == wanted
                hospital.take(came)
                await until(feed, control, lambda row: outcome(row) == "acknowledged")


async def test_line_20_who_wants_only_the_application_level_hears_of_a_refusal_at_once(feed: Feed) -> None:
    async with sender(feed) as hospital:
        hospital.send(enhanced("C1", "AL", accept="NE").replace(b"ADT^A01", b"XXX^A01"))
        assert code(await hospital.next()) == "AR"


async def test_line_23_it_goes_to_the_address_of_the_source_and_survives_a_restart(web: Web) -> None:
    came: list[bytes] = []
    silent = True

    async def receive(block: bytes, peer: Peer) -> bytes | None:
        came.append(block)
        if silent:
            return None
        control = answer(block).header[10].value
        return f"MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260301||ACK|1|P|2.4\rMSA|CA|{control}\r".encode()

    server = await start(receive, "127.0.0.1", 0)
    terms = Terms(reply_to=f"127.0.0.1:{server.port}")
    await register(web.platform.database, Source("TEST1", "Organization/h1"), terms=terms)
    async with feeding(web) as feed:
        (accepted,) = await feed.send(enhanced("C1", "AL"))
        assert code(accepted) == "CA"
        async with asyncio.timeout(20):
            while not came:  # noqa: ASYNC110 - a socket is waited for
                await asyncio.sleep(0.02)
    silent = False
    async with feeding(web) as feed:
        row = await until(feed, "C1", lambda row: outcome(row) == "acknowledged")
        assert row["reply"]["attempts"] >= 2
    assert len({answer(block).header[10].value for block in came}) == 1
    assert [code(block) for block in came] == ["AA"] * len(came)
    await server.close(1)


def receiving(authority: Authority, name: str) -> ssl.SSLContext:
    """What a receiver shakes hands with that is `name` and lets in nobody without a certificate."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority.sign(name))
    made.load_verify_locations(authority.file)
    made.verify_mode = ssl.CERT_REQUIRED
    return made


async def takes(block: bytes, peer: Peer) -> bytes:
    control = answer(block).header[10].value
    return f"MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260301||ACK|1|P|2.4\rMSA|CA|{control}\r".encode()


@pytest.mark.parametrize(
    ("name", "reply_ca"), [("localhost", True), ("other.htest.example", True), ("localhost", False)]
)
async def test_line_5_a_reply_goes_over_tls_to_none_but_the_receiver_that_was_named(
    web: Web, tmp_path: Path, name: str, reply_ca: bool
) -> None:
    authority = Authority(tmp_path)
    ours = authority.sign("feed.htest.example")
    server = await start(takes, "localhost", 0, ssl=receiving(authority, name))
    terms = Terms(reply_to=f"localhost:{server.port}", reply_tls=True)
    await register(web.platform.database, Source("TEST1", "Organization/h1"), terms=terms)
    tls = {"mllp_tls_certificate": ours, "mllp_tls_key": ours}
    trusted = {"mllp_reply_ca": authority.file} if reply_ca else {}
    async with feeding(web, **tls, **trusted) as feed:
        trusting = ssl.create_default_context(cafile=authority.file)
        trusting.check_hostname = False
        async with Outbound("127.0.0.1", feed.port, ssl=trusting) as hospital:
            assert (await hospital.deliver(enhanced("C1", "AL"))).code == "CA"
        expected = name == "localhost" and reply_ca
        row = await until(
            feed, "C1", lambda row: row.get("reply", {}).get("attempts", 0) >= (1 if expected else 2)
        )
        if expected:
            row = await until(feed, "C1", lambda row: "outcome" in row["reply"])
    assert (outcome(row), "due" in row["reply"]) == (("acknowledged", False) if expected else (None, True))
    await server.close(1)


async def test_line_5_a_reply_over_tls_is_not_sent_in_plain_text(web: Web, tmp_path: Path) -> None:
    came: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.read(4096))
        writer.close()

    server = await asyncio.start_server(listen, "localhost", 0)
    port = server.sockets[0].getsockname()[1]
    terms = Terms(reply_to=f"localhost:{port}", reply_tls=True)
    await register(web.platform.database, Source("TEST1", "Organization/h1"), terms=terms)
    async with feeding(web) as feed:
        assert [code(each) for each in await feed.send(enhanced("C1", "AL"))] == ["CA"]
        await until(feed, "C1", lambda row: row["reply"]["attempts"] >= 2)
    assert came
    assert all(block[:1] == b"\x16" and b"MSH" not in block for block in came), "a handshake, no message"
    server.close()


@pytest.mark.parametrize("refusal", ["CR", None])
async def test_line_23_what_is_not_taken_becomes_a_dead_letter(web: Web, refusal: str | None) -> None:
    async with feeding(web, reply_hours=24 if refusal else 0.0002) as feed, sender(feed) as hospital:
        hospital.send(enhanced("C1", "AL"))
        await hospital.next()
        applied = await hospital.next()
        if refusal:
            hospital.take(applied, refusal)
        row = await until(feed, "C1", lambda row: outcome(row) == "given up")
        letter = await until(feed, row["reply"]["control"], lambda row: "reason" in row)
        assert (letter["state"], letter["event"], letter["source"]) == ("dead", "ACK", "TEST1")
        assert letter["reason"]["text"] == replies.UNDELIVERED
        assert row["state"] == "done", "the message itself is where it belongs"


async def test_line_23_a_steward_has_it_sent_again_and_it_is_tried_as_long_as_a_new_one(web: Web) -> None:
    async with feeding(web, reply_hours=24) as feed, sender(feed) as hospital:
        hospital.send(enhanced("C1", "AL"))
        await hospital.next()
        hospital.take(await hospital.next(), "CR")
        row = await until(feed, "C1", lambda row: outcome(row) == "given up")
        letter = await until(feed, row["reply"]["control"], lambda row: "reason" in row)
        long_ago = {"$set": {"received": row["received"] - timedelta(days=3)}}
        await feed.inbox.collection.update_one({"_id": row["_id"]}, long_ago)
        await send_again(feed.inbox, letter, Steward("1", "HTEST"))
        hospital.take(await hospital.next())
        row = await until(feed, "C1", lambda row: outcome(row) == "acknowledged")
        assert row["reply"]["attempts"] == 1
