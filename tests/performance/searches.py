"""The public search families: `_count=20`, a new random value for every request.

Each request prefers strict handling, so that a parameter which the server would ignore is told apart from one
that it serves: it is shown as not served, never as fast.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from tests.performance import clinical
from tests.performance.clinical import CONDITIONS, DIASTOLIC, MEDICINES, PANEL, SNOMED, SYSTOLIC, UCUM
from tests.performance.connection import Reply, request
from tests.performance.figure import NOT_SERVED
from tests.performance.interactions import PAGE, Turn, Workload
from tests.performance.load import Check, Session
from tests.performance.population import LOINC, TESTS, birth, name
from tests.performance.record import doctor
from tests.performance.region import Region

PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
Value = Callable[[Region], str]
Family = Mapping[str, Sequence[tuple[str, Value]]]


def _number(region: Region) -> int:
    return random.randrange(max(1, region.loaded))


def _family(region: Region) -> str:
    return name(_number(region))[0]


def _full_name(region: Region) -> str:
    return "".join(name(_number(region)))


def _given(region: Region) -> str:
    return name(_number(region))[1]


def _street(region: Region) -> str:
    return f"测试路{_number(region)}"


def _number_in_street(region: Region) -> str:
    return f"路{_number(region)}号"


def _birth(region: Region) -> str:
    return random.choice(PREFIXES) + birth(_number(region)).isoformat()


def _day(region: Region) -> str:
    return f"{random.choice(PREFIXES)}{clinical.moment(random.Random()):%Y-%m-%d}"


def _second(region: Region) -> str:
    at = clinical.moment(random.Random()) + timedelta(seconds=random.randrange(60))
    return f"{random.choice(PREFIXES)}{at.isoformat('T', 'seconds')}"


def _one(system: str, codes: Sequence[str]) -> Value:
    return lambda region: f"{system}|{random.choice(codes)}"


def _some(system: str, codes: Sequence[str]) -> Value:
    return lambda region: ",".join(f"{system}|{code}" for code in random.sample(codes, 3))


def _record_number(region: Region) -> str:
    return f"urn:furong:bench:mrn|M{_number(region):06}"


def _record_numbers(region: Region) -> str:
    return ",".join(_record_number(region) for _ in range(5))


def _amount(low: int, high: int, unit: str) -> str:
    prefix = random.choice(("", "gt", "lt", "ge", "le"))
    return f"{prefix}{random.randrange(10 * low, 10 * high) / 10}|{UCUM}|{unit}"


def _laboratory(region: Region) -> str:
    _, _, unit, low, high = random.choice(TESTS)
    return _amount(low, high, unit)


def _pressure(region: Region) -> str:
    return _amount(60, 180, "mm[Hg]")


def _coded_laboratory(region: Region) -> str:
    code, _, unit, low, high = random.choice(TESTS)
    return f"{LOINC}|{code}${_amount(low, high, unit)}"


def _coded_pressure(region: Region) -> str:
    return f"{LOINC}|{random.choice((SYSTOLIC, DIASTOLIC))}${_pressure(region)}"


def _any(type: str) -> Value:
    return lambda region: f"{type}/{random.choice(region.made[type])}"


def _doctor(region: Region) -> str:
    return doctor(random.randrange(100))


_CODES = (*(code for code, *_ in TESTS), PANEL)
FAMILIES: Mapping[str, Family] = {
    "string": {
        "Patient": [("name", _full_name), ("family", _family), ("given", _given), ("address", _street)]
    },
    "string :contains": {
        "Patient": [("name:contains", _given), ("address:contains", _number_in_street)],
    },
    "date": {
        "Patient": [("birthdate", _birth)],
        "Observation": [("date", _day), ("date", _second)],
        "Encounter": [("date", _day)],
        "Condition": [("onset-date", _day)],
        "MedicationRequest": [("authoredon", _day)],
    },
    "token": {
        "Patient": [("identifier", _record_number), ("gender", lambda _: random.choice(("male", "female")))],
        "Observation": [("code", _one(LOINC, _CODES)), ("status", lambda _: "final")],
        "Condition": [("code", _one(SNOMED, CONDITIONS))],
        "MedicationRequest": [("code", _one(clinical.DRUGS, MEDICINES))],
    },
    "token, OR": {
        "Patient": [("identifier", _record_numbers)],
        "Observation": [("code", _some(LOINC, _CODES))],
        "Condition": [("code", _some(SNOMED, CONDITIONS))],
        "MedicationRequest": [("code", _some(clinical.DRUGS, MEDICINES))],
    },
    "quantity": {
        "Observation": [
            ("value-quantity", _laboratory),
            ("component-value-quantity", _pressure),
            ("combo-value-quantity", _pressure),
        ]
    },
    "composite": {
        "Observation": [
            ("code-value-quantity", _coded_laboratory),
            ("component-code-value-quantity", _coded_pressure),
            ("combo-code-value-quantity", _coded_pressure),
        ]
    },
    "reference": {
        "Observation": [
            ("subject", _any("Patient")),
            ("encounter", _any("Encounter")),
            ("performer", _doctor),
        ],
        "MedicationRequest": [("requester", _doctor), ("subject", _any("Patient"))],
        "Encounter": [("subject", _any("Patient")), ("participant", _doctor)],
        "Claim": [("patient", _any("Patient")), ("provider", _any("Organization"))],
    },
}


def family(region: Region, which: str, found: list[int]) -> Workload:
    """One search of the family a turn; `found` notes how many matches each page had."""
    kinds = [(type, *each) for type, every in FAMILIES[which].items() for each in every]

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            type, parameter, value = random.choice(kinds)
            target = f"/fhir/{type}?{parameter}={quote(value(region), safe='|,$/')}&_count={PAGE}"
            asked = request("GET", target, region.token, prefer="handling=strict")
            await session.exchange(asked, searchset(f"{type}?{parameter}", type, found))

        return turn

    return workload


def searchset(what: str, type: str, found: list[int]) -> Check:
    """Is the reply a searchset of at most a page of `type`? `found` gets the number of its matches."""

    def check(reply: Reply) -> str | None:
        if reply.status == 400 and b'"not-supported"' in reply.body:
            return f"{NOT_SERVED}{what}"
        if reply.status != 200:
            return f"status {reply.status} for {what}"
        matches = reply.body.count(b'"mode":"match"')
        whole = b'"type":"searchset"' in reply.body and reply.body.count(f"/{type}/".encode()) >= matches
        if not whole or matches > PAGE:
            return f"no page of {what}"
        found.append(matches)
        return None if random.randrange(20) else _strange(reply.body, type)

    return check


def _strange(body: bytes, type: str) -> str | None:
    entries = json.loads(body).get("entry", [])
    of_type = [each for each in entries if each["search"]["mode"] == "match"]
    right = all(each["resource"]["resourceType"] == type for each in of_type)
    return None if right else f"an entry that is no {type}"
