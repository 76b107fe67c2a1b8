"""Pathways of a problem."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


PRB = "PRB|AD|20260105|I10^高血压"


def test_it_addresses_its_problem() -> None:
    made = converted(PID, PRB, "PTH|AD|^路径", kind="PPR^PC1")
    (problem,), (found,) = resources(made, "Condition"), resources(made, "CarePlan")
    assert found["addresses"] == [{"reference": f"Condition/{problem['id']}"}]


def test_without_words_it_is_listed() -> None:
    made = converted(PID, PRB, "PTH|AD|", kind="PPR^PC1")
    assert resources(made, "CarePlan") == []
    assert "PTH[1]" in made.unmapped
