import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

HOME = {"phone": "15400000001", "address": "演示路1号"}
CASES: list[Case] = [
    ("both", HOME, HOME),
    ("phone", {"phone": "15400000001"}, {"phone": "15400000001"}),
    ("house", {"address": "武侯区演示路1号"}, {"address": "武侯区演示路1号"}),
    ("digit", {"phone": "15400000001"}, {"phone": "15400000007"}),
    ("district", {"address": "武侯区演示路1号"}, {"address": "武侯区示范路"}),
    ("different", {"phone": "15400000001"}, {"phone": "15412345678"}),
    ("missing", {"phone": "15400000001"}, {}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("contact", case)


def test_every_level_has_a_case() -> None:
    check_complete("contact", CASES)
