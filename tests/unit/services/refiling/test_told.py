"""Who is told: whoever's records show what was moved, or the file it lay in when it was asked for."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from auth.audit.archive import Archive
from auth.audit.record import Agent, AuditRecord, Interaction, Outcome, Part
from auth.audit.recorder import Recorder
from auth.store.moves import LOOKED, Move, Moves
from fhir.store import Store
from services.refiling.told import saw, tell

NOW = moment.now()
MOVE = Move(
    id="m1", root="DiagnosticReport/r1", source="Patient/a", persons=("Patient/a", "Patient/a2"),
    to="Patient/b", references=("DiagnosticReport/r1", "Observation/o1"), parted=(),
    filed=NOW - timedelta(days=1), moment=NOW, account="s1", name="HTEST", house=None, reason="HTEST",
    date="2026-02-03", initial="测",
)  # fmt: skip
DOCTOR = Agent("person", "zhou", "HTEST Zhou", role="clinician")
SYSTEM = Agent("system", "his", "HTEST HIS", client_id="his")


def part(patient: str, entity: str) -> Part:
    return Part([patient], entity, None, None)


def resident(**more: str) -> Agent:
    return Agent("person", "x", "x", role="resident", **more)


def record(agent: Agent = DOCTOR, **more: Any) -> AuditRecord:
    usual: dict[str, Any] = {"interaction": Interaction.READ, "patients": ("Patient/a",)}
    return AuditRecord(agent, **usual | {"moment": NOW - timedelta(hours=1)} | more)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"entity": "DiagnosticReport/r1"}, True),
        ({"entity": "Observation/o1/_history/1", "interaction": Interaction.VREAD}, True),
        ({"entity": "Observation/o9"}, False),
        ({"entity": "Observation/o1", "outcome": Outcome.REFUSED}, False),
        ({"entity": "Observation/o1", "moment": NOW + timedelta(minutes=1)}, False),
        ({"interaction": Interaction.VIEW, "type": "Patient", "entity": "Patient/a"}, True),
        ({"interaction": Interaction.VIEW, "type": "AuditEvent"}, False),
        ({"interaction": Interaction.SEARCH, "type": "Observation", "query": "Observation?patient=a"}, True),
        ({"interaction": Interaction.SEARCH, "type": "Condition", "query": "Condition?patient=a"}, False),
        ({"interaction": Interaction.SEARCH, "type": "Patient", "query": "Patient?_revinclude=x"}, True),
        ({"interaction": Interaction.SEARCH, "type": "Bundle", "query": "?_id=r1"}, True),
        ({"interaction": Interaction.SEARCH, "type": "Observation", "query": "Patient/a/Observation?"}, True),
        ({"interaction": Interaction.SEARCH, "type": "Condition", "query": "Patient/a/Condition?"}, False),
        ({"interaction": Interaction.SEARCH, "type": None, "query": "Patient/a/*?"}, True),
        ({"interaction": Interaction.OPERATION, "type": "Patient", "query": "Patient/a/$everything"}, True),
        ({"interaction": Interaction.OPERATION, "type": "Patient", "query": "Patient/a/$person"}, False),
        ({"interaction": Interaction.HISTORY, "type": None, "entity": "_history"}, True),
        ({"interaction": Interaction.HISTORY, "type": "Condition", "entity": "Condition/_history"}, False),
        ({"interaction": Interaction.BATCH, "parts": (part("Patient/a", "Observation/o1"),)}, True),
        ({"interaction": Interaction.BATCH, "parts": (part("Patient/z", "Observation/o9"),)}, False),
        ({"interaction": Interaction.UPDATE, "entity": "Condition/k1"}, False),
        ({"entity": "Observation/o1", "agent": resident(patient="Patient/a2")}, False),
        ({"entity": "Observation/o1", "agent": resident(represents="Patient/a")}, True),
    ],
)  # fmt: skip
def test_who_has_seen_it(more: dict[str, Any], told: bool) -> None:
    assert saw(record(**more), MOVE) is told


async def test_persons_are_told_once_and_systems_are_listed(store: Store) -> None:
    recorder, archive = Recorder(store.database, store.vault), Archive(store.database, store.vault)
    moves = Moves(store.database, store.vault)
    move = replace(MOVE, moment=moment.now())
    for each in (
        record(entity="Observation/o1"),
        record(entity="Observation/o1", moment=NOW - timedelta(hours=2)),
        record(entity="Observation/o1", moment=NOW - timedelta(days=2)),
        record(SYSTEM, entity="Observation/o1"),
        record(Agent("person", "s1", "HTEST", role="steward"), entity="Observation/o1"),
    ):
        await recorder.record(each)
    await recorder.close()
    await store.resources.transact(lambda tx: moves.keep(tx.session, move))
    assert [each.id for each in await moves.untold()] == ["m1"]
    for _ in range(2):
        await tell(archive, moves, move)
    (notice,) = await moves.waiting(["zhou"])
    assert (notice.kind, notice.type, notice.date, notice.initial) == (
        LOOKED,
        "DiagnosticReport",
        "2026-02-03",
        "测",
    )
    assert notice.looked == NOW - timedelta(hours=1), "the last time"
    (kept,) = await moves.newest(None)
    assert (kept.looked, [each.client for each in kept.systems]) == (1, ["his"])
    assert kept.reason == "HTEST"
    assert [each.id for each in await moves.untold()] == ["m1"], "asked again when all records are there"
    assert await moves.acknowledge(notice.id, ["another"]) is None
    assert await moves.acknowledge(notice.id, ["zhou"]) is not None
    await tell(archive, moves, move)
    assert await moves.waiting(["zhou"]) == []
