"""Parts of resources: `_summary` and `_elements`.

FHIR R4 3.1.1.5.8 and 3.1.1.5.9 (search.html#summary, #elements). What is cut is tagged SUBSETTED; what is
mandatory or a modifier stays, at the top and within whatever is kept in part.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fhir.definitions.structures import Element, resource_types, structure
from fhir.labels import subsetted
from fhir.resource import Resource, serialize
from fhir.store import Stored

_ALWAYS = frozenset({"resourceType", "id", "meta"})
_WHOLE = frozenset({"Extension", "Meta", "Narrative", "Resource", "xhtml"})
Keep = Callable[[Element], "Keep | bool"]
"""What of an element is kept: all, nothing, or of its own elements what another Keep says."""
Names = dict[str, Any]
"""Names of elements as a tree; an empty one stands for all below."""


def subset_all(
    rows: Sequence[Stored], summary: str | None, elements: Sequence[str], *, matches: bool = True
) -> list[Stored]:
    """`rows` as far as they are wanted; what is no match only by names with its type (`Patient.name`)."""
    if not elements and summary in (None, "false", "count"):
        return list(rows)
    return [_shown(row, summary, _about(row.type, elements, matches=matches), elements) for row in rows]


def _about(type: str, elements: Sequence[str], *, matches: bool) -> list[str]:
    """The names that speak of resources of `type`."""
    typed = [each for each in elements if each.partition(".")[0] in resource_types]
    own = [each for each in typed if each.startswith(f"{type}.")]
    return [*own, *(each for each in elements if each not in typed)] if matches else own


def _shown(row: Stored, summary: str | None, about: Sequence[str], elements: Sequence[str]) -> Stored:
    if elements and not about:
        return row
    return replace(row, body=serialize(subset(row.resource(), summary, about)))


def subset(resource: Resource, summary: str | None, elements: Sequence[str] = ()) -> Resource:
    """The part of a resource that `_summary` (true, text, data) or `_elements` names."""
    type = resource["resourceType"]
    cut = _cut(resource, structure(type).elements, _keep(type, summary, elements))
    always = {name: value for name, value in resource.items() if name in _ALWAYS}
    kept = {name: (always | cut)[name] for name in resource if name in cut or name in always}
    return kept | {"meta": subsetted(kept.get("meta") or {})}


def _keep(type: str, summary: str | None, elements: Sequence[str]) -> Keep:
    if elements:
        return _named(_tree(elements, type))
    if summary == "true":
        return _summarised
    if summary == "text":
        return lambda element: element.name == "text" or _needed(element)
    return lambda element: element.name != "text"


def _needed(element: Element) -> bool:
    return element.min > 0 or element.modifier


def _summarised(element: Element) -> Keep | bool:
    if element.summary:
        return _summarised
    return _needed(element)


def _named(names: Names) -> Keep:
    def keep(element: Element) -> Keep | bool:
        asked = [names[each] for each in (element.name, *element.members()) if each in names]
        if any(not each for each in asked):
            return True
        if asked:
            return _named({name: below for each in asked for name, below in each.items()})
        return _needed(element)

    return keep


def _tree(elements: Sequence[str], type: str) -> Names:
    """`name.family` and `Patient.name.given` as `{name: {family: {}, given: {}}}`."""
    paths = {tuple(each.removeprefix(f"{type}.").split(".")) for each in elements}
    tree: Names = {}
    for path in sorted(paths, key=len, reverse=True):
        node = tree
        for name in path[:-1]:
            node = node.setdefault(name, {})
        # The shorter path comes later: it stands for all below.
        node[path[-1]] = {}
    return tree


def _cut(node: Mapping[str, Any], elements: Sequence[Element], keep: Keep) -> dict[str, Any]:
    """The members of an object that are kept, in their order."""
    kept: dict[str, Any] = {}
    for element in elements:
        verdict = keep(element)
        if verdict is False:
            continue
        for member, type in element.members().items():
            for name in (member, f"_{member}"):
                if name in node:
                    kept[name] = (
                        node[name] if verdict is True else _below(node[name], element, type.code, verdict)
                    )
    return {name: kept[name] for name in node if name in kept}


def _below(value: Any, element: Element, type: str, keep: Any) -> Any:
    """A value of which a part is kept; whole where it has no elements of its own."""
    if isinstance(value, list):
        return [_below(each, element, type, keep) for each in value]
    if not isinstance(value, dict) or type in _WHOLE or type in resource_types:
        return value
    elements = element.elements or (_content(element) if element.content else _of_type(type))
    if not elements:
        return value
    return _cut(value, elements, keep)


def _of_type(type: str) -> tuple[Element, ...]:
    try:
        found = structure(type)
    except KeyError:
        return ()
    return found.elements if found.kind == "complex-type" else ()


def _content(element: Element) -> tuple[Element, ...]:
    """The elements of another element that this one repeats (`#Questionnaire.item`)."""
    type, *names = (element.content or "").removeprefix("#").split(".")
    elements = structure(type).elements
    for name in names:
        elements = next((each.elements for each in elements if each.name == name), ())
    return elements
