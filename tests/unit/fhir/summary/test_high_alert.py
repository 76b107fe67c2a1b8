"""Which drugs stand first where not all have room."""

from pathlib import Path

import pytest
import yaml

from fhir.resource import Resource
from fhir.summary import high_alert
from fhir.summary.high_alert import high_alert_first
from fhir.summary.medications import medications
from tests.support import people

CASES = yaml.safe_load(Path(__file__).with_name("high_alert.yaml").read_text("utf-8"))
ATC = "http://www.whocc.no/atc"


def names(*resources: Resource) -> list[str]:
    """The names of a file's current drugs in the order of high alert."""
    file = people.health_file([*people.organizations(), people.patient(), *resources])
    return [line.name for line in high_alert_first(file, medications(file, people.TODAY).current)]


NEWER = people.request("二甲双胍片", "每日2次", 1)


@pytest.mark.parametrize("name", CASES["first"])
def test_by_its_name_it_stands_before_what_is_newer(name: str) -> None:
    assert "二甲双胍" in names(NEWER, people.request(name, "每日1次", 90))[1]


@pytest.mark.parametrize("name", CASES["others"])
def test_others_and_what_is_for_the_skin_or_the_eye_stay_where_they_are(name: str) -> None:
    assert names(people.request("缬沙坦胶囊", days=1), people.request(name, days=90))[0] == "缬沙坦胶囊"


def test_a_code_for_the_skin_says_that_a_name_is_not_meant() -> None:
    for code, place in (("D07AA02", 1), ("H02AB09", 0)):
        drug = {"text": "氢化可的松", "coding": [{"system": ATC, "code": code}]}
        order = people.request("", days=90, medicationCodeableConcept=drug)
        assert names(NEWER, order)[place] == "氢化可的松"


def test_no_two_classes_claim_one_name() -> None:
    told = yaml.safe_load(Path(high_alert.__file__).with_name("high_alert.yaml").read_text("utf-8"))
    excluded = told.pop("none_of_these")
    said = [word for each in told.values() for word in (*each["ingredients"], *each["also"])]
    assert len({*said, *excluded}) == len(said) + len(excluded)


@pytest.mark.parametrize("code", ["B01AF01", "a10ae04", "H02AB06", "N03AX14", "L04AD02"])
def test_by_its_code_whatever_it_is_called(code: str) -> None:
    for system, place in ((ATC, 0), ("urn:x", 1)):
        drug = {"text": "HTEST 药", "coding": [{"system": system, "code": code}]}
        assert names(NEWER, people.request("", days=90, medicationCodeableConcept=drug))[place] == "HTEST 药"


def test_a_drug_that_is_referred_to_is_looked_up() -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"coding": [{"system": ATC, "code": "B01AA03"}]}}
    drug["code"] |= {"text": "HTEST 药"}  # type: ignore[operator]
    line = people.request("", days=90, medicationReference={"reference": "Medication/m"})
    del line["medicationCodeableConcept"]
    assert names(NEWER, line, drug)[0] == "HTEST 药"


def test_among_themselves_and_among_the_others_the_newest_stands_first() -> None:
    given = {"缬沙坦胶囊": 40, "地高辛片": 80, "氨氯地平片": 2, "华法林钠片": 60}
    lines = [people.request(name, days=days) for name, days in given.items()]
    assert names(*lines) == ["华法林钠片", "地高辛片", "氨氯地平片", "缬沙坦胶囊"]
