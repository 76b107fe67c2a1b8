"""The decision itself; the table of who may do what is tests/spec/access/decisions.yaml."""

import pytest

from auth.access.decision import decide
from auth.access.grounds import Grounds
from auth.access.types import DIRECTORY
from auth.access.whose import Whose
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.smart.scope import parse_all
from fhir.access import Action, Deny, Permit

GROUNDS = Grounds(*(object() for _ in range(5)))  # type: ignore[arg-type]


def decided(type: str, action: Action, who: Principal) -> Permit | Deny:
    return decide(who, type, action, Whose(who, GROUNDS))


@pytest.mark.parametrize("action", list(Action))
def test_what_is_no_type_is_refused_whoever_asks(action: Action) -> None:
    who = Principal(Kind.SYSTEM, "c", "c", regional=True, scopes=parse_all("system/*.cruds"))
    assert isinstance(decided("Resource", action, who), Deny)


def test_the_directory_is_not_narrowed_to_the_patient_in_context() -> None:
    who = Principal(
        Kind.PERSON, "a", "a", Role.CLINICIAN, "app", "Organization/h", scopes=parse_all("patient/*.rs"),
        practitioner="Practitioner/p", launched="Patient/a",
    )  # fmt: skip
    for type in sorted(DIRECTORY):
        decision = decided(type, Action.READ, who)
        assert isinstance(decision, Permit)
        assert decision.constraint.anyone
    narrowed = decided("Observation", Action.READ, who)
    assert isinstance(narrowed, Permit)
    assert not narrowed.constraint.anyone


def test_a_refusal_names_the_type_and_nobody() -> None:
    who = Principal(
        Kind.SYSTEM, "c", "secret name", organization="Organization/h", scopes=parse_all("system/*.r")
    )
    decision = decided("Observation", Action.SEARCH, who)
    assert isinstance(decision, Deny)
    assert decision.reason == "the scope does not reach Observation.s"
