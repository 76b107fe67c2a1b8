from decimal import Decimal
from typing import Any

import pytest

from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.results import Series, coded, results, value_text
from fhir.summary.verdict import Verdict
from tests.support.people import (
    JINJIANG,
    LOINC,
    TODAY,
    concept,
    observation,
    organizations,
    patient,
)


def series_of(*resources: Resource) -> list[Series]:
    people = [patient(), patient("p2", JINJIANG)]
    return results(health_file([*organizations(), *people, *resources]), TODAY)


def hba1c(value: str, days: int, **more: Any) -> Resource:
    return observation("4548-4", "糖化血红蛋白", value, "%", days, "4.0", "6.0", **more)


def test_readings_of_several_sources_are_one_series_newest_first() -> None:
    (series,) = series_of(hba1c("7.2", 90), hba1c("7.40", 10, patient="p2"), hba1c("8.1", 200))
    assert [reading.value for reading in series.readings] == ["7.40", "7.2", "8.1"]
    assert (series.latest.verdict, series.latest.reference) == (Verdict.HIGH, "4.0–6.0")


def test_other_units_are_another_series() -> None:
    mmol = observation("14749-6", "葡萄糖", "6.1", "mmol/L", 5)
    mg = observation("14749-6", "葡萄糖", "110", "mg/dL", 9)
    assert sorted(series.latest.unit for series in series_of(mmol, mg)) == ["mg/dL", "mmol/L"]


def test_spellings_of_one_unit_are_one_series() -> None:
    one = observation("14682-9", "肌酐", "90", "umol/L", 5)
    other = observation("14682-9", "肌酐", "91", "μmol/L", 9)
    assert len(series_of(one, other)) == 1


def test_a_local_code_of_another_system_is_another_series() -> None:
    one = hba1c("7", 5, code={"text": "GLU", "coding": [{"system": "urn:a", "code": "1"}]})
    other = hba1c("7", 5, code={"text": "GLU", "coding": [{"system": "urn:b", "code": "1"}]})
    assert len(series_of(one, other)) == 2


def test_a_panel_is_taken_apart() -> None:
    panel = observation("85354-9", "血压", "0", "", 5)
    del panel["valueQuantity"]
    panel["component"] = [
        {
            "code": concept("收缩压", LOINC, "8480-6"),
            "valueQuantity": {"value": Decimal(150), "unit": "mmHg"},
        },
        {"code": concept("舒张压", LOINC, "8462-4"), "valueQuantity": {"value": Decimal(90), "unit": "mmHg"}},
    ]
    assert {(s.name, s.latest.value) for s in series_of(panel)} == {("收缩压", "150"), ("舒张压", "90")}


def test_what_was_cancelled_or_wrong_or_empty_is_not_shown() -> None:
    empty = hba1c("1", 1)
    del empty["valueQuantity"]
    assert series_of(hba1c("9", 1, status="entered-in-error"), hba1c("9", 1, status="cancelled"), empty) == []


def test_critical_comes_first_then_notable_then_trends_then_the_rest() -> None:
    critical = observation(
        "2823-3", "钾", "6.4", "mmol/L", 30, "3.5", "5.3", interpretation=[{"coding": [{"code": "HH"}]}]
    )
    trend = [observation("718-7", "血红蛋白", str(140 + i), "g/L", 20 + i, "130", "175") for i in range(3)]
    single = observation("29463-7", "体重", "70", "kg", 1)
    found = series_of(single, *trend, hba1c("7", 40), critical)
    assert [series.name for series in found] == ["钾", "糖化血红蛋白", "血红蛋白", "体重"]


