import pytest

from fhir.outcome import Fault, Refusal
from fhir.search.condition import Condition
from fhir.search.criteria.criterion import CONDITIONS, Reading
from fhir.search.criteria.filter_condition import _TABLE, condition
from fhir.search.criteria.filter_expression import OPERATORS, parse

ONE_OF_EACH = {
    "string": "name", "token": "gender", "date": "birthdate", "reference": "organization", "uri": "_profile",
    "words": "_content",
}  # fmt: skip


def read(type: str, text: str) -> Condition:
    return condition(Reading(), type, parse(text))


def test_every_operator_serves_a_type_and_every_type_has_operators() -> None:
    served = {operator for row in _TABLE.values() for operator in row}
    assert served | {"pr"} == set(OPERATORS)
    assert _TABLE.keys() == CONDITIONS.keys() - {"special"} | {"words"}


@pytest.mark.parametrize(("kind", "name"), ONE_OF_EACH.items())
def test_an_operator_that_does_not_fit_is_named(kind: str, name: str) -> None:
    """Checklist line 91."""
    for operator in set(OPERATORS) - _TABLE[kind].keys() - {"pr"}:
        with pytest.raises(Refusal) as refused:
            read("Patient", f"{name} {operator} x")
        assert refused.value.fault is Fault.UNSUPPORTED_PARAMETER
        assert f"operator {operator} " in str(refused.value)


def test_a_fault_of_the_parameter_is_told_where_it_stands() -> None:
    with pytest.raises(Refusal) as refused:
        read("Patient", "gender eq male and nonsense eq x")
    assert "at character 20: " in str(refused.value)
    with pytest.raises(Refusal) as refused:
        read("Observation", "subject.nonsense eq x")
    assert "at character 1: " in str(refused.value)


def test_the_types_on_the_way_must_be_open() -> None:
    reading = Reading()
    condition(
        reading, "Observation", parse("patient[organization.name co x].name co y and encounter.status eq z")
    )
    assert reading.types == {"Patient", "Organization", "Encounter"}
