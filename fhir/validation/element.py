"""Element: the check of a JSON object member by member, of an array item by item.

FHIR R4 json.html 2.6.2 (objects and arrays are never empty), element.html (ele-1), formats.html 2.1.0.7
(value[x]).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fhir.validation.finding import (
    Check,
    Contained,
    Finding,
    Findings,
    Test,
    below,
    fault,
    joined,
    shape,
    step,
)
from fhir.validation.invariant import Invariant

ALONE = "an element must have a value or children (ele-1)"
_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Members:
    """What a JSON object may hold: filled after the check exists, because types contain each other."""

    checks: dict[str, Check] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)  # member -> step of FHIRPath (valueString -> .value)
    required: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)  # member, name, all members
    choices: dict[str, str] = field(default_factory=dict)  # member -> name of its value[x]
    invariants: list[Invariant] = field(default_factory=list)


def repeated(check_item: Check) -> Check:
    """The check of an array of objects."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if type(value) is not list:
            return fault("structure", f"an array is needed here, not {shape(value)}")
        found: list[Finding] = [] if value else fault("structure", "an array must not be empty")
        for index, item in enumerate(value):
            if (wrong := check_item(item, _NOTHING, contained)) is not None:
                found += below(f"[{index}]", wrong)
        return found or None

    return check


def complex(members: Members, *, bare: bool = False) -> Check:
    """The check of an object that holds `members`; `bare`: it may hold nothing but an id."""
    checks = members.checks.get

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if type(value) is not dict:
            return fault("structure", f"an object is needed here, not {shape(value)}")
        if len(value) < 2 and (not value or (not bare and "id" in value)):
            return fault("invariant" if value else "structure", ALONE)
        found: list[Finding] | None = None
        for name, item in value.items():
            if (check_member := checks(name)) is None:
                found = joined(found, fault("structure", "R4 has no such element here", step(name)))
            elif (wrong := check_member(item, value, contained)) is not None:
                found = joined(found, below(members.steps[name], wrong))
        for member, _, alternatives in members.required:
            if member not in value and alternatives.isdisjoint(value):
                found = joined(found, _missing(members, value))
                break
        if members.choices and len(value.keys() & members.choices.keys()) > 1:
            found = joined(found, _chosen_twice(members.choices, value))
        if found is None or all(one.severity != "error" for one in found):
            for invariant in members.invariants:
                if not invariant.holds(value):
                    found = joined(found, [invariant.broken])
        return found

    return check


def constrained(check: Check, invariants: Iterable[Invariant]) -> Check:
    """`check` and, on what it finds well-formed, `invariants`."""
    listed = tuple(invariants)

    def both(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if (found := check(value, parent, contained)) is not None:
            return found
        broken = [one for one in listed if not one.holds(value)]
        return [one.broken for one in broken] or None

    return both if listed else check


def constrained_value(test: Test, invariants: Sequence[Invariant]) -> Test:
    """`test` of a primitive and, on what it finds well-formed, `invariants`."""

    def both(value: Any) -> Findings:
        if (found := test(value)) is not None:
            return found
        return [one.broken for one in invariants if not one.holds(value)] or None

    return both if invariants else test


def _missing(members: Members, value: Mapping[str, Any]) -> list[Finding]:
    return [
        Finding(f".{name}", "required", f"{name} is required")
        for member, name, alternatives in members.required
        if member not in value and alternatives.isdisjoint(value)
    ]


def _chosen_twice(choices: Mapping[str, str], value: Mapping[str, Any]) -> list[Finding]:
    """A value[x] may be present with one type only; `valueString` and `_valueString` are one."""
    chosen: dict[str, set[str]] = {}
    for member in value:
        if member in choices:
            chosen.setdefault(choices[member], set()).add(member.lstrip("_"))
    return [
        Finding(f".{name}", "structure", f"only one of {', '.join(sorted(types))} may be present")
        for name, types in chosen.items()
        if len(types) > 1
    ]
