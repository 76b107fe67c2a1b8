"""Words that set lines of one code apart; nobody in them exists (HTEST)."""

import pytest

from fhir.summary.aspect import keys_with_aspect
from tests.support.people import ICD10, concept


def alike(one: str, other: str, code: str = "S72.000") -> bool:
    return bool(keys_with_aspect(concept(one, ICD10, code)) & keys_with_aspect(concept(other, ICD10, code)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("右侧股骨颈骨折", "左侧股骨颈骨折"), ("双侧股骨颈骨折", "右股骨颈骨折"), ("左肺癌", "肺癌"),
        ("肺癌", "肺癌已排除"), ("肺癌", "肺癌待排"), ("肺癌", "肺癌？"), ("肺癌", "疑似肺癌"),
        ("肺癌", "除外肺癌"),
        ("Fracture, left hip", "Fracture, right hip"), ("Pneumonia", "Pneumonia, ruled out"),
    ],
)  # fmt: skip
def test_the_same_code_is_not_the_same_line(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("高血压", "原发性高血压"), ("左心衰竭", "心力衰竭"), ("双相情感障碍", "躁郁症"),
        ("右侧股骨颈骨折", "右股骨颈骨折"),
        ("两侧肺炎", "双侧肺炎"), ("无痛性甲状腺炎", "甲状腺炎"), ("Cleft palate", "腭裂"),
        ("Bright's disease", "肾炎"),
    ],
)  # fmt: skip
def test_other_words_for_one_thing_are_one_line(one: str, other: str) -> None:
    assert alike(one, other)
