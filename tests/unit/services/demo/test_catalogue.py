import pytest

from services.demo import catalogue
from services.demo.house import houses


def test_panels_name_tests_that_exist() -> None:
    for panel in catalogue.panels().values():
        assert panel.tests
        assert set(panel.tests) <= set(catalogue.tests())


def check_digit(code: str) -> int:
    """LOINC's own: mod 10 over the doubled odd places (LOINC Users' Guide, appendix B)."""
    digits = code[::-1]
    odd = int("".join(digits[0::2][::-1])) * 2
    rest = digits[1::2][::-1] + str(odd)
    return -sum(map(int, rest)) % 10


@pytest.mark.parametrize(
    "code", [each.code for each in (*catalogue.tests().values(), *catalogue.panels().values())]
)
def test_loinc_codes_have_their_check_digit(code: str) -> None:
    if code:
        number, digit = code.split("-")
        assert check_digit(number) == int(digit)


def test_numbers_have_a_unit_and_a_range_that_is_one() -> None:
    for test in catalogue.tests().values():
        if test.type == "NM":
            assert test.unit
        for low, high in (test.male, test.female):
            assert low is None or high is None or low < high


def test_names_are_given_in_chinese() -> None:
    tables = (
        catalogue.tests(),
        catalogue.panels(),
        catalogue.drugs(),
        catalogue.diagnoses(),
        catalogue.vaccines(),
    )
    assert all(concept.zh and concept.name for table in tables for concept in table.values())


def test_the_schedule_counts_the_doses_against_each_disease() -> None:
    doses: dict[str, list[int]] = {}
    for vaccine in catalogue.vaccines().values():
        if vaccine.age_months is not None:
            doses.setdefault(vaccine.local[:2], []).append(vaccine.dose)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in doses.values())


def test_every_code_of_a_test_is_local_to_one_test() -> None:
    locals_ = [test.local for test in catalogue.tests().values()]
    assert len(set(locals_)) == len(locals_)
    assert len({house.authority for house in houses()}) == len(houses())
