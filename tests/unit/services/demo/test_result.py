from random import Random

import pytest

from services.demo import catalogue
from services.demo.region import Region
from services.demo.result import flag, normal, written


def test_a_normal_value_carries_no_mark(region: Region) -> None:
    random = Random(1)
    for test in catalogue.tests().values():
        for resident in region.residents[:30]:
            value = written(test.key, normal(test, resident, random)) if test.unit != "kg" else "60"
            assert flag(test, value, resident.sex) in ("", "N")


@pytest.mark.parametrize(
    ("key", "value", "sex", "mark"),
    [
        ("glucose", "6.2", "male", "H"),
        ("glucose", "3.8", "male", "L"),
        ("hemoglobin", "120", "male", "L"),
        ("hemoglobin", "120", "female", "N"),
        ("urine_glucose", "阳性(++)", "female", "A"),
        ("urine_glucose", "阴性", "female", "N"),
        ("crp", "8.1", "male", "H"),
        ("weight", "70.0", "male", ""),
        ("ecg", "窦性心律", "male", ""),
    ],
)
def test_marks(key: str, value: str, sex: str, mark: str) -> None:
    assert flag(catalogue.tests()[key], value, sex) == mark


def test_decimals_are_those_of_the_test() -> None:
    assert written("hba1c", 6.25) == "6.2"
    assert written("ldl", 3.0) == "3.00"
    assert written("heart_rate", 71.6) == "72"
