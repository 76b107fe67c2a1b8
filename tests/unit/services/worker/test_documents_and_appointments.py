"""Documents and appointments in the real store: any order, any replay, and a document of 20 MB."""

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.resource import serialize
from fhir.store import EVERYONE, Store
from services.inbox import DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.sources import Sources
from services.worker.processor import Processor
from tests.unit.adapters.v2_to_fhir.given import identify

PID = "PID|||P0001^^^TEST1^MR||张三HTEST||19580312|1"
DOCUMENT = "TXA|1|DS^出院小结|TX|||||||||{}|{}||||AU||AV"
SLOT = "SCH|A1|F1||||{}|||30|min|1^^30^{}"


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


def message(kind: str, minute: int, *segments: str) -> bytes:
    sent = f"2026010510{minute:02}00"
    header = f"MSH|^~\\&|EMR|TEST1|FURONG|CD|{sent}||{kind}|C{minute}|P|2.4||||||UNICODE UTF-8"
    return "\r".join((header, *segments, "")).encode()


async def process(store: Store, inbox: Inbox, *messages: bytes) -> None:
    async with Sources(store.database, store.vault.identify, True) as sources:
        processor = Processor(store, inbox, sources)
        for number, text in enumerate(messages):
            control = f"{number}-{time.monotonic_ns()}"
            await inbox.add(Arrival(text, b"AA", RECEIVED, "peer", "TEST1", control))
            row = await inbox.collection.find_one({"control_id": control})
            assert row is not None
            assert await processor.process(str(row["_id"])) == DONE


async def held(store: Store, type: str) -> list[dict[str, Any]]:
    rows = await store.database["resources"].find({"type": type}).to_list()
    found = [await store.resources.read(type, row["id"], EVERYONE) for row in rows]
    return [one.resource() for one in found if one is not None]


async def versions(store: Store) -> dict[str, int]:
    rows = await store.database["resources"].find().to_list()
    return {f"{row['type']}/{row['id']}": row["version"] for row in rows}


REPLACED = [
    message("MDM^T01", 1, PID, DOCUMENT.format("D1", "")),
    message("MDM^T09", 4, PID, DOCUMENT.format("D3", "D1")),
]


@pytest.mark.parametrize("order", [REPLACED, REPLACED[::-1]])
async def test_a_document_that_was_referred_to_first_has_its_media_type(
    store: Store, inbox: Inbox, order: list[bytes]
) -> None:
    await process(store, inbox, *order)
    found = {one["masterIdentifier"]["value"]: one for one in await held(store, "DocumentReference")}
    assert found["D1"]["content"] == [{"attachment": {"contentType": "text/plain"}}]
    assert found["D1"]["status"] == "superseded"


DOCUMENTS = [
    message("MDM^T02", 1, PID, DOCUMENT.format("D1", ""), "OBX|1|TX|DS||初稿䶮||||||F"),
    message("MDM^T08", 2, PID, DOCUMENT.format("D1", "D1"), "OBX|1|TX|DS||二稿䶮||||||F"),
    message("MDM^T06", 3, PID, DOCUMENT.format("D2", "D1"), "OBX|1|TX|DS||补充||||||F"),
    message("MDM^T10", 4, PID, DOCUMENT.format("D3", "D1"), "OBX|1|TX|DS||替换||||||F"),
    message("MDM^T11", 5, PID, DOCUMENT.format("D2", "")),
]


@pytest.mark.parametrize("order", list(permutations(range(5)))[::24])
async def test_documents_end_the_same_in_any_order(
    store: Store, inbox: Inbox, order: tuple[int, ...]
) -> None:
    await process(store, inbox, *(DOCUMENTS[place] for place in order))
    found = {one["masterIdentifier"]["value"]: one for one in await held(store, "DocumentReference")}
    assert {number: one["status"] for number, one in found.items()} == {
        "D1": "superseded",
        "D2": "entered-in-error",
        "D3": "current",
    }
    assert found["D2"]["docStatus"] == "entered-in-error"
    assert [one["relatesTo"][0]["code"] for one in (found["D2"], found["D3"])] == ["appends", "replaces"]
    (content,) = found["D1"]["content"]
    (text,) = [
        one for one in await held(store, "Binary") if content["attachment"]["url"] == f"Binary/{one['id']}"
    ]
    assert base64.b64decode(text["data"]).decode() == "二稿䶮"


async def test_a_replay_of_documents_and_appointments_changes_nothing(store: Store, inbox: Inbox) -> None:
    booked = message("SIU^S12", 6, SLOT.format("", "20260110090000"), PID)
    everything = [*DOCUMENTS, booked, message("SIU^S15", 7, SLOT.format("X^停诊", "20260110090000"), PID)]
    await process(store, inbox, *everything)
    before = await versions(store)
    await process(store, inbox, *everything)
    assert await versions(store) == before


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_cancel_before_its_booking_is_remembered(
    store: Store, inbox: Inbox, order: tuple[int, ...]
) -> None:
    messages = [
        message("SIU^S12", 1, SLOT.format("", "20260110090000"), PID),
        message("SIU^S13", 2, SLOT.format("", "20260111090000"), PID),
        message("SIU^S15", 3, "SCH|A1|F1||||PT^患者要求", PID),
    ]
    await process(store, inbox, *(messages[place] for place in order))
    (found,) = await held(store, "Appointment")
    assert (found["status"], found["start"]) == ("cancelled", "2026-01-11T09:00:00+08:00")
    assert found["cancelationReason"]["text"] == "患者要求"


async def test_a_document_of_20_megabytes_is_kept_byte_for_byte(store: Store, inbox: Inbox) -> None:
    raw = (b"%PDF-1.4 HTEST \x00\xff" * 1_300_000)[:20_000_000]
    packed = base64.b64encode(raw).decode()
    file = f"OBX|1|ED|PDF||^application^pdf^Base64^{packed}"
    text = message("MDM^T02", 1, PID, DOCUMENT.format("D9", ""), file)
    begun = time.process_time()
    for draft in convert(Message.parse(text.decode()), Source("TEST1", "Organization/t1"), identify).drafts:
        merge(None, {}, draft)
    assert time.process_time() - begun < 2
    await process(store, inbox, text)
    (document,) = await held(store, "DocumentReference")
    attachment = document["content"][0]["attachment"]
    assert attachment["size"] == 20_000_000
    assert attachment["hash"] == base64.b64encode(hashlib.sha1(raw).digest()).decode()
    (binary,) = await held(store, "Binary")
    assert base64.b64decode(binary["data"]) == raw
    assert serialize(binary)
