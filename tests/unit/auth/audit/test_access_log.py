"""Access log: what a resident learns of each look at the record."""

from datetime import timedelta

from auth import moment
from auth.audit.access_log import for_patients
from auth.audit.archive import Archive
from auth.audit.record import Interaction, Outcome
from auth.audit.recorder import Recorder
from tests.unit.auth.audit.conftest import CLINIC, RESIDENT, read


async def test_who_when_why_what_and_with_what_result(recorder: Recorder, archive: Archive) -> None:
    at = moment.now()
    await recorder.record(read("Patient/a", "Patient/b", purpose="TREAT", moment=at))
    refusal = {"outcome": Outcome.REFUSED, "reason": "no relation"}
    await recorder.record(read("Patient/a", agent=CLINIC, moment=at + timedelta(seconds=1), **refusal))
    await recorder.record(
        read("Patient/a", agent=RESIDENT, interaction=Interaction.VIEW, moment=at + timedelta(seconds=2))
    )
    await recorder.record(read("Patient/b", agent=RESIDENT, moment=at + timedelta(seconds=3)))
    own, clinic, doctor = await for_patients(archive, ["Patient/a", "Patient/a2"])
    assert (doctor.name, doctor.role, doctor.organization, doctor.purpose) == (
        "HTEST Li Lei",
        "clinician",
        "Organization/h1",
        "TREAT",
    )
    assert (doctor.moment, doctor.interaction, doctor.type, doctor.result) == (
        at,
        Interaction.READ,
        "Observation",
        Outcome.SUCCESS,
    )
    assert (clinic.kind, clinic.result, clinic.reason) == ("system", Outcome.REFUSED, "no relation")
    assert [own.own, clinic.own, doctor.own] == [True, False, False]


async def test_since_and_limit(recorder: Recorder, archive: Archive) -> None:
    at = moment.now()
    for number in range(5):
        await recorder.record(read("Patient/a", moment=at + timedelta(seconds=number)))
    assert len(await for_patients(archive, ["Patient/a"], limit=2)) == 2
    assert len(await for_patients(archive, ["Patient/a"], since=at + timedelta(seconds=3))) == 2
    assert await for_patients(archive, []) == []


async def test_the_looks_of_others_are_found_behind_any_number_of_own_ones(
    recorder: Recorder, archive: Archive
) -> None:
    at = moment.now()
    await recorder.record(read("Patient/a", moment=at))
    for number in range(1, 120):
        await recorder.record(
            read(
                "Patient/a",
                agent=RESIDENT,
                interaction=Interaction.VIEW,
                moment=at + timedelta(seconds=number),
            )
        )
    (found,) = await for_patients(archive, ["Patient/a"], limit=4, others=True)
    assert found.name == "HTEST Li Lei"
    assert await for_patients(archive, ["Patient/a"], until=at, others=True) == []
