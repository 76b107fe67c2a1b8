"""Checklist line 96: every compiled invariant says what fhirpathpy makes of the official expression.

Asked on the official examples and on the cases of tests/spec/validation, where most rules are broken once.
Where both differ on purpose or by a defect of fhirpathpy, `differences.json` gives the reason.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from fhir.definitions.structures import Constraint, Element, primitive_types, resource_types, structure
from fhir.resource import parse
from fhir.validation import errors
from fhir.validation.invariant import Names, names_of
from fhir.validation.profile.constraint import functions
from fhir.validation.profile.item import Scope
from fhir.validation.structure import rule_of
from tests.conformance.package import files

HERE = Path(__file__).parent
SPEC = HERE.parent / "spec" / "validation"
DIFFERENCES: dict[str, str] = json.loads((HERE / "differences.json").read_text("utf-8"))
MOST = 25  # objects of the examples that each rule is asked on
R4 = models["r4"]
NOTHING = Scope({}, lambda _: None, lambda _: None, lambda _: None, lambda _: None)
ADDED = {name: function for name, function in functions(NOTHING).items() if "atches" not in name}
OPTIONS = {"traceFn": lambda *_: None, "userInvocationTable": ADDED}


class Question(NamedTuple):
    """A constraint, the object that it is asked on, and where the object stands in the definitions."""

    owner: str
    constraint: Constraint
    value: Any
    base: str
    root: Any
    names: Names


@cache
def named(elements: tuple[Element, ...]) -> Names:
    return names_of(elements)


def owners(type: str) -> list[str]:
    return [type, *owners(structure(type).base)] if type else []


@cache
def everywhere(type: str) -> dict[str, Element]:
    """All elements of a type by path, for those that a contentReference names."""
    found: dict[str, Element] = {}
    left = list(structure(type).elements)
    while left:
        element = left.pop()
        found[element.path] = element
        left += element.elements
    return found


def of_type(type: str, value: Any, root: Any) -> Iterator[Question]:
    """The constraints of `value`, an object of `type`, and of everything below it."""
    if type == "Resource":
        type = value.get("resourceType", "")
    if type in resource_types:
        root = value
    if type in primitive_types or not isinstance(value, dict) or type in ("", "xhtml", "Reference"):
        return
    definition = structure(type)
    for constraint in definition.constraints:
        for owner in owners(type):
            yield Question(owner, constraint, value, type, root, named(definition.elements))
    yield from members(definition.elements, value, root, everywhere(type))


def members(
    elements: Sequence[Element], value: Mapping[str, Any], root: Any, local: dict[str, Element]
) -> Iterator[Question]:
    for element in elements:
        for member, type in element.members().items():
            found = value.get(member)
            for item in found if isinstance(found, list) else [found]:
                yield from of_element(element, type.code, item, root, local)


def of_element(
    element: Element, type: str, value: Any, root: Any, local: dict[str, Element]
) -> Iterator[Question]:
    if not isinstance(value, dict):
        return
    if element.content:
        element = local[element.content]
    below = element.elements or structure(type).elements if type in ELEMENTS else element.elements
    base = element.path if element.elements else type
    for constraint in element.constraints:
        yield Question(element.path, constraint, value, base, root, named(below))
    if element.elements:
        yield from members(element.elements, value, root, local)
    else:
        yield from of_type(type, value, root)


class _Elements:
    """The types that have elements of their own."""

    def __contains__(self, type: str) -> bool:
        try:
            return bool(structure(type).elements)
        except KeyError:
            return False


ELEMENTS = _Elements()


def questions() -> Iterator[Question]:
    for file in sorted(SPEC.glob("*.json")):
        for case in json.loads(file.read_text("utf-8"), parse_float=Decimal)["cases"]:
            resource = case["resource"]
            if all(issue.code == "invariant" for issue in errors(resource)):
                yield from of_type("Resource", resource, resource)
    for file in files():
        if file.stat().st_size < 200_000:
            resource = parse(file.read_bytes())
            yield from of_type("Resource", resource, resource)


def official(question: Question) -> bool:
    """What fhirpathpy makes of the expression: only true is true."""
    path: Any = question.constraint.expression
    if question.value is not question.root:
        path = {"base": question.base, "expression": path}
    variables = {"resource": question.root, "rootResource": question.root, "context": question.value}
    said = evaluate(question.value, path, variables, R4, OPTIONS)
    return bool(said == [True])


@pytest.fixture(scope="module")
def answers() -> dict[str, set[str]]:
    """How rule and expression answered, by key."""
    asked: dict[tuple[str, str], int] = defaultdict(int)
    found: dict[str, set[str]] = defaultdict(set)
    for question in questions():
        rule = rule_of(question.owner, question.constraint)
        name = (question.owner, question.constraint.key)
        if rule is None or not question.constraint.expression or asked[name] >= MOST:
            continue
        asked[name] += 1
        ours = rule(question.names)(question.value)
        try:
            theirs = str(official(question))
        except Exception as error:  # whatever the library fails with is what is looked for
            theirs = type(error).__name__
        found[question.constraint.key].add(f"{ours} {theirs}")
    return found


def test_rule_and_expression_agree(answers: dict[str, set[str]]) -> None:
    agreed = {"True True", "False False"}
    different = {key: sorted(said - agreed) for key, said in answers.items() if said - agreed}
    assert {key: said for key, said in different.items() if key not in DIFFERENCES} == {}


def test_every_listed_difference_is_one(answers: dict[str, set[str]]) -> None:
    agreed = {"True True", "False False"}
    assert {key for key in DIFFERENCES if not answers[key] - agreed} == set()
