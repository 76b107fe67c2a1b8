"""Clinical faults of fhir/summary: each test fails as the code stands."""

from decimal import Decimal

import pytest

from fhir.resource import Resource
from fhir.summary.allergies import allergies
from fhir.summary.documents import documents
from fhir.summary.file import health_file
from fhir.summary.flags import Warns, flags
from fhir.summary.front_page import front_page
from fhir.summary.medications import medications
from fhir.summary.problems import problems
from fhir.summary.results import results
from fhir.summary.section import Emptiness
from fhir.summary.vaccinations import vaccinations
from fhir.summary.verdict import Verdict
from fhir.summary.visits import visits
from services.portal.clinician.news import News
from services.portal.clinician.referrals.reading import _joined
from services.portal.clinician.timeline.entries import Kind, entries
from services.portal.resident.news import results as news_of_results
from services.portal.shares.document import chosen
from tests.support.people import (
    LOINC,
    TODAY,
    ago,
    allergy,
    condition,
    encounter,
    observation,
    of,
    organizations,
    patient,
    request,
)
from tests.unit.services.portal.clinician.notes.test_note import WHO

SNOMED = "http://snomed.info/sct"
WRONG = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}


def file_of(*resources: Resource):
    return health_file([*organizations(), patient(), *resources])


def warned(*resources: Resource) -> dict[Warns, str]:
    file = file_of(*resources)
    found = flags(file, problems(file, TODAY).current, results(file, TODAY), TODAY)
    return {each.about: each.text for each in found}


def coded(loinc: str, text: str, days: int, code: str = "") -> Resource:
    made = observation(loinc, "x", "0", "", days)
    del made["valueQuantity"]
    return made | {"valueCodeableConcept": {"text": text, "coding": [{"code": code}] if code else []}}


def test_a_delivery_that_was_an_error_ends_no_pregnancy() -> None:
    pregnant = condition("正常妊娠监督", "Z34.900", 60)
    assert Warns.PREGNANCY in warned(pregnant, condition("头位顺产", "O80.000", 10, **WRONG))


def test_not_pregnant_after_pregnant_is_not_pregnant() -> None:
    found = warned(coded("82810-3", "妊娠", 200, "77386006"), coded("82810-3", "未妊娠", 5, "60001007"))
    assert Warns.PREGNANCY not in found


def test_a_diagnosis_that_was_an_error_is_no_reason_of_a_visit() -> None:
    seen = encounter("AMB", 5, "头痛") | {"id": "e1"}
    wrong = condition("HTEST 肺癌", "C34.900", 5, encounter={"reference": "Encounter/e1"}, id="c1", **WRONG)
    assert "HTEST 肺癌" not in visits(file_of(seen, wrong))[0].reasons


def test_no_known_drug_allergies_is_not_no_known_allergies() -> None:
    drugs_only = allergy("无已知药物过敏") | {
        "code": {"coding": [{"system": SNOMED, "code": "409137002"}], "text": "无已知药物过敏"}
    }
    assert allergies(file_of(drugs_only)).emptiness is not Emptiness.NONE_KNOWN


@pytest.mark.parametrize(
    "more",
    [
        {"clinicalStatus": {"coding": [{"code": "inactive"}]}},
        {"verificationStatus": {"coding": [{"code": "refuted"}]}},
    ],
)
def test_a_denial_that_no_longer_holds_denies_nothing(more: Resource) -> None:
    none = allergy("无", code={"coding": [{"system": SNOMED, "code": "716186003"}]}, **more)
    assert allergies(file_of(none)).emptiness is Emptiness.NO_DATA


def test_an_old_denial_does_not_outlive_a_later_prescription() -> None:
    denied = of() | {
        "resourceType": "MedicationStatement", "status": "active", "effectiveDateTime": ago(3000),
        "medicationCodeableConcept": {"coding": [{"system": SNOMED, "code": "787481004"}]},
    }  # fmt: skip
    found = medications(file_of(denied, request("二甲双胍片", "0.5 g bid", 125)), TODAY)
    assert found.emptiness is not Emptiness.NONE_KNOWN


def shown(file) -> str:
    lines = medications(file, TODAY).current
    return "\n".join(f"{s.name} {s.dose}" for line in lines for s in line.sources)


def test_two_doses_of_one_house_are_both_shown() -> None:
    text = shown(file_of(request("胰岛素注射液", "早 20 单位", 2), request("胰岛素注射液", "晚 12 单位", 2)))
    assert "20" in text and "12" in text, text


def test_a_cream_hides_no_tablet() -> None:
    text = shown(
        file_of(request("地塞米松片", "0.75 mg 每日3次 口服", 20), request("地塞米松乳膏", "外涂 每日2次", 3))
    )
    assert "口服" in text, text


def test_what_must_not_be_given_is_no_current_drug() -> None:
    assert medications(file_of(request("青霉素", "", 3, doNotPerform=True)), TODAY).current == []


def test_a_stopped_drug_is_not_current_because_it_was_dispensed_before() -> None:
    given = of() | {
        "resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": ago(30),
        "medicationCodeableConcept": {"text": "华法林钠片"},
    }  # fmt: skip
    stopped = request("华法林钠片", "", 2, status="stopped")
    assert medications(file_of(given, stopped), TODAY).current == []


