"""A number that is another patient's is never filed under this one (checklist 33 and 52)."""

from collections.abc import AsyncIterator

import pytest

from fhir.store import EVERYONE, Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.sources import Sources
from services.worker.processor import Processor

WANG, LI = "PID|1||W1||王五HTEST||19580312|1", "PID|1||L1||李四HTEST||19900101|2"
VISIT = "PV1|1|I|3B^301^1||||||||||||||||V1"
RESULT = ("OBR|1|PO1|F1|718-7^Hb^LN", "OBX|1|NM|718-7^Hb^LN||131|g/L|||||F")
CITIZEN = "510104195803129013^^^^NI"


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


def message(kind: str, hour: int, *segments: str) -> bytes:
    time = f"20260105{hour:02}0000"
    header = f"MSH|^~\\&|HIS|HTEST1|FURONG|CD|{time}||{kind}|C{kind}{hour}|P|2.4||||||UNICODE UTF-8"
    event = [f"EVN|{kind[4:]}|{time}"] if kind.startswith("ADT") else []
    return "\r".join((header, *event, *segments, "")).encode()


async def deliver(store: Store, inbox: Inbox, *messages: bytes) -> list[str]:
    """What became of each: its state, or why it is a dead letter."""
    told = []
    async with Sources(store.database, store.vault.identify, True) as sources:
        processor = Processor(store, inbox, sources)
        for raw in messages:
            kept = await inbox.add(
                Arrival(raw, b"AA", RECEIVED, "peer", "HTEST1", raw.decode().split("|")[9])
            )
            state = await processor.process(kept.id)
            told.append((await inbox.reason(kept.id) or {})["text"] if state == DEAD else state)
    return told


async def owners(store: Store, type: str) -> list[str]:
    """The numbers of the patients to whom the resources of a type belong."""
    found = []
    for row in await store.database["resources"].find({"type": type}).to_list():
        kind, _, id = row["owner"].partition("/")
        patient = await store.resources.read(kind, id, EVERYONE)
        assert patient is not None
        found.append(patient.resource()["identifier"][0]["value"])
    return sorted(found)


@pytest.mark.parametrize("hour", [7, 9], ids=["older", "newer"])
@pytest.mark.parametrize("kind", ["ADT^A01", "ADT^A08", "ADT^A03"])
async def test_a_visit_does_not_go_to_somebody_else(store: Store, inbox: Inbox, kind: str, hour: int) -> None:
    told = await deliver(store, inbox, message("ADT^A01", 8, WANG, VISIT), message(kind, hour, LI, VISIT))
    assert told == [DONE, "the number is that of another patient: a clerk must decide (PV1[1]-19)"]
    assert await owners(store, "Encounter") == ["W1"]
    assert await owners(store, "Patient") == ["W1"]


async def test_a_result_for_somebody_elses_visit_waits(store: Store, inbox: Inbox) -> None:
    told = await deliver(
        store, inbox, message("ADT^A01", 8, WANG, VISIT), message("ORU^R01", 9, LI, VISIT, *RESULT)
    )
    assert told == [DONE, "the number is that of another patient: a clerk must decide (PV1[1]-19)"]
    assert await owners(store, "Observation") == []


async def test_a_result_number_that_is_used_again_for_somebody_else_waits(store: Store, inbox: Inbox) -> None:
    told = await deliver(
        store, inbox, message("ORU^R01", 8, WANG, *RESULT), message("ORU^R01", 9, LI, *RESULT)
    )
    assert told == [DONE, "the number is that of another patient: a clerk must decide (OBR[1]-2)"]
    for type in ("Observation", "DiagnosticReport", "ServiceRequest"):
        assert await owners(store, type) == ["W1"]


async def test_two_patients_of_one_message_share_no_visit(store: Store, inbox: Inbox) -> None:
    told = await deliver(store, inbox, message("ORU^R01", 8, WANG, VISIT, *RESULT, LI, VISIT, *RESULT))
    assert told == ["the number is that of another patient: a clerk must decide (PV1[2]-19)"]
    assert await owners(store, "Patient") == []


async def test_a_patient_who_was_merged_keeps_the_visit_under_either_number(
    store: Store, inbox: Inbox
) -> None:
    told = await deliver(
        store,
        inbox,
        message("ADT^A01", 8, WANG, VISIT),
        message("ADT^A40", 9, "PID|1||W2||王五HTEST", "MRG|W1"),
        message("ADT^A08", 10, "PID|1||W2||王五HTEST", VISIT),
        message("ORU^R01", 11, WANG, VISIT, *RESULT),
    )
    assert told == [DONE] * 4


async def test_one_citizen_number_is_one_person_whatever_the_first_number(store: Store, inbox: Inbox) -> None:
    told = await deliver(
        store,
        inbox,
        message("ADT^A04", 8, f"PID|1||{CITIZEN}||张三HTEST||19580312|1", VISIT),
        message("ADT^A01", 9, f"PID|1||S1~{CITIZEN}||张三HTEST||19580312|1", VISIT),
    )
    assert told == [DONE, DONE]
    assert await owners(store, "Encounter") == ["S1"]


async def test_a_lent_card_does_not_take_the_visit_along(store: Store, inbox: Inbox) -> None:
    """The same citizen number and birth date, and another name: a clerk has to say who it is (ADR 21)."""
    told = await deliver(
        store,
        inbox,
        message("ADT^A01", 8, f"PID|1||W1~{CITIZEN}||王五HTEST||19580312|1", VISIT),
        message("ADT^A08", 9, f"PID|1||L1~{CITIZEN}||李四HTEST||19580312|1", VISIT),
    )
    assert told == [DONE, "the number is that of another patient: a clerk must decide (PV1[1]-19)"]
    assert await owners(store, "Encounter") == ["W1"]


async def test_a_move_takes_the_visit_along_and_what_waited_is_filed_then(store: Store, inbox: Inbox) -> None:
    await deliver(
        store,
        inbox,
        message("ADT^A01", 8, WANG, VISIT),
        message("ADT^A08", 11, LI, VISIT),
        message("ADT^A45", 10, LI, "MRG|W1||||V1", VISIT),
    )
    assert await owners(store, "Encounter") == ["L1"]
    await inbox.replay({"state": DEAD})
    async with Sources(store.database, store.vault.identify, True) as sources:
        (row,) = await inbox.collection.find({"state": RECEIVED}).to_list()
        assert await Processor(store, inbox, sources).process(row["_id"]) == DONE
