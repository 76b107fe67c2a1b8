from services.demo.event import Event
from services.demo.region import Region
from services.demo.segments.pv1 import al1, dg1, evn, pv1


def first(region: Region, house: str, trigger: str) -> Event:
    return next(each for each in region.events if (each.house.code, each.trigger) == (house, trigger))


def test_a_registration_has_no_visit(region: Region) -> None:
    assert pv1(first(region, "JJSQ", "A28")) == "PV1|1|N"


def test_a_transfer_names_the_place_before(region: Region) -> None:
    fields = pv1(first(region, "QYFY", "A02")).split("|")
    assert fields[3].startswith("产房^01^0101^QYFY")
    assert fields[6].startswith("产科病区^")


def test_a_closing_tells_its_time_and_an_opening_does_not(region: Region) -> None:
    assert len(pv1(first(region, "JJZH", "A03")).split("|")) == 46
    assert len(pv1(first(region, "JJZH", "A04")).split("|")) == 45


def test_diagnoses_are_final_at_the_end(region: Region) -> None:
    assert dg1(first(region, "JJZH", "A04"))[0].split("|")[6] == "W"
    assert dg1(first(region, "JJZH", "A03"))[0].split("|")[6] == "F"


def test_the_trigger_stands_in_evn_before_version_2_5(region: Region) -> None:
    assert evn(first(region, "JJZH", "A04")).startswith("EVN|A04|")
    assert evn(first(region, "QYFY", "A04")).startswith("EVN||")


def test_an_intolerance_is_told_with_what_it_does(region: Region) -> None:
    event = next(each for each in region.events if each.resident.key == "diabetic" and each.trigger == "A28")
    assert al1(event) == ["AL1|1|DA|2^青霉素^99JJSQ|SV|过敏性休克"]
