import pytest

from fhir.outcome import Fault, Issue, Refusal, operation_outcome
from fhir.validation import validate


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_an_issue_type_of_the_standard_and_an_error_status(fault: Fault) -> None:
    outcome = Refusal(fault, "why").as_outcome()
    assert [issue for issue in validate(outcome) if issue.severity == "error"] == []
    assert 400 <= fault.status < 600


def test_a_refusal_says_what_and_where() -> None:
    refusal = Refusal(Fault.INVALID, "no such code", expression="Patient.gender")
    assert (refusal.status, str(refusal)) == (422, "no such code")
    assert refusal.as_outcome()["issue"] == [
        {
            "severity": "error",
            "code": "invalid",
            "diagnostics": "no such code",
            "expression": ["Patient.gender"],
        }
    ]


def test_issues_go_before_the_words() -> None:
    issues = [Issue("value", "a"), Issue("required", "b")]
    assert Refusal(Fault.INVALID, "c", issues=issues).issues == tuple(issues)


def test_an_issue_without_a_place_has_no_expression() -> None:
    assert operation_outcome([Issue("informational", "stored", severity="information")])["issue"] == [
        {"severity": "information", "code": "informational", "diagnostics": "stored"}
    ]
