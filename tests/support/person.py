"""A record of a synthetic person, as short as a test wants to tell it."""

from typing import Any

from fhir.matching.citizen_number import SYSTEM
from fhir.resource import Resource

CARD = "urn:oid:2.16.156.10011.1.19"
_MOTHER = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}


def record(id: str = "htest", **told: Any) -> Resource:
    """A Patient of `name`, `sex`, `birth`, `number`, `phone`, `address`, `mother`, `card` and `twin`."""
    systems = (("number", SYSTEM), ("card", CARD))
    patient: Resource = {
        "resourceType": "Patient",
        "id": id,
        "identifier": [
            {"system": system, "value": str(told[name])} for name, system in systems if name in told
        ],
        "name": [{"text": told["name"]}] if told.get("name") else [],
        "gender": told.get("sex", ""),
        "birthDate": str(told.get("birth", "")),
        "telecom": [{"system": "phone", "value": told["phone"]}] if "phone" in told else [],
        "address": [{"text": told["address"]}] if "address" in told else [],
        "contact": [{"relationship": [_MOTHER], "name": {"text": told["mother"]}}]
        if "mother" in told
        else [],
        "multipleBirthBoolean": told.get("twin", False),
    }
    return {name: value for name, value in patient.items() if value}
