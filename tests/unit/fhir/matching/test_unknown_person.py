import pytest

from fhir.matching.unknown_person import is_unknown


@pytest.mark.parametrize(
    "name",
    [
        "无名氏",
        "無名氏",
        "无名 氏",
        "无名女",
        "无名氏3",
        "佚名",
        "不详",
        "弃婴",
        "男婴",
        "某某",
        "张某某",
        "未知男",
        "急诊无名男",
        "三无人员",
        "患者",
        "患者某",
        "急诊患者",
        "流浪人员",
        "UNKNOWN",
        "Unknown 2",
        "John Doe",
        "???",
        "身份不明",
        "N/A",
    ],
)
def test_what_names_nobody(name: str) -> None:
    assert is_unknown(name)


@pytest.mark.parametrize(
    "name", ["", "张三", "张三之女", "吴名", "未知秋", "Nana", "John Dole", "谋三", "白病", "艾克拜尔"]
)
def test_what_is_a_name(name: str) -> None:
    assert not is_unknown(name)
