"""Goals of a problem."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


PRB = "PRB|AD|20260105|I10^高血压"


def test_it_addresses_its_problem() -> None:
    made = converted(PID, PRB, "GOL|AD|20260105|^目标", kind="PPR^PC1")
    (problem,), (found,) = resources(made, "Condition"), resources(made, "Goal")
    assert found["addresses"] == [{"reference": f"Condition/{problem['id']}"}]


def test_without_words_it_is_listed() -> None:
    made = converted(PID, PRB, "GOL|AD|20260105|", kind="PPR^PC1")
    assert resources(made, "Goal") == []
    assert "GOL[1]" in made.unmapped
