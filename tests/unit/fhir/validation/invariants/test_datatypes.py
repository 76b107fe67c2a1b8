from decimal import Decimal
from typing import Any

import pytest

from fhir.validation.invariants.datatypes import RULES, UCUM
from tests.unit.fhir.validation.invariants.broken import never_broken


def ask(path: str, key: str, element: dict[str, Any]) -> bool:
    return RULES[path, key](lambda name: frozenset({name}))(element)


def test_every_rule_is_broken_by_a_case() -> None:
    assert never_broken(RULES) == set()


@pytest.mark.parametrize(
    ("low", "high", "ordered"),
    [
        ({"value": 1}, {"value": 1}, True),
        ({"value": Decimal("1.0")}, {"value": 1}, True),
        ({"value": 2}, {"value": 1}, False),
        ({"value": 2, "code": "g", "system": UCUM}, {"value": 1, "code": "kg", "system": UCUM}, True),
        ({"value": 2}, {}, True),
    ],
)
def test_ranges(low: dict[str, Any], high: dict[str, Any], ordered: bool) -> None:
    assert ask("Range", "rng-2", {"low": low, "high": high}) is ordered


@pytest.mark.parametrize("value", [Decimal("1.0"), Decimal("1.5")])
def test_counts_are_written_without_a_point(value: Decimal) -> None:
    assert not ask("Count", "cnt-3", {"value": value, "code": "1", "system": UCUM})
    assert ask("Count", "cnt-3", {"value": 1, "code": "1", "system": UCUM})


def test_a_ratio_by_extension_alone() -> None:
    assert ask("Ratio", "rat-1", {"extension": [{}]})
    assert not ask("Ratio", "rat-1", {"id": "a"})


def test_an_age_may_be_unknown() -> None:
    assert ask("Age", "age-1", {"code": "a", "system": UCUM})
    assert not ask("Age", "age-1", {"value": 3})
