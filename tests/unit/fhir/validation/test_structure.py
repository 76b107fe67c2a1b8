from collections.abc import Iterator

from fhir.definitions import structures
from fhir.definitions.structures import Constraint, Element, structure
from fhir.validation.invariants.structuredefinition import OF_RESOURCE
from fhir.validation.structure import RULES, Compiler, rule_of

ELSEWHERE = {"dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"}  # resource, reference, xhtml


def constraints() -> Iterator[tuple[str, Constraint]]:
    def below(type: str, elements: tuple[Element, ...]) -> Iterator[tuple[str, Constraint]]:
        for one in elements:
            if one.path.startswith(f"{type}."):
                yield from ((one.path, constraint) for constraint in one.constraints)
                yield from below(type, one.elements)

    for type in sorted(structures.resource_types | structures.complex_types | {"DomainResource"}):
        yield from ((type, constraint) for constraint in structure(type).constraints)
        yield from below(type, structure(type).elements)


def test_every_constraint_is_compiled() -> None:
    missing: set[tuple[str, str]] = set()
    for path, constraint in constraints():
        inherited = any(rule_of(base, constraint) for base in ("Quantity", "Extension"))
        if rule_of(path, constraint) is None and constraint.key not in ELSEWHERE and not inherited:
            missing.add((path, constraint.key))
    assert missing == OF_RESOURCE.keys()


def test_every_rule_is_a_constraint_of_r4() -> None:
    assert set(RULES) <= {(path, constraint.key) for path, constraint in constraints()}


def test_every_type_compiles() -> None:
    compiler = Compiler(lambda *_: None, lambda *_: None)
    for type in structures.resource_types:
        assert compiler.type(type) is compiler.type(type)


def test_computable_names_have_one_rule_in_all_types() -> None:
    keys = {
        key for path, one in constraints() for key in [one.key] if one.expression.startswith("name.matches(")
    }
    assert len(keys) > 20
    assert all(rule_of(path, one) for path, one in constraints() if one.key in keys)
