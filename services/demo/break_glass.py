"""Break-glass of the demonstration: one file that a doctor opened, and that waits for its review."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from auth import moment as clock
from auth.audit.purpose import EMERGENCY
from auth.audit.record import Agent, AuditRecord, Interaction
from auth.audit.recorder import Recorder
from auth.login import hats
from auth.store.accounts import by_login
from auth.store.emergencies import Emergencies, once
from fhir.store import Store
from services.demo.house import houses

DOCTOR, RESIDENT, CODE = "he.meiling", "old_man", "unconscious"
REASON = "老人在门诊大厅晕倒，叫不醒，需要马上知道过敏和用药"
_FORM = "demonstration"
_LIFE = timedelta(hours=1)


async def show(store: Store, patients: Mapping[str, str]) -> None:
    """Open the file as its page would, and look at it once; nothing where that was done before.

    `patients` maps a resident's key to `Patient/id`.
    """
    account = await by_login(store.database, DOCTOR)
    if account is None:
        return
    emergencies = Emergencies(store.database, store.vault, store.changes)
    who, patient = hats.principal(account, hats.hats(account)[0]), patients[RESIDENT]
    if await emergencies.one(f"{who.id} {once(_FORM, patient)}"):
        return
    organization = str(who.organization)
    house = next(each.name for each in houses() if f"Organization/{each.id}" == organization)
    recorder = Recorder(store.database, store.vault)
    look = AuditRecord(
        Agent.of(who), Interaction.VIEW, "Patient", (patient,), entity=patient, purpose=EMERGENCY
    )
    override = replace(look, interaction=Interaction.EMERGENCY, reason=f"ETREAT {CODE}", id=str(uuid.uuid4()))
    await recorder.record(override)
    await emergencies.open(
        None, account=who.id, name=who.name, organization=organization, house=house,
        practitioner=str(who.practitioner), patient=patient, code=CODE, reason=REASON, life=_LIFE, form=_FORM,
    )  # fmt: skip
    await recorder.record(replace(look, moment=clock.now()))
    await recorder.close()