def test_one_word_for_two_codes_hides_no_infection() -> None:
    resources = condition("肝炎", "K75.900", 5), condition("肝炎", "B16.900", 5)
    assert Warns.INFECTION in warned(*resources)


def test_the_interpretation_of_a_panel_is_not_lost() -> None:
    pressure = observation("85354-9", "血压", "0", "", 1, interpretation=[{"coding": [{"code": "HH"}]}])
    del pressure["valueQuantity"]
    pressure["component"] = [
        {"code": {"coding": [{"system": LOINC, "code": "8480-6"}]},
         "valueQuantity": {"value": Decimal(240), "unit": "mmHg"}}
    ]  # fmt: skip
    assert any(each.latest.verdict.critical for each in results(file_of(pressure), TODAY))


def test_doses_without_a_date_are_not_one() -> None:
    def dose(number: int) -> Resource:
        return {
            "resourceType": "Immunization", "status": "completed", "patient": {"reference": "Patient/p1"},
            "vaccineCode": {"text": "乙肝疫苗"}, "occurrenceString": "婴儿期",
            "protocolApplied": [{"doseNumberPositiveInt": number}],
        }  # fmt: skip

    assert len(vaccinations(file_of(dose(1), dose(2), dose(3)))) == 3


def test_the_newest_index_of_weight_counts() -> None:
    old = observation("39156-5", "BMI", "31", "kg/m2", 350, interpretation=[{"coding": [{"code": "H"}]}])
    new = observation("39156-5", "BMI", "22", "", 1)
    front = front_page(file_of(old, new), TODAY)
    assert [each.text for each in front.flags if each.about.value == "weight"] == ["normal"]


def test_a_document_that_was_an_error_is_not_shown() -> None:
    paper = of() | {
        "resourceType": "DocumentReference", "status": "current", "docStatus": "entered-in-error",
        "description": "HTEST 错放", "content": [{"attachment": {"title": "x"}}],
    }  # fmt: skip
    assert documents(file_of(paper)) == []


def test_a_drug_is_no_source() -> None:
    drug = {"resourceType": "Medication", "id": "m", "meta": {"lastUpdated": "2026-11-22T01:30:00.000Z"}}
    file = file_of(drug)
    assert None not in {each.organization for each in file.sources.freshness(file.everything())}


def test_a_retracted_result_is_no_news() -> None:
    from datetime import UTC, datetime

    wrong = observation("718-7", "血红蛋白", "1", "g/L", 1, status="entered-in-error")
    assert news_of_results(file_of(wrong), datetime(2026, 1, 1, tzinfo=UTC)).count == 0


def test_what_came_in_the_second_of_the_look_is_new() -> None:
    from datetime import datetime

    from fhir.summary.moment import CHENGDU, Moment, Precision
    from fhir.summary.source import Origin

    since = Moment(datetime(2026, 11, 20, 9, 0, 0, 200_000, tzinfo=CHENGDU), Precision.MINUTE)
    assert News(since, looked=True).covers(Origin("x", None, "2026-11-20T01:00:00.700Z"))


def test_a_planned_operation_is_not_on_the_timeline_as_done() -> None:
    planned = of() | {
        "resourceType": "Procedure",
        "status": "preparation",
        "code": {"text": "HTEST 阑尾切除"},
    }
    assert [each for each in entries(file_of(planned), WHO) if each.kind is Kind.PROCEDURE] == []


def test_a_prescription_by_reference_has_its_name_on_the_timeline() -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "HTEST 华法林"}}
    asked = request("x", "", 1) | {"medicationReference": {"reference": "Medication/m"}}
    del asked["medicationCodeableConcept"]
    (entry,) = entries(file_of(drug, asked), WHO)
    assert entry.titles == ("HTEST 华法林",)


def test_another_task_about_a_referral_answers_it_not() -> None:
    asked = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "subject": {"reference": "Patient/p1"},
    }
    focus = {"focus": {"reference": "ServiceRequest/s"}, "for": {"reference": "Patient/p1"}}
    ours = {"resourceType": "Task", "status": "requested", "code": {"coding": [{"code": "fulfill"}]}} | focus
    bed = {"resourceType": "Task", "status": "completed", "code": {"text": "预订床位"}} | focus
    (line,) = _joined([asked], [ours, bed])
    assert line.open


def test_a_share_holds_no_citizen_number() -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    result = observation("718-7", "血红蛋白", "1", "g/L", 1, id="o")
    result["subject"] |= {"identifier": number}
    assert "510104195803129013" not in str(chosen(file_of(result), ["results"]))


def test_censored_values_are_no_course() -> None:
    from services.portal.resident.presenters import my_file

    low = observation("x-1", "肌钙蛋白", "5", "ng/L", 1)
    low["valueQuantity"]["comparator"] = "<"
    file = my_file(file_of(low, observation("x-1", "肌钙蛋白", "4", "ng/L", 9)), TODAY)
    assert file.results[0].course != "up"


def test_one_verdict_for_one_value() -> None:
    from services.portal.clinician.worklist.arrived import _verdicts

    low = observation("x-1", "肌钙蛋白", "10", "ng/L", 1, high="5")
    low["valueQuantity"]["comparator"] = "<"
    (series,) = results(file_of(low), TODAY)
    assert series.latest.verdict is Verdict.UNKNOWN
    assert _verdicts(low) == (0, 0)
