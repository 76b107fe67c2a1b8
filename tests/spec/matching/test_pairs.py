"""The seven rules of matching, with their examples."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from fhir.matching.blocking import keys
from fhir.matching.comparison import compare
from fhir.matching.features import Features, features
from fhir.matching.judgement import Outcome, judge
from fhir.matching.model import shipped
from tests.support.person import record

POPULATION = 1_000_000
CASES = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))


def judged(one: Features, other: Features, frequency: float) -> tuple[str, str]:
    found = judge(one, other, compare(one, other), shipped(), POPULATION, frequency)
    return found.outcome.value, found.rule.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_what_becomes_of_two_records(case: dict[str, Any]) -> None:
    one, other = (features(record(**case[name])) for name in ("one", "other"))
    expected = case["outcome"], case["by"]
    assert judged(one, other, case.get("frequency", 0.0)) == expected
    assert judged(other, one, case.get("frequency", 0.0)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_what_is_not_separate_is_compared(case: dict[str, Any]) -> None:
    one, other = (features(record(**case[name])) for name in ("one", "other"))
    if case["outcome"] != Outcome.SEPARATE:
        assert set(keys(one)) & set(keys(other))


def test_each_rule_has_cases() -> None:
    assert {case["rule"][0] for case in CASES} == set("123456")
