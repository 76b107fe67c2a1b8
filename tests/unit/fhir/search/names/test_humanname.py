from time import process_time
from typing import Any

import pytest

from fhir.search.names.humanname import asked_name, family_forms, forms, given_forms, parts_of, spoken

NAMES: list[tuple[dict[str, Any], set[str]]] = [
    ({"text": "张三"}, {"张三", "zhangsan", "zs", "san", "sanzhang"}),
    ({"family": "张", "given": ["三"]}, {"张三", "三张", "张", "三", "zhangsan", "zs", "san", "sanzhang"}),
    ({"text": "欧阳修"}, {"欧阳修", "ouyangxiu", "oyx", "xiu", "xiuouyang"}),
    (
        {"family": "Müller", "given": ["Jörg", "Peter"]},
        {"muller", "jorg", "peter", "mullerjorgpeter", "jorgpetermuller", "mullerjorg", "jorgmuller"},
    ),
    ({"family": "Smith"}, {"smith"}),
    ({"given": ["Ann"]}, {"ann"}),
    ({"text": "Dr. Ann Smith", "prefix": ["Dr."]}, {"drannsmith", "dr", "ann", "smith"}),
    ({}, set()),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_forms(name: dict[str, Any], expected: set[str]) -> None:
    assert set(forms(name)) == expected


def test_a_long_minority_name_has_no_surname_to_cut_off() -> None:
    found = set(forms({"text": "买买提·阿不都"}))
    assert {"买买提阿不都", "买买提", "阿不都", "maimaiti", "maimaitiabudu"} <= found


def test_text_beside_family_and_given_is_not_read_twice() -> None:
    both = list(forms({"text": "单雄信", "family": "单", "given": ["雄信"]}))
    assert set(both) == set(forms({"family": "单", "given": ["雄信"]})) | {"单雄信"}


def test_family_and_given() -> None:
    assert set(family_forms("单")) >= {"单", "shan", "dan"}
    assert list(family_forms("De La Cruz")) == ["delacruz", "de", "la", "cruz"]
    assert list(family_forms("Smith-Jones")) == ["smith-jones", "smithjones", "smith", "jones"]
    assert list(family_forms("O'Neil")) == ["oneil", "o", "neil"]
    assert list(given_forms("-")) == ["-"]
    assert set(given_forms("三丰")) == {"三丰", "sanfeng", "sf"}


def test_sounds() -> None:
    assert spoken("张三") == spoken("章三") == "zhangsan"
    assert spoken("Péter") == "peter"


def test_parts_of_odd_values() -> None:
    assert parts_of(None, ("text",)) == []
    assert parts_of({"text": 1, "line": ["a", None, "b"], "city": "c"}, ("text", "line", "city")) == [
        "a",
        "b",
        "c",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("zhang1 san1", "zhang san"),
        ("zhang1san1", "zhangsan"),
        ("xi'an", "xian"),
        ("Lü3 Bu4", "Lü Bu"),
        ("Aaron697", "Aaron697"),
        ("Abbott5", "Abbott5"),
        ("zhang12", "zhang12"),
        ("张三", "张三"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_tone_numbers_of_pinyin_are_no_part_of_a_name(asked: str, expected: str) -> None:
    assert asked_name(asked) == expected


def test_many_ways_to_cut_syllables_take_no_time() -> None:
    started = process_time()
    for _ in range(1000):
        asked_name("iaianiangue" * 3 + "1!")
    assert process_time() - started < 1
