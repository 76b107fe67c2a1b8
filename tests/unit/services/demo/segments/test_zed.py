from services.demo.region import Region
from services.demo.segments.zed import zed


def test_each_house_adds_its_own(region: Region) -> None:
    first = {event.house.code: event for event in reversed(region.events) if event.trigger == "A04"}
    assert zed(first["WHZX"])[0].startswith("ZFB|1|")
    assert zed(first["CHZXY"]) == ["ZPI|510100|成都市本级"]
    assert zed(first["JJZH"]) == []


def test_only_a_child_has_a_mother_to_name(region: Region) -> None:
    events = [
        event for event in region.events if event.house.code == "QYFY" and event.trigger in ("A01", "A04")
    ]
    assert {bool(zed(event)) for event in events} == {True, False}
    assert all(bool(zed(event)) == (event.resident.kin.relation == "MTH") for event in events)
