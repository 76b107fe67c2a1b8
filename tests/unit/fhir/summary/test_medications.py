from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.medications import Medication, medications
from fhir.summary.section import Emptiness, Section
from tests.support.people import JIANYANG, JINJIANG, TODAY, ago, of, organizations, patient, request


def section_of(*resources: Resource) -> Section[Medication]:
    people = [patient(), patient("p2", JINJIANG)]
    return medications(health_file([*organizations(), *people, *resources]), TODAY)


def dispense(text: str, days: int) -> Resource:
    return of() | {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationCodeableConcept": {"text": text},
        "whenHandedOver": ago(days),
    }


def test_the_same_drug_of_two_hospitals_is_one_line_that_keeps_both_words() -> None:
    section = section_of(
        request("盐酸二甲双胍片", "0.5 g bid", 40), request("二甲双胍片 0.5g", "0.5 g bid", 12, "p2")
    )
    (line,) = section.current
    assert [source.name for source in line.sources] == ["二甲双胍片 0.5g", "盐酸二甲双胍片"]
    assert not line.doses_differ


def test_different_doses_are_said() -> None:
    section = section_of(request("二甲双胍片", "0.5 g bid"), request("二甲双胍片", "1 g bid", 12, "p2"))
    assert section.current[0].doses_differ


def test_other_days_of_a_course_are_no_other_dose() -> None:
    def dosed(value: int, day: str, house: str) -> Resource:
        repeat = {"frequency": 1, "period": 1, "periodUnit": "d", "boundsPeriod": {"start": day}}
        dose = {"doseQuantity": {"value": value, "unit": "片"}}
        return request(
            "二甲双胍片",
            "",
            12,
            house,
            dosageInstruction=[{"timing": {"repeat": repeat}, "doseAndRate": [dose]}],
        )

    one = dosed(1, "2026-10-01", "p1")
    assert not section_of(one, dosed(1, "2026-11-01", "p2")).current[0].doses_differ
    assert section_of(one, dosed(2, "2026-10-01", "p2")).current[0].doses_differ


def test_a_release_form_is_another_line() -> None:
    assert len(section_of(request("二甲双胍片"), request("二甲双胍缓释片")).current) == 2


def test_stopped_old_and_ended_ones_are_earlier_never_lost() -> None:
    ended = request("阿莫西林", days=10, dispenseRequest={"validityPeriod": {"end": ago(3)}})
    section = section_of(request("甲", status="stopped"), request("乙", days=800), ended)
    assert section.current == []
    assert {line.name for line in section.earlier} == {"甲", "乙", "阿莫西林"}
    assert section.emptiness is Emptiness.NO_DATA


def test_errors_and_drafts_are_not_shown() -> None:
    section = section_of(request("甲", status="entered-in-error"), request("乙", status="draft"))
    assert (section.current, section.earlier) == ([], [])


def test_the_last_dispensing_stands_on_the_line() -> None:
    section = section_of(
        request("二甲双胍片", days=40), dispense("二甲双胍片", 5), dispense("二甲双胍片", 35)
    )
    assert section.current[0].dispensed is not None
    assert section.current[0].dispensed.day.isoformat() == ago(5)
    assert section.current[0].dispenser == section.current[0].origin.organization
    elsewhere = section_of(request("二甲双胍片", days=40), dispense("二甲双胍片", 5) | of("p2"))
    (line,) = elsewhere.current
    assert line.dispenser == "锦水街道社区卫生服务中心"
    assert section_of(request("甲片")).current[0].dispenser is None
    assert section_of(dispense("丙", 200)).current == []


def test_a_reference_to_a_contained_medication_has_its_name() -> None:
    contained = request("x") | {
        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "缬沙坦胶囊"}}],
        "medicationReference": {"reference": "#m"},
    }
    del contained["medicationCodeableConcept"]
    assert section_of(contained).current[0].name == "缬沙坦胶囊"


def test_none_known() -> None:
    none = request("", medicationCodeableConcept={"coding": [{"code": "787481004"}]})
    assert section_of(none).emptiness is Emptiness.NONE_KNOWN


def test_nameless_drugs_are_not_merged() -> None:
    assert len(section_of(request(""), request("")).current) == 2


def test_an_institutions_newest_prescription_stands_for_it() -> None:
    section = section_of(request("二甲双胍片", "0.5 g", 100), request("二甲双胍片", "1 g", 10))
    (line,) = section.current
    assert [source.dose for source in line.sources] == ["1 g"]
    assert not line.doses_differ
    assert line.since is not None
    assert line.since.day.isoformat() == ago(100)


