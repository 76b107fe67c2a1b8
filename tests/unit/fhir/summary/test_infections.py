"""What whoever draws blood has to know; nobody in it exists (HTEST)."""

from typing import Any

import pytest

from fhir.resource import Resource
from fhir.summary.file import health_file
from fhir.summary.infections import infections
from fhir.summary.problems import problems
from fhir.summary.results import results
from tests.support.people import TODAY, condition, observation


def told(*resources: Resource) -> list[str]:
    file = health_file(resources)
    return [text for text, _ in infections(problems(file, TODAY).current, results(file, TODAY))]


def reading(text: str, value: str, loinc: str = "1-1", **more: Any) -> Resource:
    made = observation(loinc, text, "0", "", 5, **more) | {"valueString": value}
    del made["valueQuantity"]
    return made


@pytest.mark.parametrize(
    ("text", "value", "loinc"),
    [
        ("HTEST", "阳性", "5196-1"), ("乙肝表面抗原", "阳性(+)", "1-1"), ("抗-HCV", "阳性", "1-1"),
        ("RPR", "阳性 1:32", "1-1"),
        ("HIV抗体", "reactive", "1-1"), ("HBeAg", "Positive", "1-1"),
    ],
)  # fmt: skip
def test_a_positive_test_is_told(text: str, value: str, loinc: str) -> None:
    assert len(told(reading(text, value, loinc))) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("乙肝表面抗原", "阴性"), ("乙肝表面抗体", "阳性"), ("HIV抗体", "non-reactive"), ("抗-HCV", "非阳性"),
        ("RPR", "未检出"),
        ("尿蛋白", "阳性"), ("HIV抗体", "not detected"),
    ],
)  # fmt: skip
def test_another_is_not(text: str, value: str) -> None:
    assert told(reading(text, value)) == []


def test_the_source_may_say_so_by_its_interpretation() -> None:
    assert told(reading("HBsAg", "0.9 S/CO", interpretation=[{"coding": [{"code": "POS"}]}])) == [
        "HBsAg 0.9 S/CO"
    ]


def test_the_newest_reading_counts() -> None:
    assert told(reading("RPR", "阳性"), reading("RPR", "阴性") | {"effectiveDateTime": "2026-11-22"}) == []


@pytest.mark.parametrize(
    ("text", "code", "count"),
    [
        ("慢性乙型病毒性肝炎", "B18.100", 1), ("MRSA 定植；梅毒", "", 1), ("肺结核", "", 1),
        ("排除肺结核", "", 0), ("乙肝疫苗接种", "", 0),
        ("陈旧性肺结核", "", 0), ("头痛", "", 0), ("高血压", "I10", 0),
    ],
)  # fmt: skip
def test_a_diagnosis_by_its_code_or_its_words(text: str, code: str, count: int) -> None:
    said = condition(text, code) if code else condition(text, "x") | {"code": {"text": text}}
    assert len(told(said)) == count
