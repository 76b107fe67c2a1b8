import pytest

from fhir.resource import Resource
from fhir.summary.allergies import Allergy, allergies
from fhir.summary.file import health_file
from fhir.summary.section import Emptiness, Section
from tests.support.people import HUAXI, JINJIANG, NAMES, allergy, organizations, patient

NONE = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
REFUTED = {"coding": [{"code": "refuted"}]}
ERROR = {"coding": [{"code": "entered-in-error"}]}


def file_of(*resources: Resource) -> Section[Allergy]:
    return allergies(health_file([*organizations(), patient(), patient("p2", JINJIANG), *resources]))


def test_nobody_said_anything_is_no_data() -> None:
    assert file_of().emptiness is Emptiness.NO_DATA


def test_somebody_said_none_is_none_known_with_its_source() -> None:
    section = file_of(allergy(code=NONE))
    assert section.emptiness is Emptiness.NONE_KNOWN
    assert section.denied[0].organization == NAMES[HUAXI]


def test_no_information_is_not_none_known() -> None:
    unknown = {"coding": [{"code": "no-allergy-info"}]}
    assert file_of(allergy(code=unknown)).emptiness is Emptiness.NO_DATA


def test_an_allergy_stands_beside_a_denial() -> None:
    section = file_of(allergy(), allergy(code=NONE, patient="p2"))
    assert [line.substance for line in section.current] == ["青霉素"]
    assert section.denied
    assert section.emptiness is None


def test_one_substance_from_two_institutions_is_one_line_with_both() -> None:
    severe = {"manifestation": [{"text": "休克"}], "severity": "severe"}
    section = file_of(allergy(), allergy(patient="p2", reaction=[severe]))
    (line,) = section.current
    assert {origin.organization for origin in line.origins} == {NAMES[HUAXI], NAMES[JINJIANG]}
    assert (line.severe, line.reactions) == (True, ("休克",))


def test_severe_ones_come_first() -> None:
    section = file_of(allergy("花粉"), allergy("青霉素", criticality="high"))
    assert [line.substance for line in section.current] == ["青霉素", "花粉"]


def test_errors_vanish_and_refuted_ones_are_earlier() -> None:
    section = file_of(allergy("花粉", verificationStatus=ERROR), allergy(verificationStatus=REFUTED))
    assert section.current == []
    assert [(line.substance, line.refuted) for line in section.earlier] == [("青霉素", True)]
    assert section.emptiness is Emptiness.NO_DATA


@pytest.mark.parametrize(
    "more",
    [
        {"code": {"coding": [{"code": "409137002"}], "text": "无已知药物过敏"}},
        {"code": {"coding": [{"code": "no-known-food-allergies"}]}},
        {"code": NONE, "clinicalStatus": {"coding": [{"code": "inactive"}]}},
        {"code": NONE, "verificationStatus": REFUTED},
    ],
)
def test_a_denial_of_one_kind_or_of_the_past_denies_nothing_and_is_no_substance(more: Resource) -> None:
    section = file_of(allergy(**more))
    assert section.emptiness is Emptiness.NO_DATA
    assert (section.current, section.earlier) == ([], [])


def test_a_denial_does_not_outlive_a_later_allergy() -> None:
    over = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
    assert file_of(allergy(code=NONE, days=900), allergy(**over)).emptiness is Emptiness.NO_DATA
    section = file_of(allergy(code=NONE, days=100), allergy(**over))
    assert section.emptiness is Emptiness.NONE_KNOWN
    assert [(line.substance, line.refuted) for line in section.earlier] == [("青霉素", False)]


def test_that_there_is_no_drug_allergy_is_told_as_that_alone() -> None:
    none = {"code": {"coding": [{"code": "409137002"}], "text": "无"}}
    (said,) = file_of(allergy(days=10, **none)).partly
    assert (said.text, said.text.english) == ("已询问：无已知药物过敏", "Asked: no known drug allergies")
    assert said.origin.organization == "芙蓉市第一人民医院"
    assert file_of(allergy(days=10, **none), allergy(days=5)).partly == [], "an allergy was found since"
    assert file_of(allergy(code=NONE)).partly == []
