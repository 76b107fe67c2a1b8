"""StructureDefinition of a profile, compiled once into a check.

FHIR R4 profiling.html 5.1, elementdefinition.html 2.27. Only what a profile adds is checked: R4's own rules
are checked before, and elements about which the profile says nothing new are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fhir.definitions.structures import primitive_types, resource_types
from fhir.validation.finding import Finding, below, fault
from fhir.validation.profile.binding import bound, required
from fhir.validation.profile.constraint import constraint, is_own
from fhir.validation.profile.discriminator import errors_against
from fhir.validation.profile.item import DEEPEST, Check, Item, Scope, items, type_code
from fhir.validation.profile.slicing import Slice, Slicing
from fhir.validation.profile.snapshot import Node
from fhir.validation.profile.value import exceeds, given, matches, same
from fhir.validation.reference import target

_BASE = "http://hl7.org/fhir/StructureDefinition/"


def compiled(root: Node) -> Check:
    """The check of a whole resource or value against the tree of a profile."""
    return _together(list(_checks(root)))


def _together(checks: Sequence[Check]) -> Check:
    def check(item: Item, scope: Scope) -> list[Finding]:
        return [one for each in checks for one in each(item, scope)]

    return check


def _checks(node: Node) -> Iterator[Check]:
    """The checks of one value of an element."""
    if node.types and node.choice:
        yield _type(frozenset(type_code(one.get("code", "")) for one in node.types))
    yield from _values(node.definition)
    if (url := required(node.definition)) is not None:
        yield _binding(url)
    yield from _typed(node)
    base = _base(node)
    yield from (constraint(one, base) for one in node.definition.get("constraint", ()) if is_own(one))
    elements = [element for child in node.children if (element := _element(child)) is not None]
    if elements:
        yield lambda item, scope: [one for element in elements for one in element(item, scope)]


def _base(node: Node) -> str:
    """What fhirpathpy takes the value for: its type, or the path of a backbone element."""
    codes = [type_code(one.get("code", "")) for one in node.types]
    if len(codes) == 1 and codes[0] not in ("BackboneElement", "Element"):
        return codes[0]
    return "" if node.choice else node.path


def _element(node: Node) -> Check | None:
    """The check of all values of an element in the object that holds them; None where nothing is added."""
    checks, slicing = list(_checks(node)), _slicing(node)
    least, most = _cardinality(node)
    if not checks and slicing is None and least == 0 and most is None:
        return None
    each = _together(checks)

    def check(item: Item, scope: Scope) -> list[Finding]:
        found = list(items(node, item.object))
        faults = _counted(node.name, len(found), least, most)
        for one in found:
            faults += below(one.path, each(one, scope)) if checks else []
        return faults + slicing.check(node.name, found, scope) if slicing else faults

    return check


def _cardinality(node: Node) -> tuple[int, int | None]:
    """What the profile asks beyond R4: the least (0: nothing) and the most (None: nothing)."""
    definition, base = node.definition, node.definition.get("base", {})
    least, most = definition.get("min", 0), str(definition.get("max", "*"))
    return (
        least if least > base.get("min", 0) else 0,
        int(most) if most.isdigit() and most != base.get("max") else None,
    )


def _counted(name: str, count: int, least: int, most: int | None, what: str = "") -> list[Finding]:
    if count < least:
        text = f"{name}{what} is required" if least == 1 else f"at least {least} of {name}{what} are required"
        return fault("required", text, f".{name}")
    if most is not None and count > most:
        text = f"{name}{what} is not allowed" if most == 0 else f"at most {most} of {name}{what} are allowed"
        return fault("structure", text, f".{name}")
    return []


def _slicing(node: Node) -> Slicing | None:
    if not node.slices:
        rules = node.definition.get("slicing", {}).get("rules")
        return Slicing({"rules": rules}, []) if rules == "closed" and node.name != "extension" else None
    definition = node.definition.get("slicing", {})
    return Slicing(definition, [_slice(one, definition) for one in node.slices])


def _slice(node: Node, slicing: Mapping[str, Any]) -> Slice:
    least, most = node.definition.get("min", 0), str(node.definition.get("max", "*"))
    checks, inner = list(_checks(node)), _slicing(node)
    return Slice(node, slicing, _together(checks), least, int(most) if most.isdigit() else None, inner)


def _type(types: frozenset[str]) -> Check:
    named = ", ".join(sorted(types))

    def check(item: Item, scope: Scope) -> list[Finding]:
        allowed = not item.type or item.type in types
        return (
            [] if allowed else fault("structure", f"a value of this type is not allowed here, only {named}")
        )

    return check


def _values(definition: Mapping[str, Any]) -> Iterator[Check]:
    if (fixed := given(definition, "fixed")) is not None:
        yield _compare(lambda value: same(value, fixed), "the value is not the one that is fixed here")
    if (pattern := given(definition, "pattern")) is not None:
        yield _compare(lambda value: matches(value, pattern), "the value does not match the pattern")
    if (least := given(definition, "minValue")) is not None:
        yield _compare(lambda value: not exceeds(least, value), "the value is below the least allowed")
    if (most := given(definition, "maxValue")) is not None:
        yield _compare(lambda value: not exceeds(value, most), "the value is above the greatest allowed")
    if (longest := definition.get("maxLength")) is not None:
        yield _compare(
            lambda value: not isinstance(value, str) or len(value) <= longest,
            f"at most {longest} characters are allowed",
        )


def _compare(holds: Any, text: str) -> Check:
    return lambda item, scope: [] if holds(item.value) else fault("value", text)


def _binding(url: str) -> Check:
    name = url.partition("|")[0]

    def check(item: Item, scope: Scope) -> list[Finding]:
        codings = scope.codings(url)
        if codings is None or item.value is None or bound(item.value, codings):
            return []
        return fault("code-invalid", f"not a code of the value set {name}")

    return check


def _typed(node: Node) -> Iterator[Check]:
    """Profiles of the value's own type, and the types that a reference may lead to."""
    for type in node.types:
        code = type_code(type.get("code", ""))
        if profiles := [url for url in type.get("profile", ()) if url != f"{_BASE}{code}"]:
            yield _conforming(code, profiles)
    targets = [type.get("targetProfile", ()) for type in node.types if type.get("code") == "Reference"]
    if targets and all(targets):
        yield _leading([url for listed in targets for url in listed])


def _conforming(code: str, urls: Sequence[str]) -> Check:
    """One of the profiles is met; those that are not known are not asked."""

    def check(item: Item, scope: Scope) -> list[Finding]:
        applies = not item.type or item.type == code or code in ("Resource", *resource_types)
        checks = [one for url in urls if (one := scope.profile(url)) is not None]
        if not applies or len(checks) < len(urls) or scope.depth > DEEPEST or code in primitive_types:
            return []
        faults = [errors_against(one, item, scope) for one in checks]
        return [] if [] in faults else faults[0]

    return check


def _leading(urls: Sequence[str]) -> Check:
    """A literal reference leads to a type that one of the target profiles is about."""

    def check(item: Item, scope: Scope) -> list[Finding]:
        text = item.object.get("reference")
        if item.type not in ("", "Reference") or not isinstance(text, str):
            return []
        allowed = {scope.about(url) for url in urls}
        type, _ = target(text, scope.contained)
        if type is None or None in allowed or "Resource" in allowed or type in allowed:
            return []
        named = ", ".join(sorted(filter(None, allowed)))
        return fault("value", f"a reference to {type} is not allowed here, only to {named}", ".reference")

    return check
