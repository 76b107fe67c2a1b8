import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

CASES: list[Case] = [
    ("same", {"mother": "张三"}, {"name": "张三之女"}),
    ("different", {"mother": "张三"}, {"mother": "李四"}),
    ("missing", {"mother": "张三"}, {}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("mother", case)


def test_every_level_has_a_case() -> None:
    check_complete("mother", CASES)
