import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.matching.name import dialect, name_of, names, similar, substitutes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张國榮", "张国荣"),
        ("王 建国", "王建国"),
        ("阿卜杜拉·买买提江", "阿卜杜拉•买买提江"),
        ("阿卜杜拉．买买提江", "阿卜杜拉·买买提江"),
        ("Ｊｏｈｎ Smith", "john smith"),
        ("SMITH, John", "John Smith"),
        ("刘龑", "刘䶮"),
    ],
)
def test_one_name_written_in_two_ways(one: str, other: str) -> None:
    assert name_of(one).text == name_of(other).text


@pytest.mark.parametrize(
    ("name", "parent"),
    [
        ("张三之女", "张三"),
        ("王小丽之长子", "王小丽"),
        ("杨琳娟之二女", "杨琳娟"),
        ("张伟男婴", "张伟"),
        ("吉克阿英·沙马之女", "吉克阿英沙马"),
        ("张伟", ""),
        ("刘华婴", ""),
        ("陈子女", ""),
        ("欧阳娜娜", ""),
    ],
)
def test_whose_baby_a_name_tells_of(name: str, parent: str) -> None:
    assert name_of(name).parent == parent


@pytest.mark.parametrize(
    ("surname", "sound"),
    [
        ("单", "shan"),
        ("仇", "qiu"),
        ("解", "xie"),
        ("查", "zha"),
        ("曾", "zeng"),
        ("尉迟", "yuchi"),
        ("万俟", "moqi"),
    ],
)
def test_a_surname_sounds_by_its_own_reading_first(surname: str, sound: str) -> None:
    assert name_of(f"{surname}明").sounds[0] == f"{sound}ming"


def test_the_family_and_the_given_name() -> None:
    assert (name_of("欧阳娜娜").family, name_of("欧阳娜娜").given) == ("欧阳", "娜娜")
    assert name_of("阿卜杜拉·买买提江").family == ""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("睛", "晴", True), ("娜", "拉", True), ("伟", "玮", True), ("?", "明", True), ("华", "国", False)],
)
def test_characters_that_are_taken_for_one_another(one: str, other: str, expected: bool) -> None:
    assert similar(one, other) is expected
    assert similar(other, one) is expected


def test_substitutes_of_rare_characters() -> None:
    assert substitutes("㛃", "洁")
    assert substitutes("洁", "㛃")
    assert not substitutes("晴", "睛")


@pytest.mark.parametrize(
    ("reading", "heard"), [("zhang", "zang"), ("lan", "nan"), ("hui", "fi"), ("hu", "fu"), ("jing", "jin")]
)
def test_how_sichuan_hears_it(reading: str, heard: str) -> None:
    assert dialect((reading,)) == heard


def test_a_name_in_parts_is_the_name_as_a_whole() -> None:
    (name,) = names({"name": [{"family": "王", "given": ["建国"], "text": "王建国"}, {"text": "王建国"}]})
    assert name.text == "王建国"


def test_who_is_unknown_has_no_name() -> None:
    assert names({"name": [{"text": "无名氏"}, {}]}) == ()


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    name = name_of(text)
    assert name_of(name.text).text == name.text or not name.text.isascii()
