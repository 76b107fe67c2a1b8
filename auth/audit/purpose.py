"""Purpose of use: for what a reader looks, and that what was read in an emergency is recorded as such.

IHE BALP, AuditEvent.agent.purposeOfUse; v3-ActReason. No token, launch or hat states a purpose: staff and
their systems look for treatment, or in an emergency that they have opened; a proxy for the family.
"""

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from auth.audit.record import AuditRecord

TREATMENT, EMERGENCY, FAMILY = "TREAT", "BTG", "FAMRQT"
RECORDS = "HOPERAT"
"""Keeping records: whether two are one person's. No health file is read for it."""
STATED = frozenset({TREATMENT, EMERGENCY, FAMILY})
"""All purposes for which somebody may read a health file that is not his own."""


def parted(record: AuditRecord, opened: Collection[str]) -> list[AuditRecord]:
    """The record, with the purpose BTG for the Patients in `opened`; about others, if any, another one."""
    return apart(record, opened, purpose=EMERGENCY)


def apart(record: AuditRecord, chosen: Collection[str], **told: Any) -> list[AuditRecord]:
    """The record, with what is `told` of the Patients `chosen` alone; about others, if any, another one."""
    inside = tuple(patient for patient in record.patients if patient in chosen)
    if not inside:
        return [record]
    others = tuple(patient for patient in record.patients if patient not in chosen)
    found = [replace(record, patients=inside, **told)]
    return [*found, replace(record, patients=others, id=str(uuid.uuid4()))] if others else found
