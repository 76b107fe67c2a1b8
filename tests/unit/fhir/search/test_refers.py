from typing import Any

import pytest

from fhir.search.index import index
from fhir.search.refers import keys, referring, refers
from tests.support.resources import observation


def found(**more: Any) -> list[str]:
    resource = observation(**more)
    return refers(resource, index(resource, lambda text: text).tokens)


EXTENSION = [{"url": "http://x.example/e", "valueReference": {"reference": "Device/d1/_history/3"}}]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"performer": [{"reference": "Organization/h1"}]}, []),
        ({"extension": EXTENSION}, ["refers|Device/d1"]),
        ({"note": [{"authorReference": {"reference": "Practitioner/n1"}}]}, ["refers|Practitioner/n1"]),
        ({"extension": [EXTENSION[0] | {"valueReference": {"reference": "Patient/p1"}}]}, []),
        ({"note": [{"authorReference": {"reference": "http://x.example/Practitioner/n1"}}]}, []),
        ({"note": [{"authorReference": {"reference": "#contained"}}]}, []),
        ({"note": [{"authorReference": {"reference": "Nonsense/1"}}]}, []),
        # A type that may not stand there is found all the same: no parameter asks for it.
        ({"performer": [{"reference": "Medication/m1"}]}, ["refers|Medication/m1"]),
    ],
)
def test_every_literal_reference_has_one_token(more: dict[str, Any], expected: list[str]) -> None:
    assert found(**more) == expected


def test_what_a_code_says_is_no_reference() -> None:
    resource = observation(code={"coding": [{"code": "Practitioner/n1"}]})
    resource["note"] = [{"authorReference": {"reference": "Practitioner/n1"}}]
    assert refers(resource, index(resource, lambda text: text).tokens) == ["refers|Practitioner/n1"]


def test_all_tokens_of_a_referrer_are_asked_for() -> None:
    asked = referring("Patient/p1")
    assert {"refers|Patient/p1", "Observation.subject|Patient/p1"} <= set(asked)
    assert "Observation.device|Patient/p1" not in asked
    assert len(asked) == len(keys("Patient")) + 1
