from decimal import Decimal

from services.difference import difference
from tests.support.resources import patient


def test_what_came_went_and_changed() -> None:
    before = patient("p1", gender="male", name=[{"text": "甲"}], meta={"versionId": "1"})
    after = patient("p1", gender="female", active=True, meta={"versionId": "2", "tag": [{"code": "x"}]})
    after.pop("name", None)
    assert set(difference(before, after)) == {
        '- gender = "male"',
        '+ gender = "female"',
        '- name[0].text = "甲"',
        '+ meta.tag[0].code = "x"',
        "+ active = true",
    }


def test_numbers_stay_as_written_and_equal_is_nothing() -> None:
    assert difference(None, {"value": Decimal("1.50")}) == ["+ value = 1.50"]
    assert difference(patient(), patient()) == []
    assert difference({"a": [1]}, None) == ["- a[0] = 1"]
