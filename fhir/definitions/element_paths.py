"""ElementDefinition: from a FHIRPath of a SearchParameter to the JSON members that it names.

FHIR R4 2.6.2 (json.html), elementdefinition.html. An expression is resolved against the
StructureDefinitions, so that at run time a path names the JSON members themselves (`effectiveDateTime`, not
`effective`) and the type at its end.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fhir.definitions.structures import Element, ElementType, structure
from fhir.definitions.value_sets import codings
from fhir.search.expression import Path, Step, parse

Row = dict[str, Any]
ROOT = "%resource"
ABSTRACT = ("Resource", "DomainResource")
_NOT_ENUMERATED = {
    "http://hl7.org/fhir/ValueSet/all-languages": "urn:ietf:bcp:47",
    "http://hl7.org/fhir/ValueSet/currencies": "urn:iso:std:iso:4217",
    "http://hl7.org/fhir/ValueSet/mimetypes": "urn:ietf:bcp:13",
    "http://hl7.org/fhir/ValueSet/ucum-units": "http://unitsofmeasure.org",
}


def rows(base: str, expression: str, inside: Iterable[Element] | None = None) -> list[Row]:
    """The JSON paths of an expression on resources of the type `base`, or below the elements `inside`."""
    whole = structure(base).elements
    return [
        row
        for branch in parse(expression)
        for row in _branch(whole if inside is None or branch.head else tuple(inside), base, branch)
    ]


def _branch(children: tuple[Element, ...], base: str, path: Path) -> Iterator[Row]:
    if path.head not in ("", ROOT, base, *ABSTRACT) or not path.steps:
        return
    found = [row | ({"root": True} if path.head == ROOT else {}) for row in _walk(children, base, path.steps)]
    if path.test:
        yield {"path": [row["path"][0] for row in found], "type": "test"}
    else:
        yield from found


def places(base: str, expression: str) -> Iterator[tuple[list[str], tuple[Element, ...]]]:
    """Where the parts of a composite stand: the JSON path of each branch, and the elements below it."""
    for path in parse(expression):
        if path.head != base:
            continue
        children, spelled = tuple(structure(base).elements), list[str]()
        for step in path.steps:
            member, element, type = next(_children(children, base, step.name))
            spelled.append(_spell(member, element, step))
            children, base = _below(element, type, base), base
        yield spelled, children


def _walk(children: tuple[Element, ...], base: str, steps: tuple[Step, ...]) -> Iterator[Row]:
    step, rest = steps[0], steps[1:]
    for member, element, type in _children(children, base, step.name):
        if step.type is not None and not _is(type.code, step.type):
            continue
        spelled = _spell(member, element, step)
        if type.code == "Extension" and not rest:
            rest = (Step("value"),)
        if not rest:
            yield {"path": [spelled]} | _end(step, element, type)
            continue
        for row in _walk(_below(element, type, base), base, rest):
            yield row | {"path": [spelled, *row["path"]]}


def _children(
    children: tuple[Element, ...], base: str, name: str
) -> Iterator[tuple[str, Element, ElementType]]:
    """The JSON member, element and type of every alternative of the child `name`."""
    for element in children:
        if element.name == name:
            if element.content is not None:
                yield element.name, element, ElementType("BackboneElement")
                continue
            for member, type in element.members().items():
                yield member, element, type


def _is(type: str, wanted: str) -> bool:
    """Whether it is of that type or of one derived from it (canonical from uri); R4 writes DateTime too."""
    while type:
        if type.casefold() == wanted.casefold():
            return True
        type = structure(type).base
    return False


def _below(element: Element, type: ElementType, base: str) -> tuple[Element, ...]:
    if element.content is not None:
        return content_of(element.content.lstrip("#"))
    return element.elements or structure(type.code).elements


def content_of(path: str) -> tuple[Element, ...]:
    """The children of the element that a contentReference names."""
    base, *names = path.split(".")
    children = structure(base).elements
    for name in names:
        children = next(each for each in children if each.name == name).elements
    return children


def _end(step: Step, element: Element, type: ElementType) -> Row:
    row: Row = {"type": type.code}
    if step.resolves:
        row["resolves"] = step.resolves
    if type.code == "Reference":
        row["target"] = sorted(type.targets)
    system = _system(element) if type.code == "code" else None
    return row | ({"system": system} if system else {})


def _system(element: Element) -> str | None:
    """The one code system of a `code` element's required binding."""
    if element.binding is None:
        return None
    systems = {system for system, _ in codings(element.binding) or ()}
    return systems.pop() if len(systems) == 1 else _NOT_ENUMERATED.get(element.binding)


def _spell(member: str, element: Element, step: Step) -> str:
    """A step of a path: `name`, `*` where it repeats, `[member=value]`, `[@extension]`, `#index`."""
    spelled = member + ("*" if element.repeats else "")
    if step.where is not None:
        spelled += f"[{step.where[0]}={step.where[1]}]"
    if step.extended is not None:
        spelled += f"[@{step.extended}]"
    return spelled + ("" if step.index is None else f"#{step.index}")
