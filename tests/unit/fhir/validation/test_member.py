from typing import Any

import pytest

from fhir.validation.finding import Check, Findings
from fhir.validation.member import repeated_primitive, repeated_shadow, shadow, single
from fhir.validation.primitive import TESTS

EXTENSION = {"extension": [{"url": "http://a", "valueCode": "b"}]}


def paths(found: Findings) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in found or []]


def anything(*_: Any) -> Findings:
    return None


def ask(check: Check, parent: dict[str, Any], member: str) -> list[tuple[str, str]]:
    return paths(check(parent[member], parent, {}))


def test_one_value() -> None:
    assert ask(single(TESTS["code"]), {"a": "x"}, "a") == []
    assert ask(single(TESTS["code"]), {"a": None}, "a") == [("", "structure")]


def test_an_id_alone_needs_the_value_beside() -> None:
    check = shadow(anything, "a")
    assert ask(check, {"a": "x", "_a": {"id": "i"}}, "_a") == []
    assert ask(check, {"_a": EXTENSION}, "_a") == []
    assert ask(check, {"_a": {"id": "i"}}, "_a") == [("", "invariant")]


@pytest.mark.parametrize(
    ("parent", "values", "shadows"),
    [
        ({"a": ["x"], "_a": [EXTENSION]}, [], []),
        ({"a": ["x", None], "_a": [None, EXTENSION]}, [], []),
        ({"a": ["x", None], "_a": [None, None]}, [("[1]", "structure")], [("", "structure")]),
        ({"a": [None], "_a": "x"}, [("[0]", "structure")], [("", "structure")]),
        ({"a": ["x"], "_a": []}, [], [("", "structure")]),
        ({"a": "x", "_a": [EXTENSION]}, [("", "structure")], []),
        ({"a": [None, "x"], "_a": [EXTENSION]}, [], [("", "structure")]),
        ({"a": [5], "_a": [{"id": "i"}]}, [("[0]", "structure")], []),
        ({"a": [None], "_a": [{"id": "i"}]}, [], [("[0]", "invariant")]),
    ],
)
def test_arrays_in_step(parent: dict[str, Any], values: list[Any], shadows: list[Any]) -> None:
    assert ask(repeated_primitive(TESTS["string"], "a"), parent, "a") == values
    assert ask(repeated_shadow(anything, "a"), parent, "_a") == shadows
