"""Which drugs stand first where not all have room."""

import pytest

from fhir.resource import Resource
from fhir.summary.high_alert import high_alert_first
from fhir.summary.medications import medications
from tests.support import people

ATC = "http://www.whocc.no/atc"


def names(*resources: Resource) -> list[str]:
    """The names of a file's current drugs in the order of high alert."""
    file = people.health_file([*people.organizations(), people.patient(), *resources])
    return [line.name for line in high_alert_first(file, medications(file, people.TODAY).current)]


NEWER = people.request("二甲双胍片", "每日2次", 1)


@pytest.mark.parametrize(
    "name",
    [
        "华法林钠片 2.5mg", "利伐沙班片", "依诺肝素钠注射液", "Warfarin sodium tablets", "甘精胰岛素注射液",
        "门冬胰岛素30注射液", "硫酸吗啡缓释片", "芬太尼透皮贴剂", "盐酸曲马多片", "丙戊酸钠缓释片",
        "卡马西平片", "左乙拉西坦片", "他克莫司胶囊", "环孢素软胶囊", "甲氨蝶呤片", "地高辛片", "碳酸锂片",
        "醋酸泼尼松片", "甲泼尼龙片", "氢化可的松片",
    ],
)  # fmt: skip
def test_by_its_name_it_stands_before_what_is_newer(name: str) -> None:
    first, second = names(NEWER, people.request(name, "每日1次", 90))
    assert "二甲双胍" in second
    assert "二甲双胍" not in first


@pytest.mark.parametrize(
    "name",
    [
        "氨氯地平片",
        "氢化可的松乳膏",
        "地塞米松滴眼液",
        "他克莫司软膏",
        "肝素钠乳膏",
        "阿司匹林肠溶片",
        "二甲双胍缓释片",
    ],
)
def test_others_and_what_is_for_the_skin_or_the_eye_stay_where_they_are(name: str) -> None:
    assert names(people.request("缬沙坦胶囊", days=1), people.request(name, days=90))[0] == "缬沙坦胶囊"


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