def test_what_was_not_renewed_in_120_days_is_earlier() -> None:
    section = section_of(request("甲", days=120), request("乙", days=121))
    assert [[line.name for line in part] for part in (section.current, section.earlier)] == [["甲"], ["乙"]]


def test_the_english_name_of_another_source_is_not_that_of_the_newest() -> None:
    """It may be of another strength or release."""
    code = {"system": "http://www.whocc.no/atc", "code": "A10BA02", "display": "Metformin"}
    both = {"text": "盐酸二甲双胍片", "coding": [code]}
    section = section_of(
        request("二甲双胍肠溶片", days=5), request("", days=9, medicationCodeableConcept=both)
    )
    names = {line.name: line.name.english for line in section.current}
    assert names["二甲双胍肠溶片"] != "Metformin"


def said(section: Section[Medication]) -> list[str]:
    return [" ".join((source.name, source.dose)) for line in section.current for source in line.sources]


def test_two_doses_of_one_house_on_one_day_are_both_told_and_do_not_differ() -> None:
    morning, evening = request("胰岛素注射液", "早 20 单位", 2), request("胰岛素注射液", "晚 12 单位", 2)
    section = section_of(morning, evening, request("胰岛素注射液", "晚 9 单位", 30), evening)
    assert said(section) == ["胰岛素注射液 早 20 单位；晚 12 单位"]
    assert section.current[0].dose == "早 20 单位；晚 12 单位"
    assert not section.current[0].doses_differ


def test_two_strengths_of_one_house_are_told_with_their_doses() -> None:
    section = section_of(request("华法林钠片 3mg", "单日1片"), request("华法林钠片 1mg", "双日1片"))
    assert section.current[0].dose == "华法林钠片 3mg 单日1片；华法林钠片 1mg 双日1片"


def test_what_was_dispensed_without_a_word_does_not_hide_the_dose() -> None:
    assert said(section_of(request("甲片", "1 g bid", 20), dispense("甲片", 5))) == ["甲片 1 g bid"]


def test_a_cream_hides_no_tablet() -> None:
    section = section_of(
        request("地塞米松片", "0.75 mg 每日3次 口服", 20), request("地塞米松乳膏", "外涂 每日2次", 3)
    )
    assert said(section) == ["地塞米松乳膏 外涂 每日2次", "地塞米松片 0.75 mg 每日3次 口服"]


def test_one_code_of_two_ways_is_two_lines() -> None:
    code = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01"}]}
    drugs = [
        request("", medicationCodeableConcept=code | {"text": f"对乙酰氨基酚{form}"}) for form in ("片", "栓")
    ]
    assert len(section_of(*drugs).current) == 2


def test_three_hospitals_and_one_way_are_one_line() -> None:
    drugs = request("地塞米松片"), request("醋酸地塞米松胶囊", "", 9, "p2"), request("地塞米松", "", 5, "p3")
    code = {"coding": [{"system": "http://www.whocc.no/atc", "code": "H02AB02"}]}
    coded = [each | {"medicationCodeableConcept": each["medicationCodeableConcept"] | code} for each in drugs]
    assert [len(line.sources) for line in section_of(patient("p3", JIANYANG), *coded).current] == [3]


def test_a_drug_without_a_way_stands_alone_where_there_are_two() -> None:
    section = section_of(request("地塞米松片"), request("地塞米松乳膏"), request("地塞米松"))
    assert len(section.current) == 3


def test_what_must_not_be_given_is_no_drug_in_use_nor_ever_was() -> None:
    section = section_of(request("青霉素", "", 3, doNotPerform=True))
    assert (section.current, section.earlier) == ([], [])
    section = section_of(request("青霉素", "", 9), request("青霉素", "", 3, doNotPerform=True))
    assert (section.current, len(section.earlier)) == ([], 1)


def test_what_is_of_earlier_because_it_is_on_hold_says_so() -> None:
    held = request("甲片", "", 5, status="on-hold")
    assert [line.paused for line in section_of(request("甲片", "", 20), held).earlier] == [True]
    assert [line.paused for line in section_of(held | {"status": "stopped"}).earlier] == [False]
    assert [line.paused for line in section_of(held, request("甲片", "", 3, status="stopped")).earlier] == [
        False
    ]
    assert not section_of(held, request("甲片", "", 3)).current[0].paused


def test_a_stopped_drug_is_not_current_because_it_was_dispensed_before() -> None:
    section = section_of(dispense("华法林钠片", 30), request("华法林钠片", "", 2, status="stopped"))
    assert (section.current, [line.name for line in section.earlier]) == ([], ["华法林钠片"])


