from typing import Any

import pytest

from fhir.definitions.members import members
from fhir.patch.path import PathError
from fhir.patch.value import Given, read_value

PATIENT = members("Patient")


@pytest.mark.parametrize(
    ("part", "name", "given"),
    [
        ({"valueCode": "male"}, "gender", ("gender", "male")),
        ({"valueDateTime": "2020"}, "deceased", ("deceasedDateTime", "2020")),
        ({"resource": {"resourceType": "Basic"}}, "contained", ("contained", {"resourceType": "Basic"})),
        (
            {"part": [{"name": "relationship", "valueCodeableConcept": {}}]},
            "contact",
            ("contact", {"relationship": [{}]}),
        ),
    ],
)
def test_where_a_value_stands(part: Any, name: str, given: Any) -> None:
    """Checklist line 23."""
    value = read_value({"name": "value"} | part)
    assert value is not None
    assert value(PATIENT, name) == given


@pytest.mark.parametrize(
    ("part", "name"),
    [({"valueString": "x"}, "deceased"), ({"valueString": "x"}, "colour"), ({"part": []}, "gender"),
     ({"part": [{"name": "x"}]}, "contact"), ({"part": []}, "deceased")],
)  # fmt: skip
def test_what_does_not_fit(part: Any, name: str) -> None:
    value = read_value(part)
    assert value is not None
    with pytest.raises(PathError):
        value(PATIENT, name)


def test_nothing_is_no_value_and_a_choice_has_alternatives() -> None:
    assert read_value({"name": "value"}) is None
    held = Given({"deceasedBoolean": PATIENT["deceasedBoolean"]})
    assert held.alternatives().keys() == {"deceasedBoolean", "deceasedDateTime"}
