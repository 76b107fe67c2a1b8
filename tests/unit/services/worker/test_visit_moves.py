"""A message of the feed brings nothing back that a steward has moved: one sent before goes along, one sent
after waits for a clerk."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.principal import Kind, Principal
from auth.store.moves import Moves
from fhir.interactions.context import Context
from fhir.store import EVERYONE, Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox
from services.refiling.refiling import Asked, preview, refile
from services.sources import Sources
from services.worker.processor import Processor
from tests.support.access import Granted
from tests.unit.services.worker.test_moving import inbox, pid, pv1

__all__ = ["inbox"]
WHO = Principal(Kind.PERSON, "s1", "HTEST steward")
PAST, FUTURE = "20260105100000", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y%m%d%H%M%S")


def oru(patient: str, sent: str, *results: str, visit: str = "V1", control: str = "C") -> bytes:
    header = f"MSH|^~\\&|HIS|HTEST1|FURONG|CD|{sent}||ORU^R01|{control}|P|2.4||||||UNICODE UTF-8"
    order = "OBR|1||F1|718-7^Hb^LN|||20260105090000"
    lines = [f"OBX|{n}|NM|{each}^x^LN||{100 + n}|g/L|||||F" for n, each in enumerate(results, 1)]
    return "\r".join((header, pid(patient), pv1(visit), order, *lines, "SPM|1|SPF1||BLD", "")).encode()


async def send(store: Store, inbox: Inbox, raw: bytes) -> tuple[str, dict[str, Any]]:
    async with Sources(store.database, store.vault.identify, True) as sources:
        control = f"N{await inbox.collection.count_documents({})}"
        await inbox.add(Arrival(raw, b"AA", RECEIVED, "peer", "HTEST1", control))
        row = await inbox.collection.find_one({"control_id": control})
        assert row is not None
        state = await Processor(store, inbox, sources).process(str(row["_id"]))
        row = await inbox.collection.find_one({"control_id": control})
        return state, (row or {}).get("reason") or {}


async def owners(store: Store) -> dict[str, set[str]]:
    kinds = ["DiagnosticReport", "Observation", "Specimen", "Encounter"]
    found: dict[str, set[str]] = {}
    async for row in store.database["resources"].find({"type": {"$in": kinds}, "deleted": False}):
        found.setdefault(row["type"], set()).add(row["owner"])
    return found


@pytest.fixture
async def moved(store: Store, inbox: Inbox) -> tuple[str, str]:
    """A's report is moved to B; the Patients of both."""
    assert (await send(store, inbox, oru("A", PAST, "718-7", "6690-2")))[0] == DONE
    assert (await send(store, inbox, oru("B", PAST, "2345-7", visit="V2").replace(b"F1", b"F2")))[0] == DONE
    reports = [row async for row in store.database["resources"].find({"type": "DiagnosticReport"})]
    a, b = [await _owner_of(store, reports, number) for number in ("F1", "F2")]
    context = Context(store, Granted(), "https://x.example/fhir", "r")
    asked = Asked(a[0], b[1])
    plan = await preview(context, asked)
    await refile(context, Moves(store.database, store.vault), asked, plan.digest, WHO, "HTEST")
    return a[1], b[1]


async def _owner_of(store: Store, rows: list[Any], number: str) -> tuple[str, str]:
    for row in rows:
        stored = await store.resources.read(row["type"], row["id"], EVERYONE)
        assert stored is not None
        if any(each["value"] == number for each in stored.resource()["identifier"]):
            return stored.reference, stored.owner
    raise AssertionError(number)


async def test_an_older_message_goes_where_it_is_now(
    store: Store, inbox: Inbox, moved: tuple[str, str]
) -> None:
    a, b = moved
    assert await owners(store) == {
        "DiagnosticReport": {b}, "Observation": {b}, "Specimen": {b}, "Encounter": {a, b},
    }  # fmt: skip
    before = {row["_id"]: row["version"] async for row in store.database["resources"].find()}
    assert (await send(store, inbox, oru("A", PAST, "718-7", "6690-2")))[0] == DONE
    after = {row["_id"]: row["version"] async for row in store.database["resources"].find()}
    assert after == before, "a replay writes nothing"
    assert (await send(store, inbox, oru("A", "20260105110000", "718-7", "777-3", control="D")))[0] == DONE
    assert await owners(store) == {
        "DiagnosticReport": {b}, "Observation": {b}, "Specimen": {b}, "Encounter": {a, b},
    }, "nor does a result that was unknown so far come to the first patient"  # fmt: skip


async def test_a_newer_message_that_still_names_the_first_patient_waits(
    store: Store, inbox: Inbox, moved: tuple[str, str]
) -> None:
    _, b = moved
    state, reason = await send(store, inbox, oru("A", FUTURE, "718-7"))
    assert (state, reason["code"]) == (DEAD, "moved-by-steward")
    assert (await owners(store))["Observation"] == {b}


async def test_a_newer_message_that_names_the_right_one_is_filed(
    store: Store, inbox: Inbox, moved: tuple[str, str]
) -> None:
    _, b = moved
    assert (await send(store, inbox, oru("B", FUTURE, "718-7", visit="V2")))[0] == DONE
    found = await owners(store)
    assert found["Observation"] == {b}
    visits = [row["_id"] async for row in store.database["resources"].find({"type": "Encounter", "owner": b})]
    rows = store.database["resources"].find({"type": "DiagnosticReport"})
    reports = [await store.resources.read(row["type"], row["id"], EVERYONE) async for row in rows]
    named = {each.resource()["encounter"]["reference"] for each in reports if each is not None}
    assert named == set(visits), "and lies in the visit that it tells"
