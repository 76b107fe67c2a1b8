from services.demo.event import Event
from services.demo.region import Region
from services.demo.segments.rxe import order


def first(region: Region, house: str) -> Event:
    return next(each for each in region.events if each.house.code == house and each.prescriptions)


def test_timing_stands_in_rxe_1_or_in_tq1(region: Region) -> None:
    old, late = first(region, "JJZH"), first(region, "SLRM")
    assert [each[:3] for each in order(old, old.prescriptions[0])] == ["ORC", "RXE", "RXR"]
    assert [each[:3] for each in order(late, late.prescriptions[0])] == ["ORC", "RXE", "TQ1", "RXR"]


def test_a_medicine_has_its_atc_code_dose_and_route(region: Region) -> None:
    event = next(
        each
        for each in region.events
        if each.house.code == "JJZH" and any(one.drug == "metformin" for one in each.prescriptions)
    )
    _, rxe, rxr = order(event, event.prescriptions[0])
    fields = rxe.split("|")
    assert fields[2].startswith("A10BA02^Metformin^ATC^")
    assert fields[3] == "0.5"
    assert fields[7] == "^口服，每日两次"
    assert rxr == "RXR|PO^口服^HL70162"
