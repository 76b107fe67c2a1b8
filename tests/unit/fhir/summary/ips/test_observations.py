from typing import Any

from fhir.resource import Resource
from fhir.summary.ips.observations import observation_parts
from tests.support.documents import file_of
from tests.support.people import JINJIANG, TODAY, concept, observation, of, organizations, patient


def said(loinc: str, text: str, value: str, days: int = 5, who: str = "p1", **more: Any) -> Resource:
    made = observation(loinc, text, "1", "", days, patient=who)
    del made["valueQuantity"]
    return made | {"valueCodeableConcept": concept(value)} | more


def cells(*resources: Resource) -> list[list[tuple[str, ...]]]:
    file = file_of(*organizations(), patient(), patient("p2", JINJIANG), *resources)
    return [[line.cells for line in part.lines] for part in observation_parts(file, TODAY)]


def test_each_observation_stands_in_its_section() -> None:
    social = {"coding": [{"code": "social-history"}]}
    results, vital, pregnancy, habits = cells(
        observation("4548-4", "A1c", "7.10", "%", 3, high="6.0"),
        observation("8867-4", "脉搏", "72", "/min", 3),
        said("82810-3", "妊娠状态", "怀孕"),
        said("72166-2", "吸烟", "从不"),
        said("1-1", "运动", "每天", category=[social]),
    )
    assert results == [("糖化血红蛋白", "7.10 %", "≤ 6.0", "偏高")]
    assert vital == [("脉搏", "72 次/分", "", "")]
    assert pregnancy == [("妊娠状态", "怀孕")]
    assert sorted(habits) == [("吸烟", "从不"), ("运动", "每天")]


def test_of_each_test_the_newest_reading() -> None:
    old, new = (observation("4548-4", "A1c", value, "%", days) for value, days in (("9", 90), ("7", 3)))
    assert [line[1] for line in cells(old, new)[0]] == ["7 %"]


def test_a_preliminary_result_says_so() -> None:
    assert cells(observation("4548-4", "A1c", "7", "%", 3, status="preliminary"))[0][0][3] == "初步"


def test_blood_groups_that_differ_are_said() -> None:
    differing = cells(said("883-9", "血型", "A型"), said("883-9", "血型", "B", 9, "p2"))[0]
    assert differing[0][3] == "记录不一致：A / B"
    assert cells(said("883-9", "血型", "A型"), said("883-9", "血型", "A", 9, "p2"))[0][0][3] == ""


def test_blood_groups_of_two_tests_that_differ_are_said_of_both() -> None:
    lines = cells(said("883-9", "ABO", "A型"), said("882-1", "ABO+Rh", "B Rh阳性", 9, "p2"))[0]
    assert [line[3] for line in lines] == ["记录不一致：A / B"] * 2


def test_a_blood_group_within_a_panel_that_differs_is_said() -> None:
    panel = said("34532-2", "血型检查", "", 9, component=[said("883-9", "ABO", "B型")])
    del panel["valueCodeableConcept"]
    assert {line[3] for line in cells(said("883-9", "ABO", "A型"), panel)[0]} == {"记录不一致：A / B"}


def test_a_report_that_concludes_something_stands_with_the_results() -> None:
    report = of() | {"resourceType": "DiagnosticReport", "status": "final", "code": concept("胸片")}
    assert cells(report, report | {"conclusion": "未见异常", "id": "b"})[0] == [("胸片", "未见异常", "", "")]
