"""A resident's whole record as one transaction Bundle, linked by urn:uuid as Synthea writes it; all HTEST.

The houses and doctors that records refer to are loaded once and named by their ids.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.performance import clinical
from tests.performance.clinical import Links
from tests.performance.population import LABEL, ORGANIZATION, Resource, patient, transaction, urn

DOCTORS = 24
LOCATION = "Location/bench-ward"
EACH_VISIT = 13
WHOLE = 24
"""Visits of a whole record: 313 resources."""
SHORT = 3
"""Visits of a record in the ladder: 40 resources."""
_RESULTS = 4


def doctor(number: int) -> str:
    """The reference of a Practitioner."""
    return f"Practitioner/bench-doctor-{number % DOCTORS}"


def directory() -> list[Resource]:
    """The Location and the Practitioners, with their ids."""
    meta = {"security": [LABEL]}
    ward = {
        "resourceType": "Location",
        "id": LOCATION.partition("/")[2],
        "meta": meta,
        "status": "active",
        "name": "HTEST ward",
        "managingOrganization": {"reference": ORGANIZATION},
    }
    return [
        ward,
        *(
            {
                "resourceType": "Practitioner",
                "id": doctor(number).partition("/")[2],
                "meta": meta,
                "active": True,
                "name": [{"family": "HTEST", "given": [f"doctor {number}"]}],
            }
            for number in range(DOCTORS)
        ),
    ]


def record(number: int, visits: int) -> Resource:
    """The Bundle of resident `number`: the Patient and EACH_VISIT resources a visit."""
    draw, resources = random.Random(number), [patient(number)]
    days = sorted(clinical.moment(draw) for _ in range(visits - 1))
    for at in [*days, datetime.now(UTC).replace(microsecond=0)]:
        resources += _visit(draw, at, len(resources))
    return transaction(resources)


def further(number: int, patient: str, visits: int) -> Iterator[Resource]:
    """So many visits of a resident who is there already, each as a Bundle of its own."""
    draw = random.Random(number)
    for _ in range(visits):
        bundle = transaction([{"resourceType": "Patient"}, *_visit(draw, clinical.moment(draw), 1)])
        del bundle["entry"][0]
        yield json.loads(json.dumps(bundle).replace(urn(0), patient))


def _visit(draw: random.Random, at: datetime, first: int) -> list[Resource]:
    """The resources of one visit, of which the first is `urn(first)`."""
    links = Links(urn(0), urn(first), doctor(draw.randrange(DOCTORS)), ORGANIZATION, LOCATION)
    made = [
        clinical.visit(links, at),
        clinical.condition(links, at, draw),
        clinical.blood_pressure(links, at, draw),
        *(clinical.result(links, at, draw, number) for number in range(_RESULTS)),
    ]
    made.append(clinical.report(links, at, [urn(first + 3 + each) for each in range(_RESULTS)]))
    prescription, bill = urn(first + len(made)), urn(first + len(made) + 1)
    made += [
        clinical.medication_request(links, at, draw),
        clinical.claim(links, at, draw, prescription),
        clinical.explanation(links, at, draw, bill),
        clinical.procedure(links, at),
        clinical.immunization(links, at),
    ]
    return made
