"""SMART scopes: both notations."""

import pytest

from auth.smart.scope import parse
from fhir.access import Action


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("system/*.cruds", "cruds"),
        ("system/Observation.rs", "rs"),
        ("patient/Observation.read", "rs"),
        ("patient/Observation.write", "cud"),
        ("user/*.*", "cruds"),
        ("user/Condition.s", "s"),
    ],
)
def test_scope_is_read(text: str, actions: str) -> None:
    scope = parse(text)
    assert scope is not None
    assert scope.actions == actions
    assert scope.text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "openid",
        "system/Observation",
        "system/Observation.",
        "system/Observation.sr",
        "system/Observation.rsx",
        "system/Observation.rr",
        "system/observation.rs",
        "system/*.",
        "System/*.rs",
        "admin/*.rs",
        "system/Observation.rs ",
        "system/Observation.rs\n",
        "system/Obser*.rs",
        "system/Observation.rs?",
        "system/Observation.rs?a=b c",
        "system/Observation.rеad",  # a Cyrillic letter
    ],
)
def test_what_is_no_scope_is_none(text: str) -> None:
    assert parse(text) is None


def test_a_scope_with_a_query_allows_nothing() -> None:
    scope = parse("system/Observation.rs?category=laboratory")
    assert scope is not None
    assert not scope.allows("Observation", Action.READ)
