"""What one resource says of a drug."""

import pytest

from fhir.summary.drug_word import Word, ingredient
from fhir.summary.source import Sources
from tests.support.people import organizations, patient, request

SOURCES = Sources([patient()], {f"Organization/{each['id']}": each for each in organizations()})


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("盐酸二甲双胍片", "二甲双胍"),
        ("二甲双胍片 0.5g", "二甲双胍"),
        ("二甲双胍缓释片(0.5g*30片)", "二甲双胍缓释"),
        ("苯磺酸氨氯地平片 5mg×14片/盒", "氨氯地平"),
        ("阿司匹林肠溶片", "阿司匹林肠溶"),
        ("片", "片"),
        ("维生素B12片", "维生素b12"),
        ("维生素B12片 25μg×100片", "维生素b12"),
        ("碳酸钙D3片", "碳酸钙d3"),
        ("胰岛素注射液（门冬）", "胰岛素注射液(门冬)"),
        ("精蛋白重组人胰岛素(30R)", "精蛋白重组人胰岛素(30r)"),
        ("二甲双胍片[集采]", "二甲双胍"),
        ("二甲双胍片(HTEST制药)", "二甲双胍"),
        ("华法林钠片", "华法林"),
        ("阿托伐他汀钙片", "阿托伐他汀"),
        ("硫酸氢氯吡格雷片", "氯吡格雷"),
        ("氯化钠注射液", "氯化钠"),
        ("硫酸镁注射液", "硫酸镁"),
        ("枸橼酸钾颗粒", "枸橼酸钾"),
    ],
)
def test_ingredient(name: str, bare: str) -> None:
    assert ingredient(name) == bare


def test_a_word_of_the_person_is_no_end_of_one_order() -> None:
    """A stopped order is its house's; that he must not or does not take it is the person's."""
    stopped = Word.of(request("甲片", status="stopped"), {}, SOURCES)
    assert (stopped.ending, stopped.about_person) == (True, False)
    assert Word.of(request("甲片", doNotPerform=True), {}, SOURCES).about_person
    said = Word.of(request("甲片", status="stopped") | {"resourceType": "MedicationStatement"}, {}, SOURCES)
    assert (said.ending, said.about_person) == (True, True)
