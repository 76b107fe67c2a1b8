"""Each level of each comparison has a pair of records that reaches it, in whichever order."""

from typing import Any

import pytest

from fhir.matching.comparison import LEVELS, compare
from fhir.matching.features import features
from tests.support.person import record

ONE, OTHER = "510104195803129013", "510104195803129021"
HOME = {"phone": "15400000001", "address": "演示路1号"}
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("number", "same", {"number": ONE}, {"number": ONE}),
    ("number", "slip", {"number": ONE}, {"number": "510104195803129014"}),
    ("number", "slip", {"number": ONE}, {"number": "510104195803129031"}),
    ("number", "born", {"number": ONE}, {"number": OTHER}),
    ("number", "different", {"number": ONE}, {"number": "51010819700101901X"}),
    ("number", "missing", {"number": ONE}, {}),
    ("name", "same", {"name": "王建国"}, {"name": "王建國"}),
    ("name", "variant", {"name": "王㛃"}, {"name": "王洁"}),
    ("name", "turned", {"name": "王建国"}, {"name": "建国王"}),
    ("name", "cut", {"name": "阿卜杜拉·买买提江"}, {"name": "阿卜杜拉·买买"}),
    ("name", "sound", {"name": "王建国"}, {"name": "王健国"}),
    ("name", "sound", {"name": "吕明"}, {"name": "lvming"}),
    ("name", "sound", {"name": "吕明"}, {"name": "luming"}),
    ("name", "similar", {"name": "张晴"}, {"name": "张睛"}),
    ("name", "similar", {"name": "王娜"}, {"name": "王拉"}),
    ("name", "similar", {"name": "王建?"}, {"name": "王建国"}),
    ("name", "other", {"name": "王建国"}, {"name": "王建军"}),
    ("name", "other", {"name": "王建国"}, {"name": "王国"}),
    ("name", "baby", {"name": "张三之女"}, {"name": "张三"}),
    ("name", "baby", {"name": "张三之女"}, {"name": "张三之女"}),
    ("name", "given", {"name": "王秀琼"}, {"name": "蒋秀琼"}),
    ("name", "different", {"name": "王建国"}, {"name": "李芳"}),
    ("name", "missing", {"name": "王建国"}, {"name": "无名氏"}),
    ("sex", "same", {"sex": "male"}, {"sex": "male"}),
    ("sex", "different", {"sex": "male"}, {"sex": "female"}),
    ("sex", "missing", {"sex": "male"}, {"sex": "unknown"}),
    ("contact", "both", HOME, HOME),
    ("contact", "phone", {"phone": "15400000001"}, {"phone": "15400000001"}),
    ("contact", "house", {"address": "武侯区演示路1号"}, {"address": "武侯区演示路1号"}),
    ("contact", "digit", {"phone": "15400000001"}, {"phone": "15400000007"}),
    ("contact", "district", {"address": "武侯区演示路1号"}, {"address": "武侯区示范路"}),
    ("contact", "different", {"phone": "15400000001"}, {"phone": "15412345678"}),
    ("contact", "missing", {"phone": "15400000001"}, {}),
    ("card", "same", {"card": "0a1b"}, {"card": "0A1B"}),
    ("card", "different", {"card": "0A1B"}, {"card": "0A1C"}),
    ("card", "missing", {"card": "0A1B"}, {}),
    ("mother", "same", {"mother": "张三"}, {"name": "张三之女"}),
    ("mother", "different", {"mother": "张三"}, {"mother": "李四"}),
    ("mother", "missing", {"mother": "张三"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("feature", "level", "one", "other"), CASES)
def test_level(feature: str, level: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = features(record("a", **one)), features(record("b", **other))
    for found in (compare(a, b), compare(b, a)):
        assert LEVELS[feature][getattr(found, feature)] == level


def test_every_level_has_a_case() -> None:
    named = {feature: set(levels) for feature, levels in LEVELS.items() if feature != "birth"}
    assert {feature: {level for name, level, *_ in CASES if name == feature} for feature in named} == named
