from typing import Any

import pytest

from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import reference


def tokens(type: str, code: str, value: Any) -> list[str]:
    entries = Entries(lambda text: f"#{text}")
    parameter = parameters(type)[code]
    for location in parameter.locations:
        emit = reference.emitter(parameter, location)
        if emit is not None:
            emit(value, entries)
    return [each.removeprefix(parameter.key) for each in entries.tokens]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"reference": "Patient/1"}, "Patient/1"),
        ({"reference": "Patient/1/_history/2"}, "Patient/1"),
        ({"reference": "https://a.example/Patient/1"}, None),
        ({"reference": "#1"}, None),
        ({"reference": "Patient/a b"}, None),
        ({"reference": "Patient/" + "x" * 65}, None),
        ({"reference": 1}, None),
        ({"display": "x"}, None),
        ("Patient/1", None),
    ],
)
def test_literal(value: Any, expected: str | None) -> None:
    assert reference.literal(value) == expected
    assert reference.patient(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"reference": "Patient/1"}, ["|Patient/1"]),
        ({"reference": "urn:uuid:1"}, ["|urn:uuid:1"]),
        ({"reference": "https://a.example/Group/1"}, ["|https://a.example/Group/1"]),
        ({"reference": "#p"}, ["|"]),
        ({"reference": "Patient?identifier=510104195803129013"}, ["|"]),
        ({"reference": "https://a.example/Patient?identifier=510104195803129013"}, ["|"]),
        ({"display": "Zhang San"}, ["|"]),
        ({"identifier": {"value": "1"}}, ["|", ":identifier|#1", ":identifier||#1"]),
        (None, []),
        ("Patient/1", []),
    ],
)
def test_tokens_of_a_reference(value: Any, expected: list[str]) -> None:
    assert tokens("Observation", "subject", value) == expected


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "Group/1"}, False),
        ({"reference": "https://a.example/fhir/Patient/1/_history/2"}, True),
        ({"reference": "https://a.example/fhir/Group/1"}, False),
        ({"reference": "urn:uuid:1", "type": "Patient"}, True),
        ({"type": "Patient", "identifier": {"value": "1"}}, True),
        ({"identifier": {"value": "1"}}, False),
        ({"reference": "#p"}, False),
    ],
)
def test_where_it_resolves_to_a_patient(value: Any, found: bool) -> None:
    assert bool(tokens("Observation", "patient", value)) is found


def test_canonicals_and_resources() -> None:
    assert tokens("QuestionnaireResponse", "questionnaire", "http://q|1") == ["|http://q|1", "|http://q"]
    inline = {"resourceType": "Composition", "id": "c"}
    assert tokens("Bundle", "composition", inline) == ["|Composition/c"]
    assert tokens("Bundle", "composition", {"resourceType": "Patient", "id": "p"}) == []
