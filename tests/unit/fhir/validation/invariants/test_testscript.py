from fhir.validation.invariants.testscript import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken

UNBROKEN = {
    ("TestScript.metadata", "tst-4"),  # both members are required anyway
    # the elements are those of setup, whose rules say the same
    ("TestScript.test.action.operation", "tst-8"),
    ("TestScript.teardown.action.operation", "tst-9"),
    ("TestScript.test.action.assert", "tst-6"),
    ("TestScript.test.action.assert", "tst-11"),
    ("TestScript.test.action.assert", "tst-13"),
}


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == UNBROKEN
