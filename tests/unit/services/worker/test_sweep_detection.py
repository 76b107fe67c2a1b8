"""Detection over a real store: who is asked about, and who is not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from auth.audit.record import PROPOSED, Agent, AuditRecord, Interaction
from auth.audit.sweeps import Sign
from auth.store import reviews
from services.platform import Platform
from services.worker import sweep_detection
from services.worker.sweep_detection import detect, look
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
DOCTOR = Agent("person", "a1", "HTEST Li", "clinician", practitioner="Practitioner/d1")
STEWARD = Agent("person", "a3", "HTEST Zhou", "steward")
SYSTEM = Agent("system", "c1", "HTEST clinic", client_id="c1")
RESIDENT = Agent("person", "a2", "HTEST Wang", "resident", patient="Patient/p0")
NUMBER = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}


def resident(number: int, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": f"p{number}", "name": [{"text": f"HTEST{number}"}]} | more


async def put(platform: Platform, *resources: dict[str, Any]) -> None:
    async def work(tx: Any) -> None:
        for each in resources:
            tx.put(each)

    await platform.store.resources.transact(work)


async def looked(platform: Platform, agent: Agent, count: int, reason: str | None = None) -> None:
    for number in range(count):
        patients = (f"Patient/p{number}",)
        record = AuditRecord(agent=agent, interaction=Interaction.VIEW, patients=patients, reason=reason)
        await platform.recorder.record(record)


async def found(platform: Platform) -> dict[str, tuple[int, bool]]:
    await detect(platform, moment.now() - timedelta(hours=1))
    return {each.sign: (each.count, each.strong) for each in await reviews.newest(platform.database)}


async def test_neighbours_of_one_surname_are_a_finding_with_an_alarm(platform: Platform) -> None:
    where = {"address": [{"text": "HTEST 路 1 号"}]}
    names = [resident(n, name=[{"family": "HTEST", "text": f"HTEST{n}"}], **where) for n in range(8)]
    await put(platform, *names)
    await looked(platform, DOCTOR, 8)
    assert await found(platform) == {Sign.SURNAME: (8, True), Sign.NEIGHBOURS: (8, True)}
    alarms = await platform.alarms.newest()
    assert {alarm.facts["sign"] for alarm in alarms} == {"surname", "neighbours"}
    for alarm in alarms:
        assert "HTEST" not in str(alarm.as_json())
        assert "Patient/" not in str(alarm.as_json())
    assert await detect(platform, moment.now() - timedelta(hours=1)) == 0


async def test_a_patient_with_the_number_of_a_practitioner_is_a_colleague(platform: Platform) -> None:
    staff = {"resourceType": "Practitioner", "id": "d2", "identifier": [NUMBER]}
    await put(platform, staff, resident(0, identifier=[NUMBER]), resident(1), resident(2))
    await looked(platform, DOCTOR, 3)
    assert await found(platform) == {Sign.COLLEAGUES: (1, False)}
    assert await platform.alarms.newest() == []


async def test_one_look_at_a_guarded_file_is_enough(platform: Platform) -> None:
    await put(platform, resident(0))
    await reviews.guard(platform.database, "Patient/p0", "a9")
    await looked(platform, DOCTOR, 1)
    assert await found(platform) == {Sign.FAMOUS: (1, True)}


@pytest.mark.parametrize(("reason", "expected"), [(PROPOSED, {}), ("compare", {Sign.MANY: (45, False)})])
async def test_a_steward_works_through_his_queue(
    platform: Platform, reason: str, expected: dict[str, tuple[int, bool]]
) -> None:
    await looked(platform, STEWARD, 45, reason)
    assert await found(platform) == expected


async def test_a_doctors_word_that_a_list_proposed_somebody_is_not_taken(platform: Platform) -> None:
    await looked(platform, DOCTOR, 45, PROPOSED)
    assert await found(platform) == {Sign.MANY: (45, False)}


@pytest.mark.parametrize("agent", [SYSTEM, RESIDENT])
async def test_systems_and_residents_themselves_are_not_asked_about(platform: Platform, agent: Agent) -> None:
    await reviews.guard(platform.database, "Patient/p0", "a9")
    await looked(platform, agent, 45)
    assert await found(platform) == {}


async def test_a_look_at_the_own_record_does_not_hide_what_was_done_as_a_doctor(platform: Platform) -> None:
    await put(platform, *(resident(n, name=[{"family": "HTEST"}]) for n in range(8)))
    await looked(platform, DOCTOR, 8)
    await looked(platform, replace(RESIDENT, id=DOCTOR.id), 1)
    assert await found(platform) == {Sign.SURNAME: (8, True)}


async def test_two_posts_are_one_person(platform: Platform) -> None:
    await put(platform, *(resident(n, name=[{"family": "HTEST"}]) for n in range(8)))
    other = replace(DOCTOR, practitioner="Practitioner/d9")
    for number in range(8):
        agent, patients = (DOCTOR, other)[number % 2], (f"Patient/p{number}",)
        record = AuditRecord(agent=agent, interaction=Interaction.VIEW, patients=patients)
        await platform.recorder.record(record)
    assert await found(platform) == {Sign.SURNAME: (8, True)}


async def test_who_looks_at_the_famous_is_judged_first(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_detection, "MOST_STAFF", 1)
    await put(platform, *(resident(n, name=[{"family": "HTEST"}]) for n in range(8)))
    await reviews.guard(platform.database, "Patient/p0", "a9")
    await looked(platform, replace(DOCTOR, id="a7", practitioner="Practitioner/d7"), 1)
    for number in range(1, 8):
        record = AuditRecord(agent=DOCTOR, interaction=Interaction.VIEW, patients=(f"Patient/p{number}",))
        await platform.recorder.record(record)
    assert await found(platform) == {Sign.FAMOUS: (1, True)}


async def test_busy_systems_take_nobodys_place(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_detection, "MOST_STAFF", 1)
    await put(platform, *(resident(n, name=[{"family": "HTEST"}]) for n in range(8)))
    await looked(platform, DOCTOR, 8)
    for number in range(3):
        await looked(platform, replace(SYSTEM, id=f"c{number}", client_id=f"c{number}"), 10)
    assert await found(platform) == {Sign.SURNAME: (8, True)}


async def test_lists_and_files_are_told_apart(platform: Platform) -> None:
    everyone = tuple(f"Patient/p{number}" for number in range(300))
    for patients in (everyone, everyone[:1]):
        record = AuditRecord(agent=DOCTOR, interaction=Interaction.SEARCH, patients=patients)
        await platform.recorder.record(record)
    assert await found(platform) == {Sign.LISTS: (300, False)}


async def test_it_is_done_once_in_five_minutes(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[object] = []

    async def counted(platform: Platform, since: object) -> int:
        times.append(since)
        return 0

    monkeypatch.setattr(sweep_detection, "detect", counted)
    await look(platform)
    await look(platform)
    assert len(times) == 1
