"""What was planned is written, shows each side its own, and is brought back to the letter."""

from collections.abc import Callable
from typing import Any

from auth.store.moves import CAME, LEFT
from fhir.store import EVERYONE
from fhir.store.transaction import Transaction
from fhir.validation import errors
from tests.support.access import Some
from tests.unit.services.refiling.conftest import REPORT, Desk


async def test_what_was_seen_is_what_is_done(desk: Desk) -> None:
    move = await desk.move("DiagnosticReport/r1")
    assert await desk.owned("Patient/b") == REPORT
    moved = await desk.read("DiagnosticReport/r1")
    assert moved is not None
    assert moved["subject"] == {"reference": "Patient/b"}, "without the name of the other one"
    assert not {"encounter", "basedOn"} & moved.keys()
    assert len(moved["result"]) == 2
    list = await desk.read("List/l1")
    assert list is not None
    assert [each["item"]["reference"] for each in list["entry"]] == ["DiagnosticReport/r2"]
    assert "derivedFrom" not in ((await desk.read("Observation/later")) or {"derivedFrom": 1})
    (told,) = [
        row
        async for row in desk.store.database["resources"].find({"type": "Provenance", "owner": "Patient/b"})
    ]
    provenance = await desk.read(told["_id"])
    assert provenance is not None
    assert not errors(provenance)
    assert {"reference": "DiagnosticReport/r1/_history/2"} in provenance["target"]
    assert (move.root, move.source, move.date, move.initial) == (
        "DiagnosticReport/r1",
        "Patient/a",
        "2026-02-03",
        "测",
    )
    assert move.filed < move.moment
    assert [each.id for each in await desk.moves.newest(None)] == [move.id]
    kinds = {
        whom: [each.kind for each in await desk.moves.waiting([whom])] for whom in ("Patient/a", "Patient/b")
    }
    assert kinds == {"Patient/a": [LEFT], "Patient/b": [CAME]}


async def test_history_shows_each_side_its_own(desk: Desk) -> None:
    await desk.move("DiagnosticReport/r1")
    versions: Callable[..., Any] = desk.store.resources.read_version
    old, new = Some("Patient/a"), Some("Patient/b")
    assert await desk.read("DiagnosticReport/r1", old) is None
    assert [await versions("DiagnosticReport", "r1", n, old) for n in (1, 2)] == [None, None]
    assert await desk.store.resources.history([("DiagnosticReport", old)], "r1", limit=9) == []
    assert await versions("DiagnosticReport", "r1", 1, new) is None, "the old version names somebody else"
    assert await versions("DiagnosticReport", "r1", 2, new) is not None
    assert await versions("DiagnosticReport", "r1", 1, EVERYONE) is not None, "nothing is lost"


async def test_moving_back_restores_it_to_the_letter(desk: Desk) -> None:
    before = {name: await desk.read(name) for name in (*REPORT, "List/l1", "Observation/later")}
    move = await desk.move("DiagnosticReport/r1")
    await desk.move("DiagnosticReport/r1", "Patient/a", undoes=move.id)
    for name, was in before.items():
        now = await desk.read(name)
        assert was is not None
        assert now is not None
        assert {**now, "meta": None} == {**was, "meta": None}, name
    assert await desk.owned("Patient/b") == set()


async def test_what_was_changed_since_is_moved_back_as_it_is(desk: Desk) -> None:
    move = await desk.move("Observation/o3")
    changed = await desk.read("Observation/o3")

    async def work(tx: Transaction) -> None:
        tx.put((changed or {}) | {"status": "amended"})

    await desk.store.resources.transact(work)
    await desk.move("Observation/o3", "Patient/a", undoes=move.id)
    now = await desk.read("Observation/o3")
    assert now is not None
    assert (now["status"], now["subject"]["reference"]) == ("amended", "Patient/a")
