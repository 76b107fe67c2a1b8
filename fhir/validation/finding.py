"""OperationOutcome.issue in the making: a fault and the path from the element where it was looked for.

FHIR R4 OperationOutcome.issue.expression: a simple FHIRPath of element names and repetition indicators.
Checks return None on the usual, faultless way; the path is put together only on the way out of a fault. The
texts never repeat a value: it may be a patient's.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 64
MOST = 100


class Finding(NamedTuple):
    """One fault: `path` starts with `.` or `[` and is relative to what was checked (empty: that itself)."""

    path: str
    code: str
    text: str
    severity: str = "error"


Findings = list[Finding] | None
Contained = Mapping[str, str]  # id -> type of the resources contained in the present one
Check = Callable[[Any, Mapping[str, Any], Contained], Findings]  # value, the object that holds it, contained
Test = Callable[[Any], Findings]  # of a primitive value alone


def fault(code: str, text: str, path: str = "") -> list[Finding]:
    """A single fault."""
    return [Finding(path, code, text)]


def worst(findings: list[Finding]) -> list[Finding]:
    """Errors before warnings, at most 100 in all."""
    return sorted(findings, key=lambda one: one.severity != "error")[:MOST]


def below(path: str, findings: list[Finding]) -> list[Finding]:
    """The same faults, seen from one level up; `path` is `.name` or `[index]`.

    No more than is ever shown climbs up: many faults deep down must not cost their product.
    """
    if len(findings) > MOST:
        findings = worst(findings)
    return [Finding(path + one.path, one.code, one.text, one.severity) for one in findings]


def joined(found: Findings, more: list[Finding]) -> list[Finding]:
    """`more` added to what was found before."""
    if found is None:
        return more
    found += more
    return found


def step(name: str) -> str:
    """A member's name as a step of FHIRPath; an odd name is quoted and cut."""
    if _NAME.fullmatch(name):
        return f".{name[:_LONGEST]}"
    return ".`" + re.sub(r"[^ -~]|[`\\]", "?", name[:_LONGEST]) + "`"


def shape(value: Any) -> str:
    """What a JSON value is, in words for the caller."""
    if value is None:
        return "null"
    names = {bool: "a boolean", str: "a string", dict: "an object", list: "an array"}
    return names.get(type(value), "a number")
