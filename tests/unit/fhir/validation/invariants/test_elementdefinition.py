from fhir.validation.invariants.elementdefinition import RULES
from tests.unit.fhir.validation.invariants.broken import never_broken


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()
