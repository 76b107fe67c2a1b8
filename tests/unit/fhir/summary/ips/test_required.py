from fhir.summary.ips.required import allergy_part, medication_part, problem_part
from fhir.summary.problems import problems
from tests.support.documents import file_of
from tests.support.people import JINJIANG, TODAY, allergy, concept, condition, organizations, patient, request

PEOPLE = [*organizations(), patient(), patient("p2", JINJIANG)]
REFUTED = {"coding": [{"code": "refuted"}]}
RESOLVED = {"coding": [{"code": "resolved"}]}


def test_the_same_drug_of_two_houses_is_one_line_of_two_sources_and_two_resources() -> None:
    file = file_of(*PEOPLE, request("二甲双胍片", "0.5 g"), request("二甲双胍片", "1 g", 12, "p2"))
    (line,) = medication_part(file, TODAY).lines
    assert (len(line.origins), len(line.originals)) == (2, 2)
    assert line.cells[1] == "各来源剂量不同：1 g；0.5 g"


def test_that_another_house_has_stopped_a_drug_stands_beside_its_dose() -> None:
    ended = request("二甲双胍片", "", 2, "p2", status="stopped")
    (line,) = medication_part(file_of(*PEOPLE, request("二甲双胍片", "0.5 g"), ended), TODAY).lines
    assert line.cells[1].startswith("0.5 g；别的机构已停用：锦水街道社区卫生服务中心 ")
    assert "; stopped by another institution: " in line.cells[1].english


def test_a_drug_that_another_house_has_paused_is_not_called_stopped() -> None:
    held = request("二甲双胍片", "", 2, "p2", status="on-hold")
    (line,) = medication_part(file_of(*PEOPLE, request("二甲双胍片", "0.5 g"), held), TODAY).lines
    assert line.cells[1].startswith("0.5 g；别的机构已暂停：锦水街道社区卫生服务中心 ")
    assert "; put on hold by another institution: " in line.cells[1].english
    assert "停用" not in line.cells[1]


def test_past_allergies_stand_below_and_refuted_ones_nowhere() -> None:
    file = file_of(
        *PEOPLE,
        allergy("乙", clinicalStatus=RESOLVED),
        allergy("甲", criticality="high", reaction=[{"manifestation": [concept("皮疹")]}]),
        allergy("丙", verificationStatus=REFUTED),
    )
    lines = allergy_part(file).lines
    assert [(line.cells[0], line.cells[1]) for line in lines] == [("甲", "严重"), ("乙", "以往")]
    assert lines[0].cells[2] == "皮疹"


def test_a_problem_has_its_code_and_since_when() -> None:
    (line,) = problem_part(problems(file_of(*PEOPLE, condition("高血压", "I10", 30)), TODAY)).lines
    assert line.cells == ("高血压", "I10", "慢性", "2026-10-24")
    assert line.cells[2].english == "chronic"


def test_that_there_is_no_drug_allergy_stands_in_the_document_and_denies_no_other() -> None:
    none = allergy(code={"coding": [{"code": "no-known-medication-allergies"}]})
    part = allergy_part(file_of(*PEOPLE, none))
    assert [line.cells[0] for line in part.lines] == ["已询问：无已知药物过敏"]
    assert [each["code"] for each in part.entries] == [none["code"]]
    assert part.absence is None
