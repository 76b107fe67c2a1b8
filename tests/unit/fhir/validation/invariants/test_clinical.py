from typing import Any

import pytest

from fhir.validation.invariants.clinical import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken

VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


@pytest.mark.parametrize(
    ("code", "allowed"), [("resolved", True), ("remission", True), ("inactive", True), ("active", False)]
)
def test_an_abated_condition(code: str, allowed: bool) -> None:
    element = {"abatement": "2024", "clinicalStatus": concept(CLINICAL, code)}
    assert ask("Condition", "con-4", element) is allowed


def test_an_abated_condition_of_another_code_system() -> None:
    assert not ask(
        "Condition", "con-4", {"abatement": "2024", "clinicalStatus": concept("http://a", "resolved")}
    )
    assert not ask("Condition", "con-4", {"abatement": "2024"})


def test_a_component_with_the_same_code_differs_by_any_part_of_the_coding() -> None:
    own, other = concept("http://loinc.org", "1"), concept("http://loinc.org", "1")
    other["coding"][0]["version"] = "2"
    element = {"code": own, "value": "x", "component": [{"code": other}]}
    assert ask("Observation", "obs-7", element)
    assert not ask("Observation", "obs-7", {**element, "component": [{"code": own}]})


def test_a_problem_in_error_needs_no_status() -> None:
    problem = {"category": [{"coding": [{"code": "problem-list-item"}]}]}
    assert not ask("Condition", "con-3", problem)
    assert ask(
        "Condition", "con-3", {**problem, "verificationStatus": concept(VERIFICATION, "entered-in-error")}
    )
