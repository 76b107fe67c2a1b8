"""Element: one element of a resource in the making, `a` or `a.b`, or any of a choice (`value[x]`).

FHIR R4 formats.html#choice. The names under which it is remembered are those of `key`.
"""

from typing import Any

from adapters.v2_to_fhir.draft import choice_of
from fhir.resource import Resource


def key(element: str) -> str:
    """The name to remember an element by: all of a choice have one; no dot, for the database's sake."""
    return choice_of(element).replace(".", "/")


def get(resource: Resource, element: str) -> Any:
    """What stands in an element, or None."""
    head, _, tail = element.partition(".")
    return resource.get(head, {}).get(tail) if tail else resource.get(head)


def put(resource: Resource, element: str, value: Any) -> None:
    """Set an element in its place; the parent of `a.b` is made anew."""
    head, _, tail = element.partition(".")
    if tail:
        resource[head] = resource.get(head, {}) | {tail: value}
    else:
        resource[head] = value


def delete(resource: Resource, element: str) -> None:
    """Take an element away; `value[x]` any of the choice; an emptied parent goes with it."""
    head, _, tail = element.partition(".")
    if tail:
        rest = {name: value for name, value in resource.get(head, {}).items() if name != tail}
        if rest:
            resource[head] = rest
        else:
            resource.pop(head, None)
        return
    for name in [one for one in resource if one in (head, f"_{head}") or key(one) == head]:
        del resource[name]


def unset_choice(resource: Resource, element: str) -> None:
    """Take away the other elements of the choice that `element` is one of."""
    choice = key(element)
    if choice.endswith("[x]"):
        for name in [one for one in resource if one != element and key(one.lstrip("_")) == choice]:
            del resource[name]
