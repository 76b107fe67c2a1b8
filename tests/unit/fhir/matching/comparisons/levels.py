"""The levels of one comparison: each has a pair of records that reaches it, in either order."""

from collections.abc import Sequence
from typing import Any

from fhir.matching.comparison import LEVELS, compare
from fhir.matching.features import features
from tests.support.person import record

Case = tuple[str, dict[str, Any], dict[str, Any]]


def check(feature: str, case: Case) -> None:
    level, one, other = case
    a, b = features(record("a", **one)), features(record("b", **other))
    for found in (compare(a, b), compare(b, a)):
        assert LEVELS[feature][getattr(found, feature)] == level


def check_complete(feature: str, cases: Sequence[Case]) -> None:
    assert {level for level, *_ in cases} == set(LEVELS[feature])
