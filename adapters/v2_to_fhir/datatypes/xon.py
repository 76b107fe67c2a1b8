"""XON: an organisation by name and number, as a reference to an Organization of the source.

The guide's XON[Organization], CWE[Organization]. The source's own organisation is never drafted.
"""

from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd
from adapters.v2_to_fhir.draft import SHELL, Draft


def organization(value: Element, context: Context) -> dict[str, Any] | None:
    """A Reference to the Organization of an XON; nothing when none is named."""
    return reference(*_named(value, context), context)


def by_number(value: Element, context: Context) -> dict[str, Any] | None:
    """A reference by number to an Organization of the region; nothing where there is a name alone."""
    name, number, system = _named(value, context)
    if not number:
        return None
    found = {"system": system or context.source.local("organization"), "value": number}
    return {"type": "Organization", "identifier": found} | ({"display": name} if name else {})


def _named(value: Element, context: Context) -> tuple[str, str, str]:
    """Name, number, and the system of the number where it has one for everybody."""
    parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts += [""] * (10 - len(parts))
    system = hd.uri(hd.parts(value[6]), context)  # type: ignore[index]
    return parts[0], parts[9] or parts[2], system


def coded(value: Element, context: Context) -> dict[str, Any] | None:
    """The same of a CWE (code, name, code system)."""
    parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts += ["", ""]
    return reference(parts[1] or parts[0], parts[0], "", context)


def reference(name: str, number: str, system: str, context: Context) -> dict[str, Any] | None:
    """A Reference to the Organization of a name or a number, or both."""
    if not name and not number:
        return None
    system = system or context.source.local("organization")
    key = number or name
    draft = Draft("Organization", context.identified("Organization", system, key), standing=SHELL)
    draft.authority = system
    draft.put("identifier", [{"system": system, "value": number}] if number else None)
    draft.put("name", name or number)
    return context.refer(draft, name or number)
