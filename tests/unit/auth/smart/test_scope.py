"""SMART scopes: both notations, and what is granted of what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.smart.scope import grant, parse, parse_all
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


@pytest.mark.parametrize(
    ("requested", "allowed", "granted"),
    [
        (None, "system/*.rs", "system/*.rs"),
        ("system/*.rs", "system/*.rs", "system/*.rs"),
        ("system/*.cruds", "system/*.rs", "system/*.rs"),
        ("system/Observation.rs", "system/*.rs", "system/Observation.rs"),
        ("system/Observation.read", "system/*.cruds", "system/Observation.read"),
        ("system/Observation.*", "system/*.rs", "system/Observation.rs"),
        ("system/*.rs", "system/Observation.r system/Patient.rs", "system/Observation.r system/Patient.rs"),
        (
            "system/Observation.r system/Observation.s",
            "system/*.rs",
            "system/Observation.r system/Observation.s",
        ),
        ("system/Patient.cruds", "system/Patient.r system/*.s", "system/Patient.rs"),
        ("system/Patient.rs system/Patient.rs", "system/*.rs", "system/Patient.rs"),
        ("system/Observation.rs openid foo", "system/*.rs", "system/Observation.rs"),
        ("openid", "system/*.rs", ""),
        ("", "system/*.rs", ""),
        ("user/*.rs patient/*.rs", "system/*.rs", ""),
        ("system/Observation.c", "system/*.rs", ""),
        ("system/Observation.sr", "system/*.cruds", ""),
        ("system/Observation.rs?category=laboratory", "system/*.rs", ""),
        ("system/Observation.rs", "system/Observation.rs?category=laboratory", ""),
    ],
)
def test_grant(requested: str | None, allowed: str, granted: str) -> None:
    assert grant(requested, allowed) == granted


_TYPES = ("*", "Patient", "Observation")
_LETTERS = st.sets(st.sampled_from("cruds"), min_size=1).map(
    lambda found: "".join(x for x in "cruds" if x in found)
)
_SCOPE = st.builds("{}/{}.{}".format, st.sampled_from(("system", "user")), st.sampled_from(_TYPES), _LETTERS)
_SCOPES = st.lists(_SCOPE, max_size=4).map(" ".join)


def _reach(text: str) -> set[tuple[str, str, Action]]:
    return {
        (scope.level, type, action)
        for scope in parse_all(text)
        for type in ("Patient", "Observation", "Condition")
        for action in Action
        if scope.allows(type, action)
    }


@given(_SCOPES, _SCOPES)
def test_granted_is_exactly_what_is_both_requested_and_allowed(requested: str, allowed: str) -> None:
    assert _reach(grant(requested, allowed)) == _reach(requested) & _reach(allowed)
