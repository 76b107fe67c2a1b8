import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

CASES: list[Case] = [
    ("same", {"birth": "1958-03-12"}, {"birth": "1958-03-12"}),
    ("turned", {"birth": "1958-03-12"}, {"birth": "1958-12-03"}),
    ("lunar", {"birth": "1958-03-12"}, {"birth": "1958-04-30"}),
    ("slip", {"birth": "1958-03-12"}, {"birth": "1985-03-12"}),
    ("year", {"birth": "1958-03-12"}, {"birth": "1958"}),
    ("near", {"birth": "1958-03-12"}, {"birth": "1958-07-29"}),
    ("different", {"birth": "1958-03-12"}, {"birth": "1990-07-29"}),
    ("missing", {"birth": "1958-03-12"}, {}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("birth", case)


def test_every_level_has_a_case() -> None:
    check_complete("birth", CASES)
