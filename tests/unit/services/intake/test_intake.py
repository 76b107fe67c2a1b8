"""From the bytes of a block to its acknowledgement, with the durable inbox between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.mllp.peer import Peer
from fhir.store import Store
from services.arriving import identifiers
from services.inbox import RECEIVED, REFUSED, inbox_of
from services.intake.intake import Intake
from services.sources import Sources
from tests.support.messages import adt

PEER = Peer("10.0.0.1", 4711)


@dataclass
class Desk:
    """An intake, and the rows that it has kept."""

    intake: Intake
    store: Store

    async def receive(self, text: str) -> tuple[str, bytes]:
        answer = await self.intake.receive(text.encode(), PEER)
        assert answer is not None
        return Message.parse(decode(answer).text)["MSA"][1].value, answer  # type: ignore[index]

    async def rows(self) -> list[dict[str, Any]]:
        return await self.store.database["inbox"].find().sort("_id", 1).to_list()


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    inbox = await inbox_of(store)
    async with Sources(store.database, store.vault.identify, True) as sources:
        yield Desk(Intake(inbox, sources, store.keyed, ("P",)), store)
    await inbox.close()


async def test_a_message_is_kept_before_it_is_acknowledged(desk: Desk) -> None:
    code, _ = await desk.receive(adt())
    (row,) = await desk.rows()
    assert (code, row["state"], row["source"], row["control_id"]) == ("AA", RECEIVED, "TEST1", "C1")
    assert (row["event"], row["peer"], row["findings"]) == ("ADT^A01", "10.0.0.1:4711", [])
    assert len(row["keys"]) == 2
    assert "P100" not in str(row["keys"])


async def test_a_duplicate_gets_the_same_bytes_and_is_not_kept_again(desk: Desk) -> None:
    first, again = await desk.receive(adt()), await desk.receive(adt())
    assert first == again
    assert len(await desk.rows()) == 1


@pytest.mark.parametrize(
    "text", ["garbage", adt().replace("ADT^A01", "XXX^A01"), adt().replace("|P|2.4", "|T|2.4")]
)
async def test_what_is_refused_is_kept_too(desk: Desk, text: str) -> None:
    code, _ = await desk.receive(text)
    (row,) = await desk.rows()
    assert (code, row["state"]) == ("AR", REFUSED)
    assert row["findings"]
    assert "张" not in str(row["findings"])


async def test_an_unregistered_source_is_refused(store: Store) -> None:
    inbox = await inbox_of(store)
    async with Sources(store.database, store.vault.identify, False) as sources:
        desk = Desk(Intake(inbox, sources, store.keyed, ("P",)), store)
        code, _ = await desk.receive(adt())
    assert code == "AR"
    assert [each["text"] for each in (await desk.rows())[0]["findings"]] == ["unknown-source"]
    await inbox.close()


async def test_what_cant_be_kept_is_not_accepted(desk: Desk) -> None:
    never = {"never": {"$exists": True}}
    await desk.store.database.command("collMod", "inbox", validator=never)
    assert (await desk.receive(adt()))[0] not in ("AA", "CA")
    assert await desk.rows() == []
    await desk.store.database.command("collMod", "inbox", validator={})
    assert (await desk.receive(adt()))[0] == "AA"


async def test_line_27_what_is_no_message_is_answered_though_it_cant_be_kept(desk: Desk) -> None:
    await desk.store.database.command("collMod", "inbox", validator={"never": {"$exists": True}})
    for answer in (
        await desk.intake.oversize(adt()[:120].encode(), 10**9, PEER),
        await desk.intake.broken(b"half a mess", PEER),
        await desk.intake.receive(b"garbage", PEER),
    ):
        assert answer is not None
        assert b"MSA|AR" in answer
    assert await desk.rows() == []


async def test_a_block_above_the_limit_is_refused_under_its_own_control_id(desk: Desk) -> None:
    answer = await desk.intake.oversize(adt()[:120].encode(), 10**9, PEER)
    assert answer is not None
    assert b"C1" in answer
    assert (await desk.rows())[0]["state"] == REFUSED


async def test_line_13_a_refusal_is_written_as_what_was_refused(desk: Desk) -> None:
    raw = adt().replace("|P|2.4", "|P|2.5.1").replace("UNICODE UTF-8", "GB18030").encode("gb18030")
    oversize = await desk.intake.oversize(raw[:160], 10**9, PEER)
    undecodable = await desk.intake.receive(raw.replace("张".encode("gb18030"), b"\xff\xff"), PEER)
    assert oversize is not None
    assert undecodable is not None
    assert "消息超过大小限制" in oversize.decode("gb18030")
    assert "字节与字符集不符" in undecodable.decode("gb18030")


async def test_a_fragment_is_kept(desk: Desk) -> None:
    await desk.intake.broken(b"half a mess", PEER)
    assert [row["state"] for row in await desk.rows()] == [REFUSED]


def test_what_orders_a_message() -> None:
    text = adt() + "MRG|P99^^^TEST1~P98\r"
    assert identifiers(Message.parse(text)) == {"P100", "P99", "P98", "V1"}
