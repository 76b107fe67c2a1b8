import pytest

from fhir.matching.unknown_person import is_unknown


@pytest.mark.parametrize(
    "name", ["无名氏", "無名氏", "无名 氏", "无名女", "无名氏3", "佚名", "不详", "弃婴", "男婴"]
)
def test_what_names_nobody(name: str) -> None:
    assert is_unknown(name)


@pytest.mark.parametrize("name", ["", "张三", "张某某", "张三之女", "吴名", "未知秋"])
def test_what_is_a_name(name: str) -> None:
    assert not is_unknown(name)
