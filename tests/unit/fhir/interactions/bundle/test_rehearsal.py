"""Checklist line 43: a transaction fails whole where one of its reads does, so nothing of it is there."""

from typing import Any
from unittest.mock import patch as replaced

import pytest

from fhir.interactions.context import Context
from fhir.interactions.delete import delete
from fhir.interactions.transaction import transaction
from fhir.outcome import Refusal
from tests.support.resources import observation, patient, put
from tests.unit.fhir.interactions.test_transaction import ask, bundle, count

NEW = ask("PUT", "Observation/new", observation("new"))
CHANGED = ask("PUT", "Observation/o1", observation("o1", status="amended"))


@pytest.mark.parametrize(
    ("read", "status"),
    [
        ("Observation/o1/_history/9", 404),
        ("Observation/o1/_history/x", 404),
        ("Observation/o2/_history", 404),
        ("Observation/_history?_at=soon", 400),
        ("Observation?_cursor=nonsense", 400),
        ("Observation?code:in=http://htest.example/unknown", 400),
        ("Patient?birthdate=soon", 400),
        ("Patient?name=%ff", 400),
        ("Unicorn?x=1", 404),
        ("Patient/nobody/$everything", 404),
        ("Patient/p1/$everything?start=soon", 400),
        ("ValueSet/$expand?url=http://htest.example/unknown", 404),
        ("Observation/$lastn?max=x", 400),
        ("AuditEvent", 400),
    ],
)
async def test_a_read_that_fails_leaves_nothing_written(regional: Context, read: str, status: int) -> None:
    before = await count(regional)
    await delete(regional, "Observation", "o2")
    await regional.store.database["resources"].delete_one({"_id": "Observation/o2"})
    with pytest.raises(Refusal) as refusal:
        await transaction(regional, bundle(NEW, ask("GET", read)))
    assert refusal.value.status == status
    assert str(refusal.value.issues[0].expression).startswith("Bundle.entry[1]")
    assert await count(regional) == before - 1


@pytest.mark.parametrize(
    ("read", "status"),
    [
        ("Observation/new?_summary=nonsense", 400),
        ("Observation/new?_summary=count", 400),
        ("Observation/new/_history/1?_summary=nonsense", 400),
        ("Observation/new/_history?_cursor=nonsense", 400),
        ("Patient/fresh/Unicorn", 404),
        ("Patient/fresh/_search", 404),
        ("Patient/fresh/Observation/_history", 404),
        ("Patient/fresh/Observation?_cursor=nonsense", 400),
        ("Patient/fresh/Observation?_count=-1", 400),
        ("Patient/fresh/Observation?code:nope=1", 400),
        ("Patient/fresh/Observation?code:in=http://htest.example/unknown", 400),
        ("Patient/fresh/$everything?_type=Unicorn", 400),
        ("Patient/fresh/$everything?_cursor=nonsense", 404),
    ],
)
async def test_a_wrong_read_of_what_is_not_there_yet(regional: Context, read: str, status: int) -> None:
    """That its target is still to come hides nothing else that is wrong with it."""
    before = await count(regional)
    rows = [NEW, ask("PUT", "Patient/fresh", patient("fresh")), ask("GET", read)]
    with pytest.raises(Refusal) as refusal:
        await transaction(regional, bundle(*rows))
    assert refusal.value.status == status
    assert str(refusal.value.issues[0].expression).startswith("Bundle.entry[2]")
    assert await count(regional) == before


async def test_a_deletion_stays_the_version_that_it_is(regional: Context) -> None:
    await delete(regional, "Observation", "o1")
    with pytest.raises(Refusal) as refusal:
        await transaction(regional, bundle(CHANGED, ask("GET", "Observation/o1/_history/2")))
    assert (refusal.value.status, refusal.value.issues[0].expression) == (404, "Bundle.entry[1]")
    given = await transaction(regional, bundle(CHANGED, ask("GET", "Observation/o1/_history/3")))
    assert [each["response"]["status"] for each in given["entry"]] == ["201 Created", "200 OK"]


@pytest.mark.parametrize(
    "read",
    [
        "Observation/new",
        "Observation/new/_history/1",
        "Observation/new/_history",
        "Observation/new/$meta",
        "Patient/fresh/$everything",
        "Patient/fresh/Observation",
        "Observation/o1/_history/2",
        "Observation/o1/_history/1",
        "Observation?_id=new",
    ],
)
async def test_a_read_sees_what_the_transaction_writes(regional: Context, read: str) -> None:
    rows = [NEW, CHANGED, ask("PUT", "Patient/fresh", patient("fresh")), ask("GET", read)]
    given = await transaction(regional, bundle(*rows))
    assert [each["response"]["status"][:3] for each in given["entry"]] == ["201", "200", "201", "200"]


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([NEW, ask("GET", "Observation/new/_history/2")], 404),
        ([CHANGED, ask("GET", "Observation/o1/_history/3")], 404),
        ([ask("DELETE", "Observation/o1"), ask("GET", "Observation/o1")], 410),
        ([ask("DELETE", "Observation/o1"), ask("GET", "Observation/o1/$meta")], 410),
    ],
)
async def test_what_the_writes_do_not_leave_there(regional: Context, rows: list[Any], status: int) -> None:
    before = await count(regional)
    with pytest.raises(Refusal) as refusal:
        await transaction(regional, bundle(*rows))
    assert (refusal.value.status, refusal.value.issues[0].expression) == (status, "Bundle.entry[1]")
    assert await count(regional) == before


async def test_a_transaction_waits_for_a_read_of_what_is_deleted_and_comes_back(regional: Context) -> None:
    await delete(regional, "Observation", "o1")
    given = await transaction(regional, bundle(CHANGED, ask("GET", "Observation/o1")))
    assert [each["response"]["status"] for each in given["entry"]] == ["201 Created", "200 OK"]


async def test_what_fails_on_our_side_after_the_commit_is_told_in_its_entry(regional: Context) -> None:
    """What is done can't be undone any more, so it is told as done."""
    await put(regional.store, patient("p3"))
    tried = []

    async def broken(context: Context, entry: Any) -> dict[str, Any]:
        tried.append(entry)
        if len(tried) > 1:
            raise RuntimeError("HTEST")
        return {}

    with (
        replaced("fhir.interactions.bundle.rehearsal.answer", broken),
        replaced("fhir.interactions.transaction.answer", broken),
    ):
        given = await transaction(regional, bundle(NEW, ask("GET", "Patient/p3")))
    created, failed = given["entry"]
    assert created["response"]["status"] == "201 Created"
    assert failed["response"]["status"] == "500 Internal Server Error"
    assert "HTEST" not in str(failed)
