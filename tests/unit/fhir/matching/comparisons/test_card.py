import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

CASES: list[Case] = [
    ("same", {"card": "0a1b"}, {"card": "0A1B"}),
    ("different", {"card": "0A1B"}, {"card": "0A1C"}),
    ("missing", {"card": "0A1B"}, {}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("card", case)


def test_every_level_has_a_case() -> None:
    check_complete("card", CASES)
