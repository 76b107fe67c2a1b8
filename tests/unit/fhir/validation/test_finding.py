from decimal import Decimal
from typing import Any

import pytest

from fhir.validation.finding import MOST, Finding, below, fault, joined, shape, step, worst


def test_a_fault_climbs_with_its_path() -> None:
    found = below(".name", below("[0]", below(".family", fault("value", "text"))))
    assert found == [Finding(".name[0].family", "value", "text", "error")]


def test_errors_come_before_warnings_and_are_never_cut_for_them() -> None:
    warnings = [Finding("", "invariant", "w", "warning")] * (MOST + 5)
    found = worst([*warnings, *fault("value", "the error")])
    assert len(found) == MOST
    assert found[0].text == "the error"


def test_no_more_than_is_shown_climbs_up() -> None:
    warnings = [Finding("", "invariant", "w", "warning")] * (MOST * 3)
    found = below(".a", [*warnings, *fault("value", "the error")])
    assert len(found) == MOST
    assert found[0] == Finding(".a", "value", "the error", "error")


def test_findings_are_joined_in_their_order() -> None:
    first, second = fault("value", "a"), fault("value", "b")
    assert joined(None, first) == first
    assert [one.text for one in joined(first, second)] == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("family", ".family"),
        ("_birthDate", "._birthDate"),
        ("a b", ".`a b`"),
        ("a`b\\c\n", ".`a?b?c?`"),
        ("姓名", ".`??`"),
        ("", ".``"),
        ("x" * 100, "." + "x" * 64),
    ],
)
def test_a_member_as_a_step(name: str, path: str) -> None:
    assert step(name) == path


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "a boolean"),
        ("", "a string"),
        ({}, "an object"),
        ([], "an array"),
        (5, "a number"),
        (Decimal("1.5"), "a number"),
    ],
)
def test_a_value_in_words(value: Any, words: str) -> None:
    assert shape(value) == words
