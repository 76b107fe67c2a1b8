"""The desks where cases are answered: reach, verdict and note, nobody in his own case."""

import pytest

from auth.audit.record import Agent, AuditRecord, Interaction
from auth.roles import Role
from auth.store.cases import Case, Kind
from services.portal.cases.complaint_views import desk as complaints
from services.portal.cases.correction_views import desk as corrections
from tests.unit.services.portal.console.conftest import Desk, body, desk, platform

__all__ = ["desk", "platform"]
DOCTOR = Agent("person", "a1", "HTEST Li", "clinician", organization="Organization/o")


async def opened(desk: Desk, kind: Kind, about: str, house: str | None = None) -> Case:
    return await desk.platform.cases.open(
        kind, patient="Patient/x1", about=about, by="resident", words="HTEST words", line="HTEST line",
        house=house,
    )  # fmt: skip


async def test_a_complaint_says_who_looked_and_is_answered_once(desk: Desk) -> None:
    record = AuditRecord(agent=DOCTOR, interaction=Interaction.VIEW, patients=("Patient/x1",), type="Patient")
    await desk.platform.recorder.record(record)
    case = await opened(desk, Kind.COMPLAINT, record.id)
    await desk.log_in(Role.PRIVACY)
    text = body(await desk.get(complaints.listed))
    for expected in ("HTEST Li", "HTEST words", "等待答复", "整份档案"):
        assert expected in text
    given = {"case": case.id, "verdict": "justified", "note": "HTEST 问过了"}
    for wrong in ({"note": " "}, {"verdict": "granted"}, {"case": "none"}):
        assert (await desk.post(complaints.answer, given | wrong)).status_code in (404, 422)
    assert (await desk.post(complaints.answer, given)).status_code == 303
    assert (await desk.post(complaints.answer, given)).status_code == 409
    looked = await desk.platform.archive.records(["Patient/x1"], None, 1)
    assert (looked[0].agent.role, looked[0].interaction) == ("privacy", Interaction.REVIEW)


@pytest.mark.parametrize("house", ["Organization/o", None])
async def test_a_steward_of_a_house_answers_for_his_own_alone(desk: Desk, house: str | None) -> None:
    case = await opened(desk, Kind.CORRECTION, "Observation/1", house)
    await desk.log_in(Role.STEWARD, organization="Organization/other")
    assert "HTEST line" not in body(await desk.get(corrections.listed))
    given = {"case": case.id, "verdict": "granted", "note": "HTEST"}
    assert (await desk.post(corrections.answer, given)).status_code == 404
    assert (await desk.post(complaints.answer, given)).status_code == 403
