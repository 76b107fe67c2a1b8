"""Merges and moves on the real database: any order of delivery ends in the same files (checklist 36, 51, 52).

Each list of messages is delivered in every order; what is stored afterwards must be the same to the last byte
but for versions and times of storing, and a replay of all changes nothing.
"""

import json
from collections.abc import AsyncIterator, Sequence
from itertools import permutations
from typing import Any

import pytest

from fhir.store import EVERYONE, Store
from services.inbox import DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.sources import Sources
from services.worker.processor import Processor

NUMBER = "510104195803129013"


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


def pv1(visit: str, bed: str = "", end: str = "") -> str:
    return f"PV1|1|I|{bed}||||||||||||||||{visit}" + (f"{'|' * 26}{end}" if end else "")


def message(kind: str, hour: int, *segments: str) -> bytes:
    time = f"20260105{hour:02}0000"
    header = f"MSH|^~\\&|HIS|HTEST1|FURONG|CD|{time}||{kind}|C{kind}{hour}|P|2.4||||||UNICODE UTF-8"
    event = f"EVN|{kind[4:]}|{time}" if kind.startswith("ADT") else ""
    return "\r".join(one for one in (header, event, *segments, "") if one).encode()


def pid(
    *numbers: str, phone: str = "", name: str = "张三HTEST", born: str = "19580312", sex: str = "1"
) -> str:
    return f"PID|1||{'~'.join(numbers)}||{name}||{born}|{sex}|||||{phone}"


def oru(patient: str, hour: int, filler: str, visit: str = "") -> bytes:
    result = (
        f"OBR|1||{filler}|718-7^Hb^LN",
        f"OBX|1|NM|718-7^Hb^LN||13{hour}|g/L|||||F",
        f"SPM|1|SP{filler}||BLD",
    )
    return message("ORU^R01", hour, pid(patient), *([pv1(visit)] if visit else []), *result)


MERGED = [
    message("ADT^A01", 8, pid("S1"), pv1("V1", "3B^1^1")),
    message("ADT^A08", 9, pid("L1", f"{NUMBER}^^^^NI", phone="1"), pv1("V2", "3B^1^2")),
    message("ADT^A40", 10, pid("S1"), "MRG|L1"),
    oru("L1", 11, "F1", "V2"),
]
CHAIN = [
    message("ADT^A28", 8, pid("C1")),
    message("ADT^A40", 10, pid("B1"), "MRG|A1"),
    message("ADT^A40", 9, pid("C1"), "MRG|B1"),
    message("ADT^A28", 11, pid("A1", "X1^^^^PI")),
]
RENUMBERED = [
    message("ADT^A01", 8, pid("P1"), pv1("V1", "3B^1^1"), "DG1|1||I10^高血压^I10"),
    oru("P1", 9, "F1", "V1"),
    message("ADT^A50", 10, pid("P1"), "MRG|P1||||V1", pv1("V2", "3B^1^1")),
    message("ADT^A03", 12, pid("P1"), pv1("V2", "3B^1^1", "20260105113000")),
]
TAKEN = [
    message("ADT^A01", 8, pid("W1"), pv1("V1", "3B^1^1")),
    oru("W1", 9, "F1", "V1"),
    message(
        "ADT^A45",
        10,
        pid("R1", name="李四HTEST", born="19900101", sex="2"),
        "MRG|W1||||V1",
        pv1("V1", "3B^1^1"),
    ),
    oru("W1", 7, "F2"),
]
LINKED = [
    message("ADT^A24", 9, pid("P1"), pid("Q1")),
    message("ADT^A37", 10, pid("Q1"), pid("P1")),
    message("ADT^A24", 8, pid("P1"), pid("Q1")),
    message("ADT^A28", 7, pid("P1")),
]


async def deliver(store: Store, inbox: Inbox, messages: Sequence[bytes]) -> None:
    async with Sources(store.database, store.vault.identify, True) as sources:
        processor = Processor(store, inbox, sources)
        for number, raw in enumerate(messages):
            await inbox.add(Arrival(raw, b"AA", RECEIVED, "peer", "HTEST1", f"N{number}"))
            row = await inbox.collection.find_one({"control_id": f"N{number}", "state": RECEIVED})
            assert row is not None
            assert await processor.process(str(row["_id"])) == DONE, row
    await inbox.collection.delete_many({})


_UNORDERED = ["Provenance", "Organization", "Task"]


async def stored(store: Store) -> dict[str, Any]:
    """Everything but Provenance, shells and Tasks of codes, and who is one person."""
    found: dict[str, Any] = {}
    async for row in store.database["resources"].find({"type": {"$nin": _UNORDERED}}):
        read = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert read is not None
        resource = {name: part for name, part in read.resource().items() if name != "meta"}
        if "extension" in resource and resource["status"] == "entered-in-error":
            resource = {name: resource[name] for name in ("status", "extension")}  # as it was when given up
        found[row["_id"]] = json.dumps(resource, sort_keys=True, default=str)
    rows = await store.database["persons"].find({"members": {"$ne": []}}).to_list()
    return found | {"persons": sorted(sorted(row["members"]) for row in rows)}


async def versions(store: Store) -> dict[str, int]:
    return {row["_id"]: row["version"] async for row in store.database["resources"].find()}


async def empty(store: Store) -> None:
    for name in ("resources", "versions", "persons"):
        await store.database[name].delete_many({})


LISTS = {"merged": MERGED, "chain": CHAIN, "renumbered": RENUMBERED, "taken": TAKEN, "linked": LINKED}


@pytest.mark.parametrize("messages", LISTS.values(), ids=LISTS)
async def test_every_order_ends_in_the_same_files_and_a_replay_changes_nothing(
    store: Store, inbox: Inbox, messages: list[bytes]
) -> None:
    await deliver(store, inbox, messages)
    expected = await stored(store)
    for order in permutations(messages):
        await empty(store)
        await deliver(store, inbox, order)
        assert await stored(store) == expected, [one.split(b"|")[8] for one in order]
        before = await versions(store)
        await deliver(store, inbox, order)
        assert await versions(store) == before
