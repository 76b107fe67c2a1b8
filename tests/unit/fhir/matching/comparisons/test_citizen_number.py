import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

ONE, OTHER = "510104195803129013", "510104195803129021"
CASES: list[Case] = [
    ("same", {"number": ONE}, {"number": ONE}),
    ("slip", {"number": ONE}, {"number": "510104195803129014"}),
    ("slip", {"number": ONE}, {"number": "510104195803129031"}),
    ("born", {"number": ONE}, {"number": OTHER}),
    ("different", {"number": ONE}, {"number": "51010819700101901X"}),
    ("missing", {"number": ONE}, {}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("number", case)


def test_every_level_has_a_case() -> None:
    check_complete("number", CASES)
