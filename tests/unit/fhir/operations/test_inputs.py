"""Checklist line 94: the parameters of an operation, held against its definition."""

from typing import Any

import pytest

from fhir.operations import everything, meta
from fhir.operations.inputs import check_body, checked
from fhir.operations.operation import Call, Level, Operation, Parameter, read_parameters
from fhir.outcome import Fault, Refusal

DEFINITION = "http://hl7.org/fhir/OperationDefinition/"
EXPAND = Operation(
    "expand", f"{DEFINITION}ValueSet-expand", everything.run, frozenset(Level), resource="valueSet"
)
VALIDATE = Operation(
    "validate", f"{DEFINITION}Resource-validate", everything.run, frozenset(Level), resource="resource"
)
VALUE_SET = {"resourceType": "ValueSet", "status": "active"}


def posted(operation: Operation, *parameters: dict[str, Any]) -> Call:
    body = {"resourceType": "Parameters", "parameter": list(parameters)}
    check_body(body)
    return checked(operation, Call(parameters=read_parameters(body, operation)))[0]


@pytest.mark.parametrize(
    "parameter",
    [
        {"name": "url", "valueUri": "http://a"},
        {"name": "url", "valueString": "http://a"},
        {"name": "valueSet", "resource": VALUE_SET},
        {"name": "date", "valueDateTime": "2024"},
        {"name": "offset", "valueInteger": 3},
        {"name": "count", "valueUnsignedInt": 3},
        {"name": "activeOnly", "valueBoolean": True},
    ],
)
def test_what_the_definition_allows(parameter: dict[str, Any]) -> None:
    assert len(posted(EXPAND, parameter).parameters) == 1


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ([{"name": "url", "valueUri": "http://a"}, {"name": "url", "valueUri": "http://b"}], Fault.PARAMETER),
        ([{"name": "url", "valueInteger": 1}], Fault.PARAMETER),
        ([{"name": "url", "valueCoding": {"code": "a"}}], Fault.PARAMETER),
        ([{"name": "valueSet", "valueString": "x"}], Fault.PARAMETER),
        ([{"name": "valueSet", "resource": {"resourceType": "Patient"}}], Fault.PARAMETER),
        ([{"name": "valueSet", "resource": {"resourceType": "ValueSet", "status": "bogus"}}], Fault.INVALID),
        ([{"name": "activeOnly", "valueString": "true"}], Fault.PARAMETER),
        ([{"name": "filter"}], Fault.INVALID),
        ([{"name": "nobody-knows", "valueString": "x"}], Fault.UNSUPPORTED_PARAMETER),
        ([{"name": "url", "valueUri": "a b"}], Fault.INVALID),
    ],
)
def test_what_it_does_not(parameters: list[dict[str, Any]], fault: Fault) -> None:
    with pytest.raises(Refusal) as caught:
        posted(EXPAND, *parameters)
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("url", "http://a", False), ("activeOnly", "true", False), ("activeOnly", "yes", True),
        ("count", "10", False), ("count", "ten", True), ("date", "2024-02-30", True),
        ("valueSet", "x", True), ("activeOnly", "", False),
    ],
)  # fmt: skip
def test_the_same_in_a_url(name: str, value: str, wrong: bool) -> None:
    call = Call(parameters=(Parameter(name, value),))
    if not wrong:
        assert len(checked(EXPAND, call)[0].parameters) == (value != "")
        return
    with pytest.raises(Refusal) as caught:
        checked(EXPAND, call)
    assert caught.value.fault is Fault.PARAMETER


def test_what_is_unknown_is_told_where_there_is_room() -> None:
    asked = Call("Patient", "1", (Parameter("_typ", "x"), Parameter("_type", "Observation")))
    call, issues = checked(everything.PATIENT, asked)
    assert ([each.name for each in call.parameters], len(issues)) == (["_type"], 1)
    assert "'_typ'" in issues[0].diagnostics
    with pytest.raises(Refusal):
        checked(everything.PATIENT, Call("Patient", "1", asked.parameters, strict=True))


def test_what_is_required() -> None:
    with pytest.raises(Refusal) as caught:
        checked(meta.ADD, Call("Patient", "1"))
    assert caught.value.issues[0].expression == "Parameters.parameter.meta"


def test_a_parameter_that_takes_any_resource_leaves_the_judgement_to_the_operation() -> None:
    broken = {"name": "resource", "resource": {"resourceType": "Patient", "gender": "bogus"}}
    assert len(posted(VALIDATE, broken).parameters) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"parameter": [{"valueString": "x"}]},
        {"parameter": "x"},
        {"parameter": [{"name": "a", "resource": {"resourceType": "Unicorn"}}]},
        {"parameter": [{"name": "a", "valueString": "x", "valueCode": "y"}]},
        {"parametre": []},
    ],
)
def test_a_parameters_resource_follows_the_rules(body: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_body({"resourceType": "Parameters"} | body)
