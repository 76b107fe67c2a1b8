"""Difference: what changes from one state of a resource to another, element by element."""

from collections.abc import Iterator
from typing import Any

from fhir.resource import Resource, serialize

_MARKED = {"versionId", "lastUpdated"}


def difference(before: Resource | None, after: Resource | None) -> list[str]:
    """Lines such as `+ gender = "male"` and `- name[0].text = "…"`, in the order of the elements."""
    lines = []
    for path, old, new in changes(before, after):
        lines += [f"- {path} = {old}"] if old is not None else []
        lines += [f"+ {path} = {new}"] if new is not None else []
    return lines


def changes(before: Resource | None, after: Resource | None) -> list[tuple[str, str | None, str | None]]:
    """The same as path, old and new value, in JSON; None where there is none."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = [path for path in dict.fromkeys((*old, *new)) if old.get(path) != new.get(path)]
    return [(path, old.get(path), new.get(path)) for path in paths]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if not (path == "meta" and name in _MARKED):
                yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{position}]")
    elif value is not None:
        yield path, serialize({"x": value}).decode()[5:-1]
