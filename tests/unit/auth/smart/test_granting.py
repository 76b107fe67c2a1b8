"""What is granted of what is asked (RFC 9700 list 17): never more than requested nor than allowed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.smart.granting import grant, has_access, names_patient, of_person
from auth.smart.scope import parse_all
from fhir.access import Action

APP = "launch launch/patient openid fhirUser offline_access patient/*.rs user/*.rs"


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
        ("system/Observation.rs?category=a|b", "system/*.rs", "system/Observation.rs?category=a|b"),
        ("patient/Observation.rs?category=a|b", "patient/*.r", "patient/Observation.r?category=a|b"),
        ("patient/Observation.rs?category=c", "patient/Observation.rs?category=b", ""),
        ("patient/*.rs?category=c", "patient/*.rs", ""),
        ("openid launch introspect", "openid launch/patient patient/*.rs", "openid"),
        ("patient/*.read openid  fhirUser", APP, "patient/*.read openid fhirUser"),
        (APP, APP, APP),
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


def test_a_person_gives_no_system_scope_away() -> None:
    asked = "system/*.rs patient/Patient.rs openid introspect user/Patient.r"
    assert of_person(asked) == "patient/Patient.rs openid user/Patient.r"


def test_what_opens_something() -> None:
    assert has_access("openid")
    assert has_access("patient/Patient.r")
    assert not has_access("fhirUser offline_access launch/patient")


def test_what_needs_a_patient() -> None:
    assert names_patient("launch/patient")
    assert names_patient("user/*.rs patient/Patient.r")
    assert not names_patient("user/*.rs openid")
