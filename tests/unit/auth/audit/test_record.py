"""Audit records survive their way through JSON."""

from datetime import UTC, datetime

import pytest

from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from tests.unit.auth.audit.conftest import CLINIC, DOCTOR, RESIDENT, read


@pytest.mark.parametrize("agent", [DOCTOR, CLINIC, RESIDENT, NOBODY])
@pytest.mark.parametrize("interaction", list(Interaction))
def test_round_trip(agent: Agent, interaction: Interaction) -> None:
    record = read(
        "Patient/a",
        "Patient/b",
        agent=agent,
        interaction=interaction,
        query="name=张&birthdate=1990",
        outcome=Outcome.REFUSED,
        reason="no relation",
        purpose="TREAT",
        moment=datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
    )
    assert AuditRecord.decode(record.encode()) == record


def test_half_a_surrogate_in_a_query_does_not_lose_the_record() -> None:
    assert AuditRecord.decode(read(query="name=\udcff").encode()).query is not None


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "0"), (304, "0"), (401, "4"), (404, "4"), (500, "8"), (503, "8")]
)
def test_outcome_of_a_status(status: int, outcome: str) -> None:
    assert Outcome.of_status(status).value == outcome


def test_every_record_has_its_own_id() -> None:
    assert read().id != read().id
