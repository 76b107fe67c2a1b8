"""The receipt of a look, as a resident downloads it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from auth import moment
from auth.audit import receipt
from auth.audit.record import Agent, AuditRecord, Interaction
from services.platform import Platform
from services.portal.resident.receipts import receipt_file
from tests.unit.services.portal.test_visit import platform, request, token

__all__ = ["platform", "token"]
DOCTOR = Agent("person", "a1", "HTEST Li", "clinician", practitioner="Practitioner/p1")
YESTERDAY = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
async def look(platform: Platform) -> AsyncIterator[AuditRecord]:
    record = AuditRecord(
        agent=DOCTOR, interaction=Interaction.VIEW, type="Patient", patients=("Patient/p1", "Patient/p2"),
        purpose="TREAT", moment=moment.milliseconds(YESTERDAY),
    )  # fmt: skip
    await platform.recorder.record(record)
    return record


async def test_before_the_root_a_page_says_when(platform: Platform, token: str, look: AuditRecord) -> None:
    reply = await receipt_file(request(platform, token), look.id)
    assert reply.status_code == 200
    assert "第二天" in bytes(reply.body).decode()


async def test_a_file_that_holds_without_the_platform(
    platform: Platform, token: str, look: AuditRecord
) -> None:
    await platform.anchoring.make_due()
    reply = await receipt_file(request(platform, token), look.id)
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"
    made = json.loads(bytes(reply.body))
    assert receipt.faults(made, {platform.anchoring.signer.public}) == []
    assert made["patient"] == "Patient/p1"
    assert ["HTEST Li" in line for line in made["text"]] == [True, True]
    assert b"Patient/p2" not in bytes(reply.body)
    record = (await platform.archive.records(["Patient/p1"], None, 1))[0]
    assert (record.type, record.entity) == ("AuditEvent", f"AuditEvent/{look.id}")


async def test_the_look_at_another_is_not_found(platform: Platform, token: str) -> None:
    other = AuditRecord(agent=DOCTOR, interaction=Interaction.VIEW, patients=("Patient/p2",))
    await platform.recorder.record(other)
    for id in (other.id, "0" * 36, "x"):
        assert (await receipt_file(request(platform, token), id)).status_code == 404
