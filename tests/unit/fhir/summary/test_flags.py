import pytest

from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.flags import Warns, flags
from fhir.summary.problems import problems
from fhir.summary.results import results
from fhir.summary.wording import Wording
from tests.support.people import TODAY, ago, condition, observation, of, request


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


WRONG = {"coding": [{"code": "entered-in-error"}]}


def status(text: str, days: int, code: str = "") -> Resource:
    made = group("82810-3", text, days)
    coding = [{"code": code}] if code else []
    return made | {"valueCodeableConcept": {"text": text, "coding": coding}}


def test_a_delivery_that_was_an_error_ends_no_pregnancy() -> None:
    pregnant = condition("正常妊娠监督", "Z34.900", 60)
    wrong = condition("头位顺产", "O80.000", 10, verificationStatus=WRONG)
    assert warnings(pregnant, wrong) == [(Warns.PREGNANCY, "正常妊娠监督")]


@pytest.mark.parametrize(
    ("text", "code", "about"),
    [
        ("妊娠", "77386006", [Warns.PREGNANCY]),
        ("怀孕", "", [Warns.PREGNANCY]),
        ("未妊娠", "60001007", []),
        ("未怀孕", "", []),
        ("Not pregnant", "", []),
        ("不详", "", [Warns.PREGNANCY]),
    ],
)
def test_the_newest_word_on_a_pregnancy_counts(text: str, code: str, about: list[Warns]) -> None:
    told = warnings(status("妊娠", 200, "77386006"), status(text, 5, code))
    assert [warned for warned, _ in told] == about


def test_a_pregnancy_after_the_last_no_is_one() -> None:
    later = condition("正常妊娠监督", "Z34.900", 5)
    assert warnings(status("未妊娠", 60, "60001007"), later) == [(Warns.PREGNANCY, "正常妊娠监督")]
    assert warnings(status("未妊娠", 5, "60001007"), condition("早孕", "Z34.900", 60)) == []


def test_one_word_for_two_codes_hides_no_infection() -> None:
    told = warnings(condition("肝炎", "K75.900", 5), condition("肝炎", "B16.900", 5))
    assert told == [(Warns.INFECTION, "肝炎")]


def test_an_infection_that_is_only_suspected_is_told_as_that() -> None:
    unsure = {"coding": [{"code": "provisional"}]}
    told = warnings(condition("肺结核", "A15.000", 5, verificationStatus=unsure))
    assert told == [(Warns.INFECTION, "肺结核（待确诊）")]


def test_a_drug_that_must_not_be_given_stands_in_the_bar() -> None:
    never = request("青霉素V钾片", days=90, doNotPerform=True)
    assert warnings(never) == [(Warns.ALERT, "不要使用：青霉素V钾片")]
    assert warnings(never | {"status": "cancelled"}) == []


CRITICAL = [{"coding": [{"code": "HH"}]}]


def test_a_newer_value_that_nobody_judged_does_not_take_a_critical_one_away() -> None:
    potassium = observation("2823-3", "钾", "6.9", "mmol/L", 5, interpretation=CRITICAL)
    later = observation("2823-3", "钾", "7.4", "mmol/L", 1)
    assert warnings(potassium, later) == [(Warns.CRITICAL, "钾 6.9 mmol/L（后来 7.4，没有判断）")]
    sound = observation("2823-3", "钾", "4.4", "mmol/L", 1, "3.5", "5.3")
    assert warnings(potassium, sound) == []


def test_a_critical_result_is_told_in_english_too() -> None:
    file = health_file([observation("2823-3", "血清钾", "6.9", "mmol/L", 1, interpretation=CRITICAL)])
    (found,) = flags(file, [], results(file, TODAY), TODAY)
    assert isinstance(found.text, Wording)
    assert found.text.english == "Potassium (血清钾) 6.9 mmol/L"


def test_what_is_in_the_body_is_told() -> None:
    device = {"resourceType": "Device", "id": "d", "type": {"text": "心脏起搏器"}}
    used = of() | {
        "resourceType": "DeviceUseStatement", "status": "active", "device": {"reference": "Device/d"},
    }  # fmt: skip
    removed = used | {"status": "completed"}
    assert warnings(device, used) == [(Warns.IMPLANT, "心脏起搏器")]
    assert warnings(device, removed) == []
    assert warnings(condition("心脏起搏器植入状态", "Z95.000")) == [(Warns.IMPLANT, "心脏起搏器植入状态")]
