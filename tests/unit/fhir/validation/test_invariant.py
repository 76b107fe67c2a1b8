import pytest

from fhir.definitions.structures import structure
from fhir.validation.invariant import (
    Rule,
    apart,
    both,
    coded,
    demands,
    distinct,
    holds,
    names_of,
    needs,
    never_when,
    one,
    only_when,
    some,
    together,
)

NAMES = names_of(structure("Patient").elements)


def ask(rule: Rule, *members: str) -> bool:
    return rule(NAMES)(dict.fromkeys(members, "x"))


def test_names_stand_for_all_members() -> None:
    assert NAMES("gender") == {"gender", "_gender"}
    assert NAMES("deceased") == {
        "deceasedBoolean",
        "_deceasedBoolean",
        "deceasedDateTime",
        "_deceasedDateTime",
    }


def test_a_name_that_the_type_lacks_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        some("surname")(NAMES)


def test_some() -> None:
    rule = some("gender", "deceased")
    assert ask(rule, "gender")
    assert ask(rule, "_deceasedDateTime")
    assert not ask(rule, "name")


def test_apart() -> None:
    rule = apart("gender", "deceased")
    assert ask(rule)
    assert ask(rule, "gender")
    assert not ask(rule, "gender", "deceasedBoolean")


def test_one() -> None:
    rule = one("gender", "name")
    assert ask(rule, "gender")
    assert not ask(rule)
    assert not ask(rule, "gender", "name")


def test_together() -> None:
    rule = together("gender", "name")
    assert ask(rule)
    assert ask(rule, "gender", "name")
    assert not ask(rule, "name")


def test_needs() -> None:
    rule = needs("gender", "name", "photo")
    assert ask(rule)
    assert ask(rule, "gender", "photo")
    assert not ask(rule, "_gender")


def test_only_when() -> None:
    rule = only_when("name", "gender", "male", "x")
    assert ask(rule, "gender", "name")
    assert ask(rule)
    assert not ask(rule, "name")


def test_never_when() -> None:
    rule = never_when("name", "gender", "x")
    assert ask(rule, "name")
    assert not ask(rule, "gender", "name")


def test_demands() -> None:
    rule = demands("gender", ["x"], "name")
    assert ask(rule)
    assert ask(rule, "gender", "name")
    assert not ask(rule, "gender")


def test_both() -> None:
    rule = both(some("name"), holds(lambda element: len(element) < 2))
    assert ask(rule, "name")
    assert not ask(rule, "gender")
    assert not ask(rule, "name", "gender")


def test_distinct() -> None:
    assert distinct([])
    assert distinct("abc")
    assert not distinct("aba")


def test_coded() -> None:
    concept = {"coding": [{"system": "s", "code": "a"}, {"system": "t", "code": "b"}]}
    assert coded(concept, "t", "b", "c")
    assert not coded(concept, "s", "b")
    assert not coded(None, "s", "a")
    assert not coded({"text": "a"}, "s", "a")
