"""The cases of decisions.yaml against `auth.access.decision`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from auth.access.decision import READING, REGISTRIES, decide
from auth.access.grounds import Grounds
from auth.access.types import KNOWN
from auth.access.whose import Whose
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.smart.scope import parse_all
from fhir.access import Action, Deny

SPEC: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("decisions.yaml").read_text("utf-8"))
NO_STORE: Any = object.__new__(Grounds)
"""Deciding touches no data, so a store that can't be used is enough."""


def principal(name: str) -> Principal:
    parts = dict(SPEC["principals"][name])
    scopes = parse_all(parts.pop("scope", ""))
    role = Role(parts.pop("role")) if "role" in parts else None
    return Principal(id=name, name=name, kind=Kind(parts.pop("kind")), role=role, scopes=scopes, **parts)


def outcome(who: Principal, type: str, action: Action) -> str:
    decision = decide(who, type, action, Marked(who, NO_STORE))
    return "deny" if isinstance(decision, Deny) else str(decision.constraint)


class Marked(Whose):
    """Constraints that say in words what they are made of."""

    def everyone(self) -> Any:
        return "everyone"

    def listed(self) -> Any:
        return "listed"

    def nobodys(self, type: str) -> Any:
        return "nobodys"

    def recorded(self, house: str | None) -> Any:
        return f"recorded by {house}"

    def own(self, patient: str) -> Any:
        return "own"

    def related(self, organization: str, practitioner: str | None) -> Any:
        return "related"

    def readable(self, organization: str, practitioner: str | None) -> Any:
        return "readable"

    def launched(self, constraint: Any, patient: str) -> Any:
        return f"{constraint} of {patient}"

    def scoped(self, constraint: Any, filter: dict[str, Any]) -> Any:
        return f"{constraint} narrowed"


def cases() -> Iterator[Any]:
    for case in SPEC["cases"]:
        for type in case["types"]:
            for letter in case["actions"]:
                name = f"{case['who']} {type}.{letter}"
                yield pytest.param(case["who"], type, Action(letter), case["expected"], id=name)


@pytest.mark.parametrize(("who", "type", "action", "expected"), cases())
def test_decision(who: str, type: str, action: Action, expected: str) -> None:
    assert outcome(principal(who), type, action) == expected


def test_only_regional_clients_are_ever_unrestricted_on_what_names_a_resident() -> None:
    """Over every principal of the table, every type and every action."""
    from auth.access.types import DIRECTORY

    for name in SPEC["principals"]:
        who = principal(name)
        for type in KNOWN - DIRECTORY:
            for action in Action:
                if outcome(who, type, action) == "everyone" and not who.regional:
                    assert (type, action) == ("Patient", Action.CREATE), name


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CLINICIAN, Role.RESIDENT, Role.OPERATOR}))
def test_every_other_role_is_refused_everywhere(role: Role) -> None:
    who = Principal(
        Kind.PERSON,
        "x",
        "x",
        role,
        organization="Organization/h",
        practitioner="Practitioner/p",
        patient="Patient/a",
    )
    houses = {("Organization", action) for action in READING} if role is Role.AUDITOR else set()
    asked = {(type, action) for type in KNOWN for action in Action} - houses
    assert {outcome(who, type, action) for type, action in asked} == {"deny"}


def test_an_operator_has_the_directory_and_nothing_else() -> None:
    who = Principal(Kind.PERSON, "x", "x", Role.OPERATOR, organization="Organization/h", patient="Patient/a")
    allowed = {(type, action) for type in KNOWN for action in Action if outcome(who, type, action) != "deny"}
    written = {(type, action) for type in REGISTRIES for action in Action if action is not Action.DELETE}
    assert allowed == written | {("Provenance", Action.CREATE)}


def test_only_who_keeps_the_directory_ever_sees_professionals_whole() -> None:
    from fhir.directory import TYPES

    for name in SPEC["principals"]:
        who = principal(name)
        found = {outcome(who, type, action) for type in TYPES for action in Action}
        keeps = who.regional or who.role is Role.OPERATOR
        assert keeps or found <= {"deny", "listed", "listed narrowed"}, name
