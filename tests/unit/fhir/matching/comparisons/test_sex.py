import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

CASES: list[Case] = [
    ("same", {"sex": "male"}, {"sex": "male"}),
    ("different", {"sex": "male"}, {"sex": "female"}),
    ("missing", {"sex": "male"}, {"sex": "unknown"}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("sex", case)


def test_every_level_has_a_case() -> None:
    check_complete("sex", CASES)
