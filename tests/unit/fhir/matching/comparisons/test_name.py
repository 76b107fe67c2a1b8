import pytest

from tests.unit.fhir.matching.comparisons.levels import Case, check, check_complete

CASES: list[Case] = [
    ("same", {"name": "王建国"}, {"name": "王建國"}),
    ("variant", {"name": "王㛃"}, {"name": "王洁"}),
    ("turned", {"name": "王建国"}, {"name": "建国王"}),
    ("cut", {"name": "阿卜杜拉·买买提江"}, {"name": "阿卜杜拉·买买"}),
    ("sound", {"name": "王建国"}, {"name": "王健国"}),
    ("sound", {"name": "吕明"}, {"name": "lvming"}),
    ("sound", {"name": "吕明"}, {"name": "luming"}),
    ("similar", {"name": "张晴"}, {"name": "张睛"}),
    ("similar", {"name": "王娜"}, {"name": "王拉"}),
    ("similar", {"name": "王建?"}, {"name": "王建国"}),
    ("other", {"name": "王建国"}, {"name": "王建军"}),
    ("other", {"name": "王建国"}, {"name": "王国"}),
    ("baby", {"name": "张三之女"}, {"name": "张三"}),
    ("baby", {"name": "张三之女"}, {"name": "张三之女"}),
    ("initials", {"name": "王建国"}, {"name": "WJG"}),
    ("initials", {"name": "王建国"}, {"name": "w. j. g."}),
    ("initials", {"name": "王建国"}, {"name": "Wang J G"}),
    ("initials", {"name": "王建国"}, {"name": "WANG, JG"}),
    ("initials", {"name": "曾乐"}, {"name": "Z L"}),
    ("initials", {"name": "曾乐"}, {"name": "ZY"}),
    ("initials", {"name": "欧阳明"}, {"name": "O Y M"}),
    ("initials", {"name": "WJG"}, {"name": "WJG"}),
    ("different", {"name": "王建国"}, {"name": "LJG"}),
    ("different", {"name": "王建国"}, {"name": "Li J G"}),
    ("sound", {"name": "吕明"}, {"name": "LUMING"}),
    ("given", {"name": "王秀琼"}, {"name": "蒋秀琼"}),
    ("different", {"name": "王建国"}, {"name": "李芳"}),
    ("missing", {"name": "王建国"}, {"name": "无名氏"}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("name", case)


def test_every_level_has_a_case() -> None:
    check_complete("name", CASES)
