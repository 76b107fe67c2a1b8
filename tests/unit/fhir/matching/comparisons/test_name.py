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
    ("given", {"name": "王秀琼"}, {"name": "蒋秀琼"}),
    ("different", {"name": "王建国"}, {"name": "李芳"}),
    ("missing", {"name": "王建国"}, {"name": "无名氏"}),
]


@pytest.mark.parametrize("case", CASES)
def test_level(case: Case) -> None:
    check("name", case)


def test_every_level_has_a_case() -> None:
    check_complete("name", CASES)
