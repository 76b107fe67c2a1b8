from decimal import Decimal
from typing import Any

import pytest

from fhir.search.order import sort_value, sortable
from fhir.search.registry import definitions, parameters

UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("type", "code", "resource", "rising", "falling"),
    [
        ("Patient", "birthdate", {"birthDate": "1970-01-01"}, -28_800_000_000, 57_600_000_000),
        (
            "Encounter", "date", {"period": {"start": "1970-01-01T00:00:00Z", "end": "1970-01-01T00:00:01Z"}},
            0, 2_000_000,
        ),
        ("Patient", "name", {"name": [{"family": "Émile", "given": ["B"]}]}, "emile b", "emile b"),
        ("Patient", "family", {"name": [{"family": "Zo"}, {"family": "Ab"}]}, "ab", "zo"),
        ("Observation", "code", {"code": {"coding": [{"code": "b"}, {"code": "a"}]}}, "b", "b"),
        ("Observation", "code", {"code": {"text": "t"}}, "t", "t"),
        ("Patient", "gender", {"gender": "male"}, "male", "male"),
        ("Patient", "active", {"active": True}, "true", "true"),
        ("Patient", "identifier", {"identifier": [{"value": " x1"}]}, "X1", "X1"),
        ("Observation", "subject", {"subject": {"reference": "Patient/1"}}, "Patient/1", "Patient/1"),
        ("ValueSet", "url", {"url": "urn:x"}, "urn:x", "urn:x"),
        (
            "Observation", "value-quantity", {"valueQuantity": {"value": 5, "system": UCUM, "code": "mg"}},
            ("g1", 0.005), ("g1", 0.005),
        ),
        ("Observation", "value-quantity", {"valueQuantity": {"value": Decimal("1.5")}}, ("", 1.5), ("", 1.5)),
        (
            "RiskAssessment", "probability",
            {"prediction": [{"probabilityRange": {"low": {"value": 1}, "high": {"value": 2}}}]}, 1.0, 2.0,
        ),
        ("Patient", "_lastUpdated", {"meta": {"lastUpdated": "1970-01-01T00:00:01Z"}}, 1_000_000, 1_000_000),
        ("Patient", "name", {}, None, None),
        ("Patient", "birthdate", {"birthDate": "1970-02-30"}, None, None),
        ("Observation", "code-value-quantity", {"valueQuantity": {"value": 5}}, None, None),
    ],
)  # fmt: skip
def test_what_a_resource_is_ordered_by(
    type: str, code: str, resource: dict[str, Any], rising: Any, falling: Any
) -> None:
    """Checklist line 66."""
    parameter = parameters(type)[code]
    resource = {"resourceType": type} | resource
    assert sort_value(parameter, resource) == rising
    assert sort_value(parameter, resource, falling=True) == falling


def test_what_can_be_ordered_by() -> None:
    known = definitions("Observation")
    assert sortable(known["code"])
    assert sortable(known["_lastUpdated"])
    assert not sortable(known["code-value-quantity"])
    assert not sortable(known["_filter"])


@pytest.mark.parametrize(
    "odd", [None, 1, "x", [], {}, [None], {"coding": 3}, {"reference": 4}, {"family": 1, "given": 3}]
)
def test_odd_shapes_never_raise(odd: Any) -> None:
    for type in ("Patient", "Observation", "Encounter", "RiskAssessment"):
        for parameter in parameters(type).values():
            for place in parameter.locations:
                if parameter.code != "_lastUpdated":
                    sort_value(parameter, {"resourceType": type, place.steps[0].member: odd})
