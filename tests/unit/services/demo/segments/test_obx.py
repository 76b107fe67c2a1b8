from services.demo.catalogue import panels
from services.demo.catalogue import tests as catalogue
from services.demo.event import Event
from services.demo.house import house
from services.demo.region import Region
from services.demo.segments.obx import coded, order


def report(region: Region, code: str, panel: str) -> Event:
    return next(
        event
        for event in region.events
        if event.house.code == code and any(each.panel == panel for each in event.reports)
    )


def test_the_order_of_codes_is_the_house_s() -> None:
    test = catalogue()["hba1c"]
    standard, local = "4548-4^Hemoglobin A1c/Hemoglobin.total in Blood^LN", "HBA1C^糖化血红蛋白^99"
    assert coded(house("JJZH"), test, "LN", test.code) == f"{standard}^{local}JJZH"
    assert coded(house("WHZX"), test, "LN", test.code) == f"{local}WHZX^{standard}"
    assert coded(house("DJYSQ"), test, "LN", test.code) == f"{local}DJYSQ"


def test_a_report_has_one_obx_for_each_test_of_its_panel(region: Region) -> None:
    event = report(region, "QYFY", "blood_group")
    number, found = next((n, each) for n, each in enumerate(event.reports, 1) if each.panel == "blood_group")
    segments = order(event, found, number)
    assert [each[:3] for each in segments] == ["ORC", "OBR", *["OBX"] * len(panels()["blood_group"].tests)]
    assert segments[2].split("|")[5] == f"{event.resident.blood[0]}^{event.resident.blood[0]}型^99QYFY"


def test_version_2_3_1_sends_no_orc_with_results(region: Region) -> None:
    event = next(each for each in region.events if each.house.code == "WHZX" and each.reports)
    assert order(event, event.reports[0], 1)[0].startswith("OBR|1|")


def test_a_high_value_is_marked_with_its_range(region: Region) -> None:
    event = report(region, "JJZH", "diabetes")
    found = next(each for each in event.reports if each.panel == "diabetes")
    fields = next(
        each for each in order(event, found, 1) if "4548-4" in each and each.startswith("OBX")
    ).split("|")
    assert fields[6:9] == ["%^^UCUM", "4.0-6.0", "H"]
