"""StructureDefinition: each type compiled once into a check.

FHIR R4 structuredefinition.html. Types contain each other (Extension holds every data type), so a check is
registered before it is filled: whoever compiles holds a lock until the whole type is done.
"""

from collections.abc import Iterable, Iterator

from fhir.definitions.structures import Constraint, Element, ElementType, structure
from fhir.validation.binding import bound_code, bound_concept
from fhir.validation.element import Members, complex, constrained, constrained_value, repeated
from fhir.validation.extension import absolute
from fhir.validation.finding import Check, Test
from fhir.validation.invariant import Invariant, Names, Rule, Rules, names_of
from fhir.validation.invariants import (
    administration,
    bundle,
    clinical,
    conformance,
    datatypes,
    elementdefinition,
    structuredefinition,
    terminology,
    testscript,
)
from fhir.validation.member import repeated_primitive, repeated_shadow, shadow, single
from fhir.validation.primitive import ELEMENT_ID, TESTS
from fhir.validation.reference import reference

RULES: Rules = {
    **administration.RULES,
    **bundle.RULES,
    **clinical.RULES,
    **conformance.RULES,
    **datatypes.RULES,
    **elementdefinition.RULES,
    **structuredefinition.RULES,
    **terminology.RULES,
    **testscript.RULES,
}
_BARE = frozenset(("Resource.id", "Element.id", "Extension.url"))  # strings without extensions beside them
_NO_COMPARATOR = "The comparator is not used on a SimpleQuantity"


def rule_of(path: str, constraint: Constraint) -> Rule | None:
    """The compiled rule of a constraint at `path`; None when it isn't compiled."""
    if constraint.expression == conformance.COMPUTABLE_NAME:
        return conformance.computable_name
    return RULES.get((path, constraint.key))


def _invariants(owners: Iterable[str], constraints: Iterable[Constraint], names: Names) -> list[Invariant]:
    """The invariants of an object; `owners` are its path and the types that it inherits them from."""
    found = []
    for constraint in constraints:
        rules = (rule_of(owner, constraint) for owner in owners)
        if rule := next((rule for rule in rules if rule), None):
            text = f"{constraint.human} ({constraint.key})"
            found.append(Invariant(text, constraint.severity, rule(names)))
    return found


def _of_resource(elements: Iterable[Element], names: Names) -> Iterator[Invariant]:
    """Invariants of an element that look at the whole resource."""
    for element in elements:
        for constraint in element.constraints:
            if rule := structuredefinition.OF_RESOURCE.get((element.path, constraint.key)):
                text = f"{constraint.human} ({constraint.key})"
                yield Invariant(text, constraint.severity, rule(names), f".{element.name}")


def _owners(type: str) -> list[str]:
    return [type, *_owners(structure(type).base)] if type else []


class Compiler:
    """Compiles types into checks; `any_resource` and `contained` check a resource inside another."""

    def __init__(self, any_resource: Check, contained: Check) -> None:
        self.any_resource, self.contained = any_resource, contained
        self.types: dict[str, Check] = {}

    def type(self, type: str) -> Check:
        """The check of a resource or complex data type."""
        if type in self.types:
            return self.types[type]
        definition, members = structure(type), Members()
        check = self.types[type] = complex(members, bare=definition.kind == "resource" or type == "Element")
        if definition.kind == "resource":
            members.checks["resourceType"] = single(lambda _: None)
        self._fill(members, definition.elements, {})
        if type == "Extension":
            members.checks["extension"] = repeated(check)  # its parts need no absolute URL
        names = names_of(definition.elements)
        members.invariants += _invariants(_owners(type), definition.constraints, names)
        members.invariants += _of_resource(definition.elements, names)
        return check

    def _fill(self, members: Members, elements: Iterable[Element], local: dict[str, Check]) -> None:
        """Add `elements` to `members`; `local` holds the checks of the type's backbone elements by path."""
        for element in elements:
            alternatives = element.members()
            for member, type_ in alternatives.items():
                members.steps[member] = members.steps[f"_{member}"] = f".{element.name}"
                self._add(members, member, element, type_, local)
                if element.choice:
                    members.choices[member] = members.choices[f"_{member}"] = element.name
            if element.min:
                every = frozenset(alternatives) | {f"_{member}" for member in alternatives}
                members.required.append((next(iter(alternatives)), element.name, every))

    def _add(
        self, members: Members, member: str, element: Element, type_: ElementType, local: dict[str, Check]
    ) -> None:
        if type_.code in TESTS:
            test = _test(element, type_)
            members.checks[member] = repeated_primitive(test, member) if element.repeats else single(test)
            if element.path not in _BARE:
                beside = repeated_shadow if element.repeats else shadow
                members.checks[f"_{member}"] = beside(self.type("Element"), member)
            return
        check = self._constrained(self._object(element, type_, local), element, type_)
        if type_.code == "Extension":
            check = absolute(check)
        members.checks[member] = repeated(check) if element.repeats else check

    def _object(self, element: Element, type_: ElementType, local: dict[str, Check]) -> Check:
        """The check of one object of an element that isn't primitive."""
        if element.content:
            return local[element.content]
        if element.elements:
            members = Members()
            local[element.path] = check = complex(members)
            self._fill(members, element.elements, local)
            names = names_of(element.elements)
            members.invariants += _invariants([element.path], element.constraints, names)
            if element.path == "Bundle.entry":
                members.invariants.append(bundle.AGREEING)
            return check
        if type_.code == "Resource":
            return self.contained if element.path == "DomainResource.contained" else self.any_resource
        whole = self.type(type_.code)
        if type_.code == "Reference":
            return reference(whole, type_.targets)
        return bound_concept(element.binding, whole) if element.binding else whole

    def _constrained(self, check: Check, element: Element, type_: ElementType) -> Check:
        """`check` with the constraints that this use of a data type adds to it."""
        if element.elements or element.content or type_.code == "Resource":
            return check
        names = names_of(structure(type_.code).elements)
        invariants = _invariants([element.path], element.constraints, names)
        if type_.profile == "SimpleQuantity":
            plain = Invariant(f"{_NO_COMPARATOR} (sqty-1)", "error", lambda value: "comparator" not in value)
            invariants.append(plain)
        return constrained(check, invariants)


def _test(element: Element, type_: ElementType) -> Test:
    """The test of a primitive element; its binding included."""
    if element.path == "Element.id":
        return ELEMENT_ID
    test = TESTS[type_.code]
    test = bound_code(element.binding, test) if element.binding else test
    if element.choice:  # its constraints speak of its complex types
        return test
    return constrained_value(test, _invariants([element.path], element.constraints, lambda _: frozenset()))
