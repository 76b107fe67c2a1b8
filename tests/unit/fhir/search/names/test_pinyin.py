import pypinyin.constants
import pytest

from fhir.search.names.pinyin import (
    MOST_FORMS,
    is_chinese,
    readings,
    surname_length,
    surname_readings,
    syllables,
)


@pytest.mark.parametrize(
    ("surname", "expected"),
    [
        ("单", {"shan", "dan"}),
        ("仇", {"qiu", "chou"}),
        ("解", {"xie", "jie"}),
        ("查", {"zha", "cha"}),
        ("曾", {"zeng", "ceng"}),
        ("吕", {"lv", "lu", "lyu"}),
        ("朴", {"piao", "pu"}),
        ("区", {"ou", "qu"}),
        ("盖", {"ge", "gai"}),
        ("尉迟", {"yuchi", "weichi"}),
        ("万俟", {"moqi", "wanqi"}),
        ("单于", {"chanyu", "danyu"}),
        ("欧阳", {"ouyang"}),
    ],
)
def test_every_reading_of_a_surname(surname: str, expected: set[str]) -> None:
    found = ["".join(reading) for reading in surname_readings(surname)]
    assert expected <= set(found)


def test_the_surname_s_own_reading_goes_first() -> None:
    assert surname_readings("单")[0] == ("shan",)
    assert surname_readings("万俟")[0] == ("mo", "qi")


def test_polyphones_are_kept_side_by_side() -> None:
    assert {"".join(each) for each in readings("乐行")} == {"lexing", "yuexing", "lehang", "yuehang"}
    assert readings("")[0] == ()


def test_the_number_of_forms_is_bounded() -> None:
    assert len(readings("乐行单解查曾")) <= MOST_FORMS
    assert readings("乐行单解查曾")[0] == ("le", "xing", "dan", "jie", "cha", "ceng")


def test_a_character_without_a_reading_stands_for_itself() -> None:
    assert syllables("𠮷") == ("𠮷",)
    assert syllables("x") == ("x",)
    assert syllables("女") == ("nv", "nu", "nyu", "ru")


def test_surnames_are_cut_off_whole_names() -> None:
    assert [surname_length(name) for name in ("张三", "欧阳修", "欧阳", "单雄信", "Peter", "", "㛃𠮷")] == [
        1,
        2,
        1,
        1,
        0,
        0,
        1,
    ]


def test_chinese() -> None:
    assert all(is_chinese(text) for text in ("张", "x张", "𠮷", "㛃", "〇"))
    assert not any(is_chinese(text) for text in ("", "abc", "é", "ガ", "가"))


def test_the_table_of_phrases_takes_no_memory() -> None:
    assert pypinyin.constants.PHRASES_DICT == {}
