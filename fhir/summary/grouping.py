"""Clinical de-duplication: the same thing from several sources is one line that keeps all its originals.

Issue 7, "Summary": never hides the originals.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def grouped(items: Iterable[T], keys: Callable[[T], Iterable[str]]) -> list[list[T]]:
    """Groups of items that share a key, directly or through another item; order of first appearance."""
    groups: list[list[T]] = []
    of_key: dict[str, list[T]] = {}
    for item in items:
        names = list(keys(item))
        group: list[T] = []
        for known in {id(of_key[name]): of_key[name] for name in names if name in of_key}.values():
            if not group:
                group = known
            else:
                group.extend(known)
                groups = [each for each in groups if each is not known]
                of_key = {name: group if held is known else held for name, held in of_key.items()}
        if not group:
            groups.append(group)
        group.append(item)
        of_key.update(dict.fromkeys(names, group))
    return groups
