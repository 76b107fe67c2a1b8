"""The population: residents and their results, invented, the same at every run, all labelled HTEST."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from fhir.matching.citizen_number import SYSTEM
from services.demo.citizen_number import citizen_number

Resource = dict[str, Any]

ORGANIZATION = "Organization/bench-hospital"
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
LOINC = "http://loinc.org"
TESTS = (
    ("8480-6", "Systolic blood pressure", "mm[Hg]", 90, 180),
    ("8462-4", "Diastolic blood pressure", "mm[Hg]", 50, 110),
    ("2339-0", "Glucose", "mg/dL", 60, 300),
    ("4548-4", "Hemoglobin A1c", "%", 4, 14),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰"
_META = {"security": [LABEL]}


def name(number: int) -> tuple[str, str]:
    """Family and given name of resident `number`."""
    draw = random.Random(number)
    return draw.choice(_SURNAMES), draw.choice(_GIVEN) + draw.choice(_GIVEN)


def birth(number: int) -> date:
    """The birth date of resident `number`."""
    return date(1930, 1, 1) + timedelta(days=(number * 7919) % 34_000)


def identity(number: int, area: str = "510105") -> str:
    """The citizen number of resident `number`: different for each of the first million."""
    return citizen_number(area, birth(number), number // 34_000 * 2 + number % 2)


def patient(number: int) -> Resource:
    """Resident `number` as a Patient."""
    family, given = name(number)
    return {
        "resourceType": "Patient",
        "meta": _META,
        "identifier": [
            {"system": SYSTEM, "value": identity(number)},
            {"system": "urn:furong:bench:mrn", "value": f"M{number:06}"},
        ],
        "active": True,
        "name": [{"use": "official", "text": family + given, "family": family, "given": [given]}],
        "telecom": [{"system": "phone", "value": f"1390000{number % 10_000:04}", "use": "mobile"}],
        "gender": "male" if number % 2 else "female",
        "birthDate": birth(number).isoformat(),
        "address": [{"use": "home", "city": "成都市", "line": [f"测试路{number}号"], "country": "CHN"}],
    }


def encounter(subject: str) -> Resource:
    """A visit of yesterday, which opens the file to the organisation's own client."""
    since = datetime.now(UTC) - timedelta(days=1)
    return {
        "resourceType": "Encounter",
        "meta": _META,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": subject},
        "serviceProvider": {"reference": ORGANIZATION},
        "period": {"start": since.isoformat("T", "seconds"), "end": since.isoformat("T", "seconds")},
    }


def observation(subject: str, number: int) -> Resource:
    """Result `number` of a resident; the tests take turns."""
    code, display, unit, low, high = TESTS[number % len(TESTS)]
    value = low + number * 37 % (high - low)
    since = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(hours=7 * (number % 1000))
    return {
        "resourceType": "Observation",
        "meta": _META,
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                    }
                ]
            }
        ],
        "code": {"coding": [{"system": LOINC, "code": code, "display": display}], "text": display},
        "subject": {"reference": subject},
        "effectiveDateTime": since.isoformat("T", "seconds"),
        "issued": since.isoformat("T", "seconds"),
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
        "referenceRange": [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}],
    }


def transaction(resources: Sequence[Resource]) -> Resource:
    """A transaction Bundle that creates `resources`; the first is `urn(0)`, the next `urn(1)` …"""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": urn(position),
                "resource": resource,
                "request": {"method": "POST", "url": resource["resourceType"]},
            }
            for position, resource in enumerate(resources)
        ],
    }


def urn(position: int) -> str:
    """The full URL of an entry of `transaction`."""
    return UUID(int=position + 1, version=4).urn


def file(number: int, results: int) -> Resource:
    """A transaction Bundle with resident `number`, a visit and `results` results."""
    return transaction(
        [patient(number), encounter(urn(0)), *(observation(urn(0), each) for each in range(results))]
    )


@dataclass(slots=True)
class Residents:
    """Who was loaded: ids with numbers (thin: few results, thick: a hundred or so), and two long files:
    `heavy` of results alone, `whole` of everything that visits leave behind."""

    thin: list[tuple[str, int]] = field(default_factory=list)
    thick: list[tuple[str, int]] = field(default_factory=list)
    heavy: str = ""
    whole: str = ""
    observations: list[str] = field(default_factory=list)
