"""Component tests: what is not sure, past or early is told as that on every page of a file."""

import re

from fhir.resource import Resource
from services.portal.cases.wrongs import Wrongs
from services.portal.clinician.presenters import summary
from services.portal.resident.presenters import my_file
from tests.support import people
from tests.unit.services.portal.clinician.pages import PAGES as CLINICIAN
from tests.unit.services.portal.html import DOCTOR, RESIDENT, Html, rendered
from tests.unit.services.portal.resident.pages import PAGES as OWN
from tests.unit.services.portal.test_templates import FILE, PLAIN, SUMMARY

TODAY = people.TODAY
DOUBTFUL = {"verificationStatus": {"coding": [{"code": "differential"}]}}
UNCONFIRMED = {"verificationStatus": {"coding": [{"code": "unconfirmed"}]}}
REFUTED = {"verificationStatus": {"coding": [{"code": "refuted"}]}}
RESOLVED = {"clinicalStatus": {"coding": [{"code": "resolved"}]}}


def told(*resources: Resource) -> dict[str, Html]:
    """The pages that tell of a file, by template."""
    file = people.health_file([*people.organizations(), people.patient(), *resources])
    mine = {"file": my_file(file, TODAY), "pages": None, "incomplete": False, "wrongs": Wrongs()}
    doctors = {"summary": summary(file, TODAY), "incomplete": False, "apps": [], "id": "p"} | PLAIN
    first, glance = OWN["first page of nobody"][2] | mine, "resident/templates/glance.html"
    return {
        SUMMARY: rendered(SUMMARY, reader=DOCTOR, **doctors),
        FILE: rendered(FILE, reader=RESIDENT, mark=None, **mine),
        glance: rendered(glance, reader=RESIDENT, **first),
    }


def test_a_diagnosis_that_is_not_sure_is_told_as_that() -> None:
    for days in (5, 900):
        for page in told(people.condition("HTEST 肺癌", "C34.900", days, **DOUBTFUL)).values():
            assert "HTEST 肺癌" in page.text
            assert "待确诊" in page.text


def test_an_allergy_that_is_not_sure_is_told_as_that() -> None:
    assert all("未证实" in page.text for page in told(people.allergy(**UNCONFIRMED)).values())
    assert not any("未证实" in page.text for page in told(people.allergy()).values())


def test_past_allergies_are_told_as_past_and_what_is_ruled_out_as_that() -> None:
    for page in told(people.allergy(**RESOLVED), people.allergy("磺胺", **REFUTED)).values():
        assert "没有过敏记录" in page.text
        assert re.search(r"<details.*青霉素.*磺胺.*已排除.*</details>", page.text, re.S)
        assert page.text.count("已排除") == 1


def test_a_preliminary_result_further_down_is_marked() -> None:
    many = [people.observation(f"x-{number}", f"指标{number}", "7", "U", 9) for number in range(8)]
    early = people.observation("x-9", "HTEST 指标", "7", "U", 700, status="preliminary")
    pages = told(*many, early)
    for name in (SUMMARY, FILE):
        (line,) = re.findall(r"<li><strong>(?:<bdi>)?HTEST 指标.*?</li>", pages[name].text, re.S)
        assert "初步结果" in line


def test_a_large_chart_says_of_no_dot_that_it_is_within_a_range() -> None:
    template, reader, model = CLINICIAN["series"]
    page = rendered(template, reader=reader, **model)
    assert "方块是判断为不正常的结果，圆点是其余的。" in page.text
    assert "范围之内" not in page.text


def test_two_tests_of_one_name_have_two_addresses() -> None:
    found = [
        people.observation("", "HTEST 指标", "7", "U", days, code={"text": "HTEST 指标", "coding": [coding]})
        for coding in ({"system": "urn:htest", "code": "X"}, {"system": "urn:htest", "code": "URINE"})
        for days in (5, 9)
    ]
    page = told(*found)[SUMMARY]
    links = [each["href"] for each in page.all("a") if "/results/" in each["href"]]
    assert len(links) == len(set(links)) == 2
