"""JSON representation of primitive elements: `name` holds the value, `_name` beside it the id and extensions.

FHIR R4 json.html 2.6.2.3. In arrays both are of one length, and null stands where only the other says
something.
"""

from collections.abc import Mapping
from typing import Any

from fhir.validation.element import ALONE
from fhir.validation.finding import Check, Contained, Finding, Findings, Test, below, fault, shape

_NOTHING: Mapping[str, Any] = {}


def single(test: Test) -> Check:
    """The check of one primitive value."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        return test(value)

    return check


def shadow(check_item: Check, name: str) -> Check:
    """The check of `_name` beside one primitive."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        found = check_item(value, parent, contained)
        if found is None and name not in parent and "extension" not in value:
            return fault("invariant", ALONE)
        return found

    return check


def _beside(member: str, parent: Mapping[str, Any], index: int) -> bool:
    """Whether the array of `member` says something at `index`."""
    other = parent.get(member)
    return type(other) is list and index < len(other) and other[index] is not None


def repeated_primitive(test: Test, name: str) -> Check:
    """The check of an array of primitives; null stands where only `_name` says something."""
    shadow = f"_{name}"

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if type(value) is not list:
            return fault("structure", f"an array is needed here, not {shape(value)}")
        found: list[Finding] = [] if value else fault("structure", "an array must not be empty")
        for index, item in enumerate(value):
            if item is None:
                if not _beside(shadow, parent, index):
                    found += fault("structure", f"null without an element in {shadow}", f"[{index}]")
            elif (wrong := test(item)) is not None:
                found += below(f"[{index}]", wrong)
        return found or None

    return check


def repeated_shadow(check_item: Check, name: str) -> Check:
    """The check of `_name` beside an array of primitives: as long as that, null where nothing is added."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if type(value) is not list:
            return fault("structure", f"_{name} must be an array like {name}, not {shape(value)}")
        beside = parent.get(name)
        if not value or all(item is None for item in value):
            return fault("structure", f"_{name} must not be empty")
        if type(beside) is list and len(beside) != len(value):
            return fault("structure", f"_{name} and {name} must be of the same length")
        found: list[Finding] = []
        for index, item in enumerate(value):
            if item is None:
                if not _beside(name, parent, index):
                    found += fault("structure", f"null in _{name} and no value in {name}", f"[{index}]")
            elif (wrong := check_item(item, _NOTHING, contained)) is not None:
                found += below(f"[{index}]", wrong)
            elif "extension" not in item and not _beside(name, parent, index):
                found += fault("invariant", ALONE, f"[{index}]")
        return found or None

    return check
