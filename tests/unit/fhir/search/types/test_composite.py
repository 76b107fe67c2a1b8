from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.search.entries import Entries
from fhir.search.registry import parameters
from fhir.search.types import composite


def values(name: str, **members: Any) -> list[dict[str, Any]]:
    entries = Entries(str)
    type, _, code = name.partition(".")
    for emit in dict(composite.emitters(parameters(type)[code])).values():
        emit({"resourceType": type, **members}, entries)
    return [each | {"p": each["p"].removeprefix(name)} for each in entries.values]


def coding(code: str, system: str | None = None) -> dict[str, Any]:
    return {"coding": [{"code": code} | ({"system": system} if system else {})]}


def test_each_code_and_value_is_one_entry() -> None:
    code = {"coding": [{"system": "s", "code": "a"}, {"code": "b"}, {"system": "t"}]}
    assert values("Observation.code-value-quantity", code=code, valueQuantity={"value": 1}) == [
        {"p": "$a", "s": 1.0, "a": "s"},
        {"p": "$b", "s": 1.0},
    ]


def test_parts_of_different_components_never_meet() -> None:
    """Checklist line 89."""
    components = [
        {"code": coding(each), "valueQuantity": {"value": number}} for number, each in enumerate("ab")
    ]
    found = values("Observation.component-code-value-quantity", component=components)
    assert [(each["p"], each["s"]) for each in found] == [("$a", 0.0), ("$b", 1.0)]


def test_two_codes_keep_both_systems() -> None:
    found = values(
        "Observation.code-value-concept", code=coding("a", "s"), valueCodeableConcept=coding("b", "t")
    )
    assert found == [{"p": "$a$b", "a": "s", "b": "t"}]


def test_signs_that_separate_are_made_ordinary() -> None:
    found = values("Observation.code-value-concept", code=coding("a$b|c~"), valueCodeableConcept=coding("$"))
    assert found == [{"p": "$a\\$b\\|c\\~$\\$"}]


def test_a_third_part_stands_within_the_entry() -> None:
    found = values(
        "MolecularSequence.chromosome-variant-coordinate",
        referenceSeq={"chromosome": coding("1")},
        variant=[{"start": 3, "end": 9}, {"start": 4}],
    )
    assert found == [{"p": "$1", "s": 3.0, "x": 9.0}]


@pytest.mark.parametrize(
    "odd", [None, 1, "x", [], {}, [None], {"coding": [None, 3, {"code": 5}, {"code": ""}]}]
)
def test_odd_shapes_never_raise(odd: Any) -> None:
    for code in ("code-value-quantity", "code-value-concept", "code-value-date", "code-value-string"):
        members = {
            "valueQuantity": odd,
            "valueCodeableConcept": odd,
            "valueDateTime": odd,
            "valueString": odd,
        }
        assert values(f"Observation.{code}", code=odd, **members) == []
    assert values("Observation.component-code-value-quantity", component=odd) == []


def test_too_many_pairs_are_refused() -> None:
    many = {"coding": [{"code": str(each)} for each in range(300)]}
    with pytest.raises(Refusal):
        values("Observation.code-value-concept", code=many, valueCodeableConcept=many)
