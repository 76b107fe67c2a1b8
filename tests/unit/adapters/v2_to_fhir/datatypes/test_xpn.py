"""adapters.v2_to_fhir.datatypes.xpn: names whole and in parts."""

from typing import Any

import pytest

from adapters.v2_to_fhir.datatypes import xpn
from tests.unit.adapters.v2_to_fhir.given import context, repetition


@pytest.mark.parametrize(
    ("raw", "text", "family", "given"),
    [
        ("张三", "张三", "张", ["三"]),
        ("张三^", "张三", "张", ["三"]),
        ("^张三", "张三", "张", ["三"]),
        ("张^三", "张三", "张", ["三"]),
        ("张^三丰", "张三丰", "张", ["三丰"]),
        ("张三^张三", "张三", "张", ["三"]),
        ("张三丰", "张三丰", "张", ["三丰"]),
        ("欧阳修", "欧阳修", "欧阳", ["修"]),
        ("欧阳娜娜", "欧阳娜娜", "欧阳", ["娜娜"]),
        ("欧阳^娜娜", "欧阳娜娜", "欧阳", ["娜娜"]),
        ("司马", "司马", None, None),
        ("范徐丽泰", "范徐丽泰", None, None),
        ("李四之女", "李四之女", None, None),
        ("李之女", "李之女", None, None),
        ("张", "张", None, None),
        ("㛃䶮", "㛃䶮", "㛃", ["䶮"]),
        ("\U00020000三", "\U00020000三", "\U00020000", ["三"]),
        ("张^三2", "张三2", "张", ["三2"]),
        ("㛃^䶮^(Sam)", "㛃䶮 (Sam)", "㛃", ["䶮", "(Sam)"]),
        ("王^John", "John 王", "王", ["John"]),
        ("Smith^John^Q", "John Q Smith", "Smith", ["John", "Q"]),
        ("Smith", "Smith", "Smith", None),
        ("买买提·吐尔逊", "买买提·吐尔逊", "买买提·吐尔逊", None),
    ],
)
def test_parts(raw: str, text: str, family: str | None, given: list[str] | None) -> None:
    name = xpn.human_name(repetition(raw), context())
    assert name is not None
    assert (name["text"], name.get("family"), name.get("given")) == (text, family, given)


def test_a_long_name_with_a_dot_is_not_split() -> None:
    assert xpn.split("买买提·吐尔逊") == ("", "")


def test_dress_use_and_validity() -> None:
    name: dict[str, Any] | None = xpn.human_name(
        repetition("Smith&&&&Jones^John^^III^Dr.^MD^L^A^^^^20200101^20210101"), context()
    )
    assert name == {
        "use": "official",
        "text": "John Smith",
        "family": "Smith",
        "given": ["John"],
        "prefix": ["Dr."],
        "suffix": ["III", "MD"],
        "period": {"start": "2020-01-01", "end": "2021-01-01"},
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"}
        ],
    }


def test_no_name_is_nothing() -> None:
    assert xpn.human_name(repetition("^^^^^^L"), context()) is None
    assert xpn.text(repetition("^^^^^^L"), context()) is None
    assert xpn.text(repetition("张^三"), context()) == "张三"


@pytest.mark.parametrize(
    ("raw", "gone", "left"),
    [
        ("张^三^^^先生", {5}, {"text": "张三", "family": "张", "given": ["三"]}),
        ("张^三", {2}, {"text": "张", "family": "张"}),
        ("Smith^John^Q^III", {3, 4}, {"text": "John Smith", "family": "Smith", "given": ["John"]}),
        ("Smith^John^^^^^L", {1, 7}, {"text": "John", "given": ["John"]}),
        ("无名氏^^^^^^L", {2, 7}, {"text": "无名氏"}),
        ("无名氏", {1}, None),
        ("张^三", {1, 2}, None),
    ],
)
def test_without_some_components(raw: str, gone: set[int], left: dict[str, Any] | None) -> None:
    name = xpn.human_name(repetition(raw), context())
    assert name is not None
    assert xpn.without(name, frozenset(gone)) == left


def test_which_is_meant() -> None:
    assert xpn.meant(repetition('""^^^^^^L'), context()) == {"use": "official"}
