import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from fhir.definitions.search_parameters import types
from fhir.outcome import Fault, Refusal
from fhir.search import entries
from fhir.search.index import EMITTERS, index
from fhir.search.registry import parameters
from fhir.search.types import composite
from tests.support.specimens import specimens

RESOURCES = json.loads((Path(__file__).parent / "resources.json").read_text(encoding="utf-8"))
NAMES = ("张", "三", "zhang", "13800138000", "a@example.org", "一号", "成都", "610041")


def keyed(text: str) -> str:
    return f"<{len(text)}:{sum(text.encode())}>"


def observation(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "o", **members}


def test_tokens_carry_type_and_parameter() -> None:
    code = {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]}
    found = index(observation(code=code, subject={"reference": "Patient/1"}), keyed)
    assert found.tokens[0] == "Observation"
    assert {
        "Observation.code|http://loinc.org|8480-6",
        "Observation.code|8480-6",
        "Observation.subject|Patient/1",
        "Observation.patient|Patient/1",
    } <= set(found.tokens)
    assert not {"Observation.code||8480-6", "Observation.code"} & set(found.tokens)
    assert not [token for token in found.tokens if "combo" in token], "a union is found by its parts"
    assert len(found.tokens) == len(set(found.tokens))


def test_a_patient_is_its_own_owner() -> None:
    found = index(
        {"resourceType": "Patient", "id": "1", "link": [{"other": {"reference": "Patient/2"}}]}, keyed
    )
    assert found.owner == "Patient/1"
    assert "Patient.compartment|Patient/2" in found.tokens
    assert "Patient.compartment|Patient/1" not in found.tokens


@pytest.mark.parametrize(
    ("resource", "owner", "further"),
    [
        (
            observation(subject={"reference": "Patient/1"}, performer=[{"reference": "Patient/2"}]),
            "Patient/1",
            ["Patient/2"],
        ),
        (
            observation(performer=[{"reference": "Patient/2"}, {"reference": "Patient/3"}]),
            "Patient/2",
            ["Patient/3"],
        ),
        (observation(subject={"reference": "Group/1"}), "Observation/o", []),
        (observation(subject={"reference": "Patient/1/_history/4"}), "Patient/1", []),
        (observation(subject={"reference": "https://elsewhere.example/Patient/1"}), "Observation/o", []),
        (observation(subject={"reference": "#p"}), "Observation/o", []),
        (observation(subject={"reference": "urn:uuid:0"}), "Observation/o", []),
        (observation(subject={"identifier": {"value": "1"}}), "Observation/o", []),
        ({"resourceType": "Organization", "id": "1"}, "Organization/1", []),
        (
            {
                "resourceType": "Coverage",
                "id": "1",
                "policyHolder": {"reference": "Patient/2"},
                "beneficiary": {"reference": "Patient/1"},
            },
            "Patient/1",
            ["Patient/2"],
        ),
        (
            {
                "resourceType": "Appointment",
                "id": "1",
                "participant": [
                    {"actor": {"reference": "Practitioner/1"}},
                    {"actor": {"reference": "Patient/1"}},
                    {"actor": {"reference": "Patient/2"}},
                ],
            },
            "Patient/1",
            ["Patient/2"],
        ),
        (
            {
                "resourceType": "AllergyIntolerance",
                "id": "1",
                "patient": {"reference": "Patient/1"},
                "asserter": {"reference": "Patient/2"},
            },
            "Patient/1",
            ["Patient/2"],
        ),
    ],
)
def test_owner_and_further_compartments(resource: dict[str, Any], owner: str, further: list[str]) -> None:
    found = index(resource, keyed)
    start = f"{resource['resourceType']}.compartment|"
    assert found.owner == owner
    assert [token for token in found.tokens if token.startswith(start)] == [start + each for each in further]


def test_what_names_a_person_is_never_in_the_tokens() -> None:
    patient = RESOURCES[0]
    found = index(patient, keyed)
    texts = [each for each in found.texts if isinstance(each, str)]
    values = [each.partition("|")[2] for each in (*found.tokens, *texts)]
    assert found.values == []
    assert not [value for value in values if any(name in value.lower() for name in NAMES)]


def test_dates_are_half_open_ranges() -> None:
    found = index(observation(effectiveDateTime="1970-01-01T08:00:01+08:00"), keyed)
    assert found.dates == [{"p": "Observation.date", "s": 1_000_000, "e": 2_000_000}]
    assert found.sort == {"date": 1_000_000}


def test_a_date_of_no_calendar_is_left_out() -> None:
    found = index(observation(effectiveDateTime="2023-02-30"), keyed)
    assert found.dates == []
    assert "Observation.date" not in found.tokens
    assert found.sort == {"date": None}


