"""Whose name is meant: written, by pinyin, whole or by its beginning."""

from typing import Any

import pytest

from adapters.v2_to_fhir.criteria import Criteria, Word
from services.queries.demographics import _meets

ZHANG_SAN = {"text": "张三", "family": "张", "given": ["三"]}
WHOLE = {"text": "欧阳小明"}
SMITH = {"text": "John Q Smith-Jones", "family": "Smith-Jones", "given": ["John", "Q"]}
WRITTEN, SPOKEN = ("NA",), ("NP",)


def asked(family: str = "", given: str = "") -> Criteria:
    def word(text: str) -> list[Word]:
        return [Word(text.removesuffix("*"), text.endswith("*"))] if text else []

    return Criteria(families=word(family), givens=word(given))


@pytest.mark.parametrize(
    ("name", "family", "given", "reason"),
    [
        (ZHANG_SAN, "张", "", WRITTEN),
        (ZHANG_SAN, "张三", "", WRITTEN),
        (ZHANG_SAN, "张", "三", WRITTEN),
        (ZHANG_SAN, "", "三", WRITTEN),
        (ZHANG_SAN, "zhang", "", SPOKEN),
        (ZHANG_SAN, "ZHANG", "San", SPOKEN),
        (ZHANG_SAN, "zhang1 san1", "", SPOKEN),
        (ZHANG_SAN, "san zhang", "", SPOKEN),
        (ZHANG_SAN, "", "san", SPOKEN),
        (ZHANG_SAN, "zs", "", SPOKEN),
        (ZHANG_SAN, "张*", "", WRITTEN),
        (ZHANG_SAN, "张*", "三*", WRITTEN),
        (ZHANG_SAN, "zh*", "", SPOKEN),
        (ZHANG_SAN, "zh*", "三", SPOKEN),
        (ZHANG_SAN, "三", "", None),
        (ZHANG_SAN, "张三丰", "", None),
        (ZHANG_SAN, "zhan", "", None),
        (ZHANG_SAN, "张", "三丰", None),
        (ZHANG_SAN, "李*", "三", None),
        (WHOLE, "欧阳小明", "", WRITTEN),
        (WHOLE, "欧阳", "小明", WRITTEN),
        (WHOLE, "ouyang xiaoming", "", SPOKEN),
        (SMITH, "smith-jones", "JOHN", WRITTEN),
        (SMITH, "Smith", "", WRITTEN),
        (SMITH, "Smi*", "J*", WRITTEN),
        (SMITH, "John", "", None),
    ],
)
def test_a_name(name: dict[str, Any], family: str, given: str, reason: tuple[str, ...] | None) -> None:
    assert _meets({"name": [name]}, asked(family, given)) == reason


def test_each_name_that_is_asked_for_is_one_of_the_persons() -> None:
    person = {"name": [ZHANG_SAN, {"text": "ZHANG SAN", "family": "ZHANG", "given": ["SAN"]}]}
    both = Criteria(families=[Word("张三"), Word("zhang san")])
    assert _meets(person, both) == WRITTEN
    assert _meets(person, Criteria(families=[Word("张三"), Word("李四")])) is None


def test_a_former_name_is_not_meant_and_a_birth_date_is_a_reason() -> None:
    assert _meets({"name": [ZHANG_SAN | {"use": "old"}]}, asked("张")) is None
    assert _meets({}, asked("张")) is None
    assert _meets({}, Criteria(birth_date="1980")) == ("DB",)
