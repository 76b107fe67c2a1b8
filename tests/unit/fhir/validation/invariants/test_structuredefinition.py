from fhir.validation.invariants.structuredefinition import OF_RESOURCE, RULES
from tests.unit.fhir.validation.invariants.broken import never_broken


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()
    assert never_broken(OF_RESOURCE) == set()
