from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.flags import Warns, flags
from fhir.summary.problems import problems
from fhir.summary.results import results
from tests.support.people import TODAY, ago, condition, observation, of


def warnings(*resources: Resource) -> list[tuple[Warns, str]]:
    file = health_file(resources)
    found = flags(file, problems(file, TODAY).current, results(file, TODAY), TODAY)
    return [(each.about, each.text) for each in found]


def group(loinc: str, text: str, days: int = 100) -> Resource:
    made = observation(loinc, "血型", "0", "", days) | {"valueCodeableConcept": {"text": text}}
    del made["valueQuantity"]
    return made


def test_two_blood_groups_are_a_warning_of_their_own() -> None:
    assert warnings(group("883-9", "A型", 10), group("883-9", "AB", 300)) == [(Warns.BLOOD_DIFFERS, "A / AB")]
    assert warnings(group("883-9", "A型", 10), group("882-1", "B Rh阳性", 300)) == [
        (Warns.BLOOD_DIFFERS, "A / B；Rh+")
    ]


def test_a_fresh_critical_result() -> None:
    critical = [{"coding": [{"code": "HH"}]}]
    assert warnings(observation("2823-3", "钾", "6.4", "mmol/L", 5, interpretation=critical)) == [
        (Warns.CRITICAL, "钾 6.4 mmol/L")
    ]
    assert warnings(observation("2823-3", "钾", "6.4", "mmol/L", 200, interpretation=critical)) == []


def test_pregnancy_until_the_birth() -> None:
    pregnant = condition("正常妊娠监督", "Z34.900", 60)
    assert warnings(pregnant) == [(Warns.PREGNANCY, "正常妊娠监督")]
    assert warnings(pregnant, condition("头位顺产", "O80.000", 10)) == []
    assert warnings(condition("正常妊娠监督", "Z34.900", 300)) == []


def test_infections_and_active_alerts() -> None:
    alert = of() | {
        "resourceType": "Flag",
        "status": "active",
        "code": {"text": "跌倒风险"},
        "period": {"start": ago(5)},
    }
    ended = alert | {"status": "inactive", "code": {"text": "旧"}}
    assert warnings(condition("慢性乙型肝炎", "B18.100"), alert, ended) == [
        (Warns.ALERT, "跌倒风险"),
        (Warns.INFECTION, "慢性乙型肝炎"),
    ]


def test_blood_group_and_rhesus_are_one_line() -> None:
    assert warnings(group("883-9", "AB"), group("10331-7", "阳性")) == [(Warns.BLOOD, "AB Rh+")]