def test_an_open_start_sorts_by_its_end() -> None:
    found = index(observation(effectivePeriod={"end": "1970-01-01T00:00:00Z"}), keyed)
    assert found.dates[0]["s"] == -(2**62)
    assert found.sort == {"date": 1_000_000}


def test_a_second_clinical_date_stands_in() -> None:
    condition = {"resourceType": "Condition", "id": "c", "recordedDate": "1970-01-01T00:00:00Z"}
    assert index(condition, keyed).sort == {"date": 0}
    assert index(condition | {"onsetDateTime": "1970-01-01T00:00:05Z"}, keyed).sort == {"date": 5_000_000}


def test_every_kind_of_resource_is_indexed() -> None:
    for type in types():
        found = index({"resourceType": type, "id": "1", "meta": {"tag": [{"code": "x"}]}}, keyed)
        assert {type, f"{type}._tag|x"} <= set(found.tokens)


def test_all_handmade_resources_twice_the_same() -> None:
    for resource in RESOURCES:
        assert index(resource, keyed) == index(resource, keyed)


ODD: list[Any] = [
    None,
    0,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"coding": "x"},
    {"coding": [None, 1]},
    [{"value": 3}],
    {"reference": 5},
    {"reference": None, "identifier": 4},
    {"start": 1},
    {"event": "x", "repeat": []},
    {"family": ["x"], "given": "y", "text": 1},
    {"line": "x"},
    True,
    {"type": {"coding": [0]}, "value": "v"},
]


@pytest.mark.parametrize(
    "type", ["Patient", "Observation", "Encounter", "MedicationRequest", "Bundle", "Organization"]
)
def test_odd_shapes_never_raise(type: str) -> None:
    members = {name for each in RESOURCES for name in each if each["resourceType"] == type} - {
        "resourceType",
        "id",
    }
    assert members
    for odd in ODD:
        resource = {"resourceType": type, "id": "1"} | dict.fromkeys(members, odd)
        assert index(resource, keyed).tokens[0] == type


def test_too_many_values_are_refused_and_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST", 10)
    codes = [{"coding": [{"code": str(number)}]} for number in range(10)]
    with pytest.raises(Refusal) as refused:
        index(observation(category=codes), keyed)
    assert refused.value.fault is Fault.TOO_LARGE


UNREADABLE = {
    "CarePlan.activity-date string": "a schedule in words is no date",
    "Immunization.date string": "an occurrence in words is no date",
    "Procedure.date string": "a time in words is no date",
    "Procedure.date Age": "an age is no date without the birth date, which another resource has",
    "Procedure.date Range": "an age range, the same",
    "Consent.source-reference Attachment": "an attachment refers to no resource",
    "Group.characteristic-value Quantity": "the part is a token parameter, a Quantity is none",
    "Group.characteristic-value Range": "the same",
    "Group.characteristic-value Reference": "the same",
}
"""Elements that an expression of R4 reaches and no search by its parameter's type can find, and why."""


def test_every_element_of_a_parameter_is_indexed_but_for_a_written_list() -> None:
    found = set()
    for type in types():
        for parameter in parameters(type).values():
            readable = EMITTERS.get(parameter.type)
            found |= {
                f"{parameter.key} {place.type}"
                for place in parameter.locations
                if readable is not None and readable(parameter, place) is None
            }
            found |= {
                f"{parameter.key} {at.type}"
                for place in parameter.places
                for part in place.parts
                for at in part.locations
                if not composite.readable(part.type, at)
            }
    assert found - {f"{type}._id id" for type in types()} == set(UNREADABLE)


@pytest.mark.parametrize("type", sorted(types()))
def test_no_shape_of_any_element_raises(type: str) -> None:
    (whole,) = specimens(type, 1)
    assert len(index(whole, keyed).tokens) > 1
    members = [name for name in whole if name not in ("resourceType", "id")]
    for odd in ODD:
        assert index(whole | dict.fromkeys(members, odd), keyed).tokens[0] == type


@pytest.mark.parametrize(
    "name",
    [
        [{"text": "名字"}] * 200_000,
        [{"text": f"名字{number}"} for number in range(200_000)],
        [{"given": [f"名{number}" for number in range(300_000)]}],
    ],
)
def test_too_much_to_be_found_by_is_refused_before_the_work(name: list[Any]) -> None:
    """An order of magnitude: it took twenty seconds, in which nobody else was answered."""
    started = process_time()
    with pytest.raises(Refusal, match="at most"):
        index({"resourceType": "Patient", "id": "x", "name": name}, str)
    assert process_time() - started < 5
