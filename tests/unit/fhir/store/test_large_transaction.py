"""Checklist line 54, in the store: a patient's whole record in one transaction, and several at once."""

import asyncio

from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from tests.support.resources import patient

ENTRIES = 2_600


def entry(number: int, subject: str) -> Resource:
    """An Observation as large as those of Synthea, with two components."""
    code = {
        "coding": [
            {"system": "http://loinc.org", "code": f"{number % 90}-6", "display": "Blood pressure " * 4}
        ],
        "text": "Blood pressure panel with all children optional",
    }
    value = {"value": number, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}
    category = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": f"{subject}-{number}",
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/bp"]},
        "status": "final",
        "category": [{"coding": [{"system": category, "code": "vital-signs", "display": "vital-signs"}]}],
        "code": code,
        "subject": {"reference": f"Patient/{subject}"},
        "encounter": {"reference": f"Encounter/{subject}-{number % 40}"},
        "effectiveDateTime": f"2026-01-{1 + number % 28:02}T08:00:00+08:00",
        "issued": f"2026-01-{1 + number % 28:02}T08:00:00.123+08:00",
        "component": [{"code": code, "valueQuantity": value}, {"code": code, "valueQuantity": value}],
    }


async def store_record(store: Store, subject: str) -> int:
    resources = [patient(subject), *(entry(number, subject) for number in range(ENTRIES - 1))]

    async def work(tx: Transaction) -> int:
        for resource in resources:
            tx.put(resource)
        await tx.flush()
        return len(tx.written)

    return await store.resources.transact(work, size=len(resources))


async def test_three_whole_records_at_once(store: Store) -> None:
    written = await asyncio.gather(*(store_record(store, f"p{number}") for number in range(3)))
    assert written == [ENTRIES] * 3
    assert await store.resources.count({"tokens": "Observation"}, EVERYONE) == 3 * (ENTRIES - 1)