def test_what_was_dispensed_of_a_prescription_that_was_stopped_is_not_current() -> None:
    stopped = request("甲片", "", 40, status="stopped", id="s")
    assert section_of(stopped, dispense("甲片", 30)).current == []
    filled = {"authorizingPrescription": [{"reference": "MedicationRequest/s"}]}
    assert section_of(stopped, dispense("甲片", 30) | of("p2") | filled).current == []
    assert len(section_of(stopped, request("甲片", "", 35), dispense("甲片", 30)).current) == 1


def test_the_newest_word_decides() -> None:
    taken, stopped = request("甲片", "", 20), request("甲片", "", 5, status="stopped")
    assert section_of(taken, stopped).current == []
    assert len(section_of(request("甲片", "", 3), stopped).current) == 1
    assert section_of(request("甲片", "", 3, status="on-hold")).current == []


def test_a_completed_prescription_ends_nothing() -> None:
    section = section_of(request("甲片", "", 20), request("甲片", "", 5, "p2", status="completed"))
    assert len(section.current) == 1


def test_what_was_not_handed_over_is_no_last_dispensing() -> None:
    refused = dispense("甲片", 2) | {"status": "declined"}
    section = section_of(request("甲片", "", 20), dispense("甲片", 9), refused)
    assert section.current[0].dispensed is not None
    assert section.current[0].dispensed.day.isoformat() == ago(9)


def test_an_old_denial_does_not_outlive_a_later_prescription() -> None:
    none = request("", "", 3000, medicationCodeableConcept={"coding": [{"code": "787481004"}]})
    assert section_of(none, request("二甲双胍片", "0.5 g bid", 125)).emptiness is Emptiness.NO_DATA
    assert section_of(none | {"status": "stopped"}).emptiness is Emptiness.NO_DATA


def test_a_prescription_that_was_withdrawn_ends_no_other() -> None:
    wrong = request("甲片", "", 2, status="cancelled")
    assert len(section_of(request("甲片", "", 40), wrong).current) == 1
    assert (
        len(section_of(request("甲片", "", 40, status="completed"), dispense("甲片", 30), wrong).current) == 1
    )
    assert section_of(wrong, dispense("甲片", 30)).current == []


def test_what_another_house_has_stopped_is_told_and_hides_nothing() -> None:
    """A hospital ends its orders when a patient leaves; the tablets of his clinic go on."""
    taken, ended = request("甲片", "1片 bid", 20), request("甲片", "", 5, "p2", status="stopped")
    (line,) = section_of(taken, ended).current
    assert [each.organization for each in line.stopped] == ["锦水街道社区卫生服务中心"]
    assert [each.dose for each in line.sources] == ["1片 bid"]
    (line,) = section_of(request("甲片", "", 3), ended).current
    assert line.stopped == (), "ended before it was ordered anew"
    undated = {name: value for name, value in ended.items() if name != "authoredOn"}
    (line,) = section_of(taken, undated).current
    assert [each.when for each in line.stopped] == [None], "nobody knows whether it was before"


def test_that_the_person_does_not_take_it_counts_for_every_house() -> None:
    taken = request("甲片", "", 20)
    said = request("甲片", "", 5, "p2", status="stopped") | {"resourceType": "MedicationStatement"}
    assert section_of(taken, said).current == []
    assert section_of(taken, request("甲片", "", 5, "p2", doNotPerform=True)).current == []


def test_a_second_order_within_a_fortnight_does_not_hide_the_first() -> None:
    first, second = request("二甲双胍片", "早 0.5 g", 12), request("二甲双胍片", "晚 1 g", 10)
    (line,) = section_of(first, second).current
    assert [source.dose for source in line.sources] == ["晚 1 g", "早 0.5 g"]
    assert line.doses_differ
    (line,) = section_of(first | {"status": "stopped"}, second).current
    assert [source.dose for source in line.sources] == ["晚 1 g"]


def test_a_slow_form_is_not_hidden_by_tablets_of_its_code() -> None:
    atc = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02AA05"}]}
    slow, quick = (
        request(name, dose, days, medicationCodeableConcept={"text": name} | atc)
        for name, dose, days in (("羟考酮缓释片", "10 mg q12h", 40), ("羟考酮片", "5 mg 必要时", 2))
    )
    assert {source.name for line in section_of(slow, quick).current for source in line.sources} == {
        "羟考酮缓释片",
        "羟考酮片",
    }


def test_drugs_that_differ_in_a_bracket_or_number_are_two_lines() -> None:
    for one, other in (("胰岛素注射液（门冬）", "胰岛素注射液（甘精）"), ("维生素B1片", "维生素B12片")):
        assert {line.name for line in section_of(request(one), request(other)).current} == {one, other}
