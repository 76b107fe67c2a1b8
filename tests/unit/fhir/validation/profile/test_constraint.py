import time

import pytest

from fhir.validation.profile.constraint import constraint, is_own, value_sets
from fhir.validation.profile.item import Item, Scope


def scope(resource: dict[str, object]) -> Scope:
    return Scope(resource, lambda _: None, lambda _: None, lambda _: None, lambda _: None)


def asked(expression: str, value: object = None, base: str = "Patient") -> list[tuple[str, str]]:
    value = {"resourceType": "Patient", "name": [{"text": "HTEST"}]} if value is None else value
    check = constraint({"key": "a-1", "human": "it holds", "expression": expression}, base)
    found = check(Item(value, None, base, ""), scope(value if isinstance(value, dict) else {}))
    return [(one.code, one.severity) for one in found]


@pytest.mark.parametrize("expression", ["true", "name.exists()", "name.text.length() = 5"])
def test_what_holds(expression: str) -> None:
    assert asked(expression) == []


@pytest.mark.parametrize("expression", ["false", "birthDate.exists()", "birthDate", "name.text"])
def test_only_true_is_true(expression: str) -> None:
    assert asked(expression) == [("invariant", "error")]


@pytest.mark.parametrize(
    "expression",
    [
        "name.nonsense()",
        "(((",
        "name.text.matches('(a+)+$')",
        "name.text.matches('(([a-z])+.)+[A-Z]')",
        "name.text.matches('(')",
        "name.text.memberOf('http://example.org/unknown')",
        "name." * 1000 + "text",
        "true" + " " * 5000,
    ],
)
def test_what_can_not_be_evaluated_is_a_warning(expression: str) -> None:
    assert asked(expression) == [("not-supported", "warning")]


def test_a_pattern_never_takes_long() -> None:
    begin = time.process_time()
    for length in (30, 900, 100_000):
        for pattern in (
            "^(a|aa)+$",
            "(a*)*c",
            "a*a*a*a*a*c",
            ".*.*.*=.*",
            "(a{0,15}){0,15}c",
            "(a?){15}a{15}c",
        ):
            value = {"resourceType": "Patient", "name": [{"text": "a" * length + "b"}]}
            asked(f"name.text.matches('{pattern}')", value)
    assert time.process_time() - begin < 60, "seconds of this process, whatever else runs; a bomb takes hours"


def test_usual_patterns_are_evaluated() -> None:
    value = {"resourceType": "Patient", "name": [{"text": "2024-01"}]}
    for pattern in ("^[0-9]{4}(-[0-9]{2})?$", "^(19|20)[0-9]{2}", "[0-9]+-[0-9]+", "^([0-9]{2}){2}-"):
        assert asked(f"name.text.matches('{pattern}')", value) == []


def test_a_primitive_is_what_its_choice_says() -> None:
    assert asked("$this is dateTime", "2024-01-01", "dateTime") == []


def test_constraints_of_r4_itself_are_not_own() -> None:
    official = "start.hasValue().not() or end.hasValue().not() or (start <= end)"
    assert not is_own({"key": "per-1", "expression": official})
    assert is_own({"key": "per-1", "expression": "true"})
    assert not is_own({"key": "ele-1", "expression": "anything"})
    assert not is_own({"key": "a-1"})


def test_time_is_bounded() -> None:
    check = constraint({"key": "a-1", "expression": "name.exists()"}, "Patient")
    value = {"resourceType": "Patient"}
    within = scope(value)
    within.seconds = 0
    assert [one.code for one in check(Item(value, None, "Patient", ""), within)] == ["too-costly"]


def test_the_value_sets_that_are_asked_about() -> None:
    one = {"expression": "code.memberOf( 'http://a/b' ) and x.memberOf('http://c')"}
    assert list(value_sets({"constraint": [one, {"key": "x"}]})) == ["http://a/b", "http://c"]
