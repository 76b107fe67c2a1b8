"""From bytes to a message with its source and its faults."""

from collections.abc import AsyncIterator

import pytest

from adapters.mllp.peer import Peer
from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.intake.reading import Reader
from services.sources import Sources, register
from tests.support.messages import adt

PEER = Peer("10.0.0.1", 1)
SILENT = adt(name="陳^大文").replace("李^医生", "李^醫").replace("||||||UNICODE UTF-8", "")


@pytest.fixture
async def reader(store: Store) -> AsyncIterator[Reader]:
    await register(store.database, Source("TEST1", "Organization/h1", charset="BIG-5"))
    async with Sources(store.database, store.vault.identify, False) as sources:
        yield Reader(sources, ("P",))


async def test_line_11_a_silent_message_is_read_as_its_source_writes(reader: Reader) -> None:
    reading = await reader.read(SILENT.encode("big5"), PEER)
    assert reading.message is not None
    assert reading.message.get("PID-5").raw == "陳^大文"
    assert (reading.source, reading.charset, list(reading.errors)) == ("TEST1", "cp950", [])


async def test_line_8_what_the_transport_says_goes_before_the_source(reader: Reader) -> None:
    text = SILENT.replace("陳^大文", "张^㛃")
    reading = await reader.read(text.encode("gb18030"), PEER, "GB18030")
    assert reading.message is not None
    assert reading.message.get("PID-5").raw == "张^㛃"


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"garbage", "no-header"),
        (adt().encode("utf-16"), "wide-characters"),
        (adt(facility="NOBODY").encode(), "unknown-source"),
        (adt().replace("|P|2.4", "|T|2.4").encode(), "processing-id"),
    ],
)
async def test_each_fault_has_its_name(reader: Reader, raw: bytes, fault: str) -> None:
    assert [each.text_key for each in (await reader.read(raw, PEER)).errors] == [fault]


async def test_line_11_what_only_the_charset_of_its_source_reads_is_read_by_it(store: Store) -> None:
    await register(store.database, Source("TEST1", "Organization/h1", charset="8859/1"))
    text = adt(name="Lefèvré ^Anne").replace("李^医生", "L").replace("||||||UNICODE UTF-8", "")
    async with Sources(store.database, store.vault.identify, False) as sources:
        reading = await Reader(sources, ("P",)).read(text.encode("latin-1"), PEER)
    assert reading.message is not None
    assert (reading.message.get("PID-5").raw, list(reading.errors)) == ("Lefèvré ^Anne", [])


async def test_line_12_undecodable_bytes_are_still_those_of_their_source(reader: Reader) -> None:
    reading = await reader.read(adt().encode().replace("张".encode(), b"\xff\xff"), PEER)
    assert [each.text_key for each in reading.errors] == ["undecodable"]
    assert (reading.source, reading.decoded) == ("TEST1", False)


@pytest.mark.parametrize(
    ("declared", "charset"), [("GB18030", "GB18030"), ("UNICODE UTF-8", "UNICODE UTF-8"), ("", "BIG-5")]
)
async def test_line_13_what_can_not_be_read_is_answered_in_its_own_character_set(
    reader: Reader, declared: str, charset: str
) -> None:
    raw = adt(name="PLACE").replace("UNICODE UTF-8", declared).replace("李^医生", "L").encode()
    reading = await reader.read(raw.replace(b"PLACE", b"\xff\xff"), PEER)
    assert (reading.decoded, reading.charset) == (False, charset)
