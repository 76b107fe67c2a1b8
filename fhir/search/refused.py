"""Refusals of a search: which parameter, and why. Values are never repeated, they may name a person.

FHIR R4 3.1.1.7 (search.html#errors).
"""

import re

from fhir.outcome import Fault, Refusal

_MODIFIER = re.compile(r"[A-Za-z\-]{1,32}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")


def malformed(name: str, why: str) -> Refusal:
    """The value of the parameter `name` is not what its type asks for."""
    return Refusal(Fault.PARAMETER, f"search parameter {name!r}: {why}")


def unsupported(name: str, why: str) -> Refusal:
    """The parameter `name`, or its modifier, is known but not served."""
    return Refusal(Fault.UNSUPPORTED_PARAMETER, f"search parameter {name!r}: {why}")


def costly(name: str, why: str) -> Refusal:
    """The parameter `name` asks for more than one search may take."""
    return Refusal(Fault.TOO_COSTLY, f"search parameter {name!r}: {why}")


def modifier(name: str, given: str) -> Refusal:
    """The modifier does not go with this parameter."""
    text = f":{given}" if _MODIFIER.fullmatch(given) else "given"
    return unsupported(name, f"the modifier {text} is not supported here")


def shown(name: str) -> str:
    """The name of a parameter as far as it can be repeated: a name, without modifiers."""
    name = name.partition(":")[0].partition(".")[0]
    return name if _NAME.fullmatch(name) else "…"
