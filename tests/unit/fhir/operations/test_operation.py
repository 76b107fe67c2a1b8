import pytest

from fhir.operations.operation import Call, Level, Parameter, output, read_parameters
from fhir.operations.registry import operation_or_404
from fhir.outcome import Refusal

_VALIDATE = operation_or_404("validate", "Patient", Level.TYPE)
_EVERYTHING = operation_or_404("everything", "Patient", Level.INSTANCE)


def call(*parameters: Parameter) -> Call:
    return Call("Patient", "1", parameters)


def test_where_a_call_is() -> None:
    levels = [Call().level, Call("Patient").level, Call("Patient", "1").level]
    assert levels == [Level.SYSTEM, Level.TYPE, Level.INSTANCE]


def test_values_come_as_text_or_as_json() -> None:
    asked = call(Parameter("a", "true"), Parameter("b", True), Parameter("c", "12"), Parameter("d", 12))
    assert (asked.flag("a"), asked.flag("b"), asked.flag("z")) == (True, True, None)
    assert (asked.number("c"), asked.number("d"), asked.number("z")) == (12, 12, None)


@pytest.mark.parametrize("value", ["-1", "1.5", "", "9" * 30, True, -1])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(Refusal):
        call(Parameter("n", value)).number("n")


def test_what_stands_twice_is_refused() -> None:
    with pytest.raises(Refusal):
        call(Parameter("a", "1"), Parameter("a", "2")).one("a")


def test_a_bare_resource_is_the_parameter_that_it_stands_for() -> None:
    patient = {"resourceType": "Patient"}
    (given,) = read_parameters(patient, _VALIDATE)
    assert (given.name, given.value) == ("resource", patient)
    with pytest.raises(Refusal):
        read_parameters(patient, _EVERYTHING)


def test_a_parameters_resource() -> None:
    given = output(("count", "valueInteger", 3), ("whole", "resource", {"resourceType": "Basic"}))
    assert [(each.name, each.value) for each in read_parameters(given, _VALIDATE)] == [
        ("count", 3), ("whole", {"resourceType": "Basic"}),
    ]  # fmt: skip
    with pytest.raises(Refusal):
        read_parameters({"resourceType": "Parameters", "parameter": [{"valueInteger": 3}]}, _VALIDATE)
