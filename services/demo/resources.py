"""Organization, Practitioner, PractitionerRole: what the region's registry would have told the platform.

Houses and doctors do not come by HL7 v2. All of them carry the security label HTEST.
"""

from collections.abc import Callable, Iterator

from fhir.resource import Resource
from services.demo.house import Doctor, House, houses
from services.demo.source import source
from services.directory.cell import KINDS
from services.directory.element import address, coded
from services.labelling import CODING

Identify = Callable[[str], str]


def registry(identify: Identify) -> Iterator[Resource]:
    """Every house with its doctors; `identify` makes ids as the feed does."""
    for house in houses():
        yield organization(house)
        for doctor in house.doctors:
            yield practitioner(house, doctor, identify)
            yield practitioner_role(house, doctor, identify)


def practitioner_id(house: House, doctor: Doctor, identify: Identify) -> str:
    """The id under which the feed knows the doctor whom a house's messages name."""
    return identify(f"Practitioner|{source(house).local('staff')}|{doctor.code}")


def organization(house: House) -> Resource:
    """The house as an Organization."""
    return {
        "resourceType": "Organization",
        "id": house.id,
        "meta": {"security": [CODING]},
        "identifier": [{"system": f"urn:oid:{house.authority}", "value": house.code}],
        "active": True,
        "type": coded(None, KINDS, house.kind),
        "name": house.name,
        "address": [address({}, {"area": house.area, "address": house.address})],
    }


def practitioner(house: House, doctor: Doctor, identify: Identify) -> Resource:
    """The doctor as a Practitioner."""
    return {
        "resourceType": "Practitioner",
        "id": practitioner_id(house, doctor, identify),
        "meta": {"security": [CODING]},
        "identifier": [{"system": source(house).local("staff"), "value": doctor.code}],
        "active": True,
        "name": [{"use": "official", "text": doctor.name, "family": doctor.family, "given": [doctor.given]}],
    }


def practitioner_role(house: House, doctor: Doctor, identify: Identify) -> Resource:
    """What the doctor does at the house."""
    return {
        "resourceType": "PractitionerRole",
        "id": f"{house.id}-{doctor.code.lower()}",
        "meta": {"security": [CODING]},
        "active": True,
        "practitioner": {
            "reference": f"Practitioner/{practitioner_id(house, doctor, identify)}",
            "display": doctor.name,
        },
        "organization": {"reference": f"Organization/{house.id}", "display": house.name},
        "code": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/practitioner-role", "code": "doctor"}
                ]
            }
        ],
        "specialty": [{"text": doctor.department}],
    }
