"""ElementDefinition.binding of a profile: values of a required value set.

FHIR R4 terminologies.html 4.1.5. Of a CodeableConcept one coding must be in the value set; a bare code or uri
is in it where any system has that code.
"""

from collections.abc import Mapping
from typing import Any

Codings = frozenset[tuple[str, str]]


def required(definition: Mapping[str, Any]) -> str | None:
    """The value set that an element requires, with its version; None where it requires none."""
    binding = definition.get("binding") or {}
    return binding.get("valueSet") if binding.get("strength") == "required" else None


def bound(value: Any, codings: Codings) -> bool:
    """Whether a code, Coding, CodeableConcept, Quantity, string or uri is of the value set."""
    if isinstance(value, str):
        return any(code == value for _, code in codings)
    if not isinstance(value, dict):
        return True
    if "coding" in value or "text" in value:
        return any(_listed(coding, codings) for coding in value.get("coding", ()))
    return _listed(value, codings)


def _listed(coding: Any, codings: Codings) -> bool:
    return isinstance(coding, dict) and (coding.get("system", ""), coding.get("code")) in codings
