from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.problems import Problem, problems
from fhir.summary.section import Emptiness, Section
from tests.support.people import JINJIANG, TODAY, ago, condition, organizations, patient

ENDED = {"coding": [{"code": "resolved"}]}


def section_of(*resources: Resource) -> Section[Problem]:
    return problems(health_file([*organizations(), patient(), *resources]), TODAY)


def test_one_diagnosis_recorded_often_is_one_line_with_first_and_last_date() -> None:
    section = section_of(condition("高血压", "I10.x00", 400), condition("原发性高血压", "I10.x00", 30))
    (line,) = section.current
    assert line.since is not None
    assert line.last is not None
    assert (line.since.day.isoformat(), line.last.day.isoformat()) == (ago(400), ago(30))


def test_a_cold_of_last_year_is_earlier_a_chronic_disease_is_not() -> None:
    section = section_of(condition("感冒", "J06.900", 500), condition("2型糖尿病", "E11.900", 500))
    assert [line.name for line in section.current] == ["2型糖尿病"]
    assert [line.name for line in section.earlier] == ["感冒"]


def test_what_a_source_ended_is_earlier_even_if_chronic() -> None:
    section = section_of(condition("高血压", "I10", 30, clinicalStatus=ENDED))
    assert (section.current, [line.name for line in section.earlier]) == ([], ["高血压"])


def test_a_new_active_record_after_an_ended_one_is_current() -> None:
    ended = condition("肺炎", "J18.900", 200, clinicalStatus=ENDED)
    assert section_of(ended, condition("肺炎", "J18.900", 5)).current[0].name == "肺炎"


def test_a_problem_list_item_stays() -> None:
    listed = condition("术后", "Z98.800", 900, category=[{"coding": [{"code": "problem-list-item"}]}])
    assert [line.name for line in section_of(listed).current] == ["术后"]


def test_chronic_ones_first_then_the_newest() -> None:
    section = section_of(
        condition("感冒", "J06.900", 3), condition("肺炎", "J18.900", 30), condition("高血压", "I10", 90)
    )
    assert [line.name for line in section.current] == ["高血压", "感冒", "肺炎"]


def test_errors_are_not_shown_and_none_known_is_said() -> None:
    error = condition("肿瘤", "C34.900", verificationStatus={"coding": [{"code": "entered-in-error"}]})
    none = condition("无", "-") | {"code": {"coding": [{"code": "160245001"}]}}
    assert section_of(error).emptiness is Emptiness.NO_DATA
    assert section_of(error, none).emptiness is Emptiness.NONE_KNOWN


def test_provisional_only_if_nobody_confirmed() -> None:
    doubtful = {"coding": [{"code": "provisional"}]}
    assert section_of(condition("肺炎", "J18.900", verificationStatus=doubtful)).current[0].provisional
    both = section_of(condition("肺炎", "J18.900", verificationStatus=doubtful), condition("肺炎", "J18.900"))
    assert not both.current[0].provisional


def test_one_text_for_two_codes_is_two_lines() -> None:
    plain = condition("肝炎", "") | {"code": {"text": "肝炎"}}
    section = section_of(condition("肝炎", "K75.900"), condition("肝炎", "B16.900"), plain)
    assert sorted(line.code or "" for line in section.current) == ["", "B16.900", "K75.900"]


def test_one_text_for_a_code_and_a_finer_one_is_one_line() -> None:
    plain = condition("高血压", "") | {"code": {"text": "高血压"}}
    assert len(section_of(condition("高血压", "I10"), condition("高血压", "I10.x00"), plain).current) == 1


def test_no_problems_of_long_ago_are_not_none_after_a_diagnosis() -> None:
    none = condition("无", "-", 900) | {"code": {"coding": [{"code": "160245001"}]}}
    assert section_of(none, condition("感冒", "J06.900", 500)).emptiness is Emptiness.NO_DATA
    assert section_of(none | {"clinicalStatus": ENDED}).emptiness is Emptiness.NO_DATA


def test_what_was_ruled_out_does_not_hide_what_stands_and_no_side_the_other() -> None:
    cancer, none = condition("肺癌", "C34.900", 300), condition("肺癌已排除", "C34.900", 3, "p2")
    hips = condition("右侧股骨颈骨折", "S72.000", 30), condition("左侧股骨颈骨折", "S72.000", 3)
    found = section_of(patient("p2", organization=JINJIANG), cancer, none, *hips)
    names = [each.name for each in (*found.current, *found.earlier)]
    assert sorted(names) == sorted(["肺癌", "肺癌已排除", "右侧股骨颈骨折", "左侧股骨颈骨折"])


def test_the_newest_words_name_a_line() -> None:
    words = condition("原发性高血压", "I10.x00", 400), condition("高血压2级", "I10.x00", 30)
    for pair in (words, words[::-1]):
        assert [line.name for line in section_of(*pair).current] == ["高血压2级"]
