"""Constraints of ElementDefinition (eld-1 to eld-22).

FHIR R4 elementdefinition.html 2.27. A StructureDefinition holds hundreds of these.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.validation.invariant import (
    Holds,
    Names,
    Rule,
    Rules,
    apart,
    both,
    distinct,
    has,
    holds,
    needs,
    some,
)

_SLICE = re.compile(r"[a-zA-Z0-9/\-_\[\]@]+").fullmatch
_STEP = r"""[^\s.,:;'"/|?!@#$%&*()\[\]{}]{1,64}"""
_PATH = re.compile(rf"{_STEP}(\.{_STEP}(\[x\])?(:[^\s.]+)?)*").fullmatch
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*(\[x])?)*").fullmatch
_BINDABLE = frozenset(("code", "Coding", "CodeableConcept", "Quantity", "string", "uri"))
_INSTEAD = (
    "type",
    "defaultValue",
    "fixed",
    "pattern",
    "example",
    "minValue",
    "maxValue",
    "maxLength",
    "binding",
)
_LEADING = frozenset(("Reference", "canonical"))


def _codes(element: Mapping[str, Any]) -> list[Any]:
    return [one["code"] for one in element.get("type", ()) if "code" in one]


def _count(text: Any) -> int | None:
    """A cardinality as a number; None when it is none."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else None


def _maximum(most: Any) -> bool:
    """eld-3, asked on the value itself."""
    return most == "*" or _count(most) is not None


def _ordered(element: Mapping[str, Any]) -> bool:
    least, most = element.get("min"), element.get("max")
    limit = _count(most)
    return least is None or most is None or most == "*" or (limit is not None and least <= limit)


def _bindable(element: Mapping[str, Any]) -> bool:
    codes = _codes(element)
    return "binding" not in element or not codes or not _BINDABLE.isdisjoint(codes)


def _of_one_type(name: str) -> Rule:
    """eld-6, eld-7."""

    def rule(names: Names) -> Holds:
        given = names(name)
        return lambda element: given.isdisjoint(element) or len(element.get("type", ())) <= 1

    return rule


def _text(name: str, match: Any) -> Any:
    return holds(lambda element: not isinstance(element.get(name), str) or match(element[name]) is not None)


def _leads(name: str) -> Any:
    return holds(lambda element: name not in element or element.get("code") in _LEADING)


def _reasoned(element: Mapping[str, Any]) -> bool:
    return element.get("isModifier") is not True or has(element, "isModifierReason")


def _located(element: Mapping[str, Any]) -> bool:
    return "valueSet" not in element or element["valueSet"].startswith(("http:", "https", "urn:"))


RULES: Rules = {
    ("ElementDefinition", "eld-2"): holds(_ordered),
    ("ElementDefinition", "eld-5"): both(*(apart("contentReference", name) for name in _INSTEAD)),
    ("ElementDefinition", "eld-6"): _of_one_type("fixed"),
    ("ElementDefinition", "eld-7"): _of_one_type("pattern"),
    ("ElementDefinition", "eld-8"): apart("pattern", "fixed"),
    ("ElementDefinition", "eld-11"): holds(_bindable),
    ("ElementDefinition", "eld-13"): holds(lambda element: distinct(_codes(element))),
    ("ElementDefinition", "eld-14"): holds(
        lambda element: distinct(one.get("key") for one in element.get("constraint", ()))
    ),
    ("ElementDefinition", "eld-15"): apart("defaultValue", "meaningWhenMissing"),
    ("ElementDefinition", "eld-16"): _text("sliceName", _SLICE),
    ("ElementDefinition", "eld-18"): holds(_reasoned),
    ("ElementDefinition", "eld-19"): _text("path", _PATH),
    ("ElementDefinition", "eld-20"): _text("path", _PLAIN),
    ("ElementDefinition", "eld-22"): needs("sliceIsConstraining", "sliceName"),
    ("ElementDefinition.max", "eld-3"): holds(_maximum),
    ("ElementDefinition.slicing", "eld-1"): some("discriminator", "description"),
    ("ElementDefinition.type", "eld-4"): _leads("aggregation"),
    ("ElementDefinition.type", "eld-17"): _leads("targetProfile"),
    ("ElementDefinition.constraint", "eld-21"): some("expression"),
    ("ElementDefinition.binding", "eld-12"): holds(_located),
}
