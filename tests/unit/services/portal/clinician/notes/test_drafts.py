"""Drafts under the access decision, on a real platform."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from auth.access import AccessOf
from auth.audit.record import Agent, AuditRecord, Interaction
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.identity import new_id
from fhir.outcome import Fault
from services.platform import Platform
from services.portal.clinician.notes import drafts
from services.portal.visit import Visit, context_of
from tests.support.people import HUAXI, JINJIANG, organizations, patient
from tests.support.refusal import refused
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
ZHOU, PATIENT = "Practitioner/zhou", "Patient/p1"


def doctor(platform: Platform, practitioner: str = ZHOU, organization: str = HUAXI) -> Visit:
    named = {"organization": organization, "practitioner": practitioner}
    who = Principal(Kind.PERSON, practitioner, "周敏", Role.CLINICIAN, **named)
    access, record = AccessOf(who, platform.grounds), AuditRecord(Agent.of(who), Interaction.READ)
    session = cast(Any, SimpleNamespace(principal=who))
    return Visit(platform, session, access, context_of(platform, who, access), record)


async def put(platform: Platform, *resources: dict[str, Any]) -> None:
    async def work(tx: Any) -> None:
        for resource in resources:
            tx.put(resource)

    await platform.store.resources.transact(work)


@pytest.fixture(autouse=True)
async def _region(platform: Platform) -> None:
    await put(platform, *organizations(), patient(), patient("p2", JINJIANG, identifier=[]))
    now = datetime.now(UTC)
    await platform.relations.encounter(None, PATIENT, HUAXI, now)
    await platform.relations.encounter(None, "Patient/p2", JINJIANG, now)


async def known(platform: Platform) -> None:
    await put(platform, {"resourceType": "Practitioner", "id": "zhou", "name": [{"text": "周敏"}]})


async def test_its_author_finds_it_and_nobody_else(platform: Platform) -> None:
    made = await drafts.keep(doctor(platform), PATIENT, "11506-3", "第一稿", new_id())
    assert made is not None
    assert await drafts.of(doctor(platform)) == [made]
    assert await drafts.of(doctor(platform), [PATIENT]) == [made]
    assert await drafts.of(doctor(platform), ["Patient/p2"]) == []
    assert await drafts.own(doctor(platform), made.id) == made
    for other in (doctor(platform, "Practitioner/lin"), doctor(platform, organization=JINJIANG)):
        assert await drafts.of(other) == []
        assert await drafts.own(other, made.id) is None


async def test_without_a_care_relation_there_is_none_and_none_is_kept(platform: Platform) -> None:
    visit = doctor(platform)
    await refused(drafts.keep(visit, "Patient/p2", "11506-3", "别家的居民", new_id()), Fault.NOT_FOUND)
    assert visit.record.patients == ("Patient/p2",)
    made = await drafts.keep(doctor(platform), PATIENT, "11506-3", "第一稿", new_id())
    assert made is not None
    await platform.database["relations"].delete_many({"organization": HUAXI})
    assert await drafts.of(doctor(platform)) == []
    await refused(drafts.own(doctor(platform), made.id), Fault.NOT_FOUND)


async def test_signed_it_is_a_note_of_the_same_id_and_no_draft(platform: Platform) -> None:
    await known(platform)
    made = await drafts.keep(doctor(platform), PATIENT, "11506-3", "第一稿", new_id())
    assert made is not None
    assert await drafts.sign(doctor(platform), made, "血压平稳", "医院")
    assert not await drafts.sign(doctor(platform), made, "又签一次", "医院")
    (row,) = await platform.database["resources"].find({"type": "DocumentReference"}).to_list()
    assert (row["_id"], row["version"]) == (f"DocumentReference/{made.id}", 1)
    assert await drafts.own(doctor(platform), made.id) is None


async def test_what_cannot_be_signed_is_still_there_as_it_was_typed(platform: Platform) -> None:
    made = await drafts.keep(doctor(platform), PATIENT, "11506-3", "第一稿", new_id())
    assert made is not None
    nobody = drafts.sign(doctor(platform), made, "血压平稳", "医院")  # no such Practitioner is known
    await refused(nobody, Fault.BUSINESS_RULE)
    assert await platform.database["resources"].count_documents({"type": "DocumentReference"}) == 0
    (left,) = await drafts.of(doctor(platform))
    assert (left.id, left.text) == (made.id, "血压平稳")


async def test_somebody_who_has_another_text_before_him_signs_nothing(platform: Platform) -> None:
    await known(platform)
    made = await drafts.keep(doctor(platform), PATIENT, "11506-3", "第一稿", new_id())
    assert made is not None
    changed = await platform.note_drafts.change(made, "第二稿")
    assert not await drafts.sign(doctor(platform), made, "第三稿", "医院")
    assert await drafts.of(doctor(platform)) == [changed]