def test_an_old_critical_value_is_not_urgent() -> None:
    old = hba1c("20", 400, interpretation=[{"coding": [{"code": "HH"}]}])
    assert series_of(old)[0].urgency(TODAY) == 0


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ({"valueQuantity": {"value": Decimal("0.50"), "comparator": "<"}}, "< 0.50"),
        ({"valueString": "阴性"}, "阴性"),
        ({"valueCodeableConcept": {"text": "A型"}}, "A型"),
        ({"valueBoolean": False}, "否"),
        ({"valueInteger": 0}, "0"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 80}}}, "1 : 80"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 3}}}, "1–3"),
    ],
)
def test_value_text(part: Resource, text: str) -> None:
    assert value_text(part) == text


def test_coded_finds_valid_observations_alone() -> None:
    file = health_file([hba1c("7", 1), hba1c("9", 1, status="entered-in-error")])
    assert [o["status"] for o in coded(file, {"4548-4"})] == ["final"]


def test_a_series_is_named_in_both_languages_in_short_words() -> None:
    coding = [
        {"system": LOINC, "code": "62238-1", "display": "Glomerular filtration rate [Volume Rate/Area]"}
    ]
    (foreign,) = series_of(hba1c("60", 5, code={"coding": coding}))
    assert (foreign.name, foreign.name.english) == ("估算肾小球滤过率", "Estimated GFR")
    (local,) = series_of(hba1c("7", 5))
    assert (local.name, local.name.english) == ("糖化血红蛋白", "Haemoglobin A1c")


def panel(flag: str, **component: Any) -> Resource:
    made = observation("85354-9", "血压", "0", "", 1, interpretation=[{"coding": [{"code": flag}]}])
    del made["valueQuantity"]
    part = {
        "code": concept("收缩压", LOINC, "8480-6"),
        "valueQuantity": {"value": Decimal(240), "unit": "mmHg"},
    }
    return made | {"component": [part | component]}


def test_a_panel_that_alone_says_how_grave_it_is_stands_beside_its_parts() -> None:
    verdicts = {each.loinc: each.latest.verdict for each in series_of(panel("HH"))}
    assert verdicts == {"85354-9": Verdict.CRITICAL_HIGH, "8480-6": Verdict.UNKNOWN}


def test_a_panel_whose_part_says_it_or_that_is_normal_does_not() -> None:
    said = {"interpretation": [{"coding": [{"code": "HH"}]}]}
    assert [each.loinc for each in series_of(panel("HH", **said))] == ["8480-6"]
    assert [each.loinc for each in series_of(panel("N"))] == ["8480-6"]


def test_a_limit_is_no_value() -> None:
    low = hba1c("5", 1)
    low["valueQuantity"]["comparator"] = "<"
    assert [each.censored for each in series_of(low, hba1c("4", 9))[0].readings] == [True, False]


def test_a_local_test_is_known_by_its_code_whatever_came_later() -> None:
    local = [
        hba1c("7", days, code={"text": "GLU", "coding": [{"system": "urn:a", "code": code}]})
        for days, code in ((9, "1"), (5, "1"), (5, "2"))
    ]
    assert sorted(each.code for each in series_of(*local)) == ["urn:a|1|glu", "urn:a|2|glu"]


def test_two_eyes_are_two_series_and_of_one_minute_the_final_value_counts() -> None:
    def pressure(value: str, side: str, days: int) -> Resource:
        return observation("56844-4", "眼压", value, "mmHg", days, bodySite={"text": side})

    found = series_of(pressure("15", "左眼", 1), pressure("58", "右眼", 2))
    assert sorted((each.name, each.latest.value) for each in found) == [
        ("眼压（右眼）", "58"),
        ("眼压（左眼）", "15"),
    ]
    early, final = hba1c("6.9", 1, status="preliminary"), hba1c("4.1", 1)
    for pair in ((early, final), (final, early)):
        assert series_of(*pair)[0].latest.value == "4.1"
    late = hba1c("8.0", 1, meta={"lastUpdated": "2026-11-23T01:30:00.000Z"})
    for pair in ((final, late), (late, final)):
        assert series_of(*pair)[0].latest.value == "8.0"
