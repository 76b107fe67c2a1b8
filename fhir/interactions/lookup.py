"""Look-up: the numbers (identifier, telephone) by which a search looks up a person.

FHIR R4 Patient search parameters `identifier`, `phone`, `telecom`; direct, chained, as a modifier of a
reference or within `_filter`.
"""

import re
from collections.abc import Iterable

from fhir.search.value import alternatives

_NUMBERS = frozenset({"identifier", "phone", "telecom"})
_PERSONS = frozenset({"Patient", "Person", "RelatedPerson", None})
_FILTERED = re.compile(r"(?:identifier|phone|telecom)\s+(?:eq|sw|co|in|re)\s+(\S+)")


def numbers(type: str | None, parameters: Iterable[tuple[str, str]]) -> list[str]:
    """The numbers in the parameters of a search of `type` (None: of all types), without their systems."""
    found: list[str] = []
    for name, value in parameters:
        if name == "_filter":
            found += _FILTERED.findall(value)
        elif _names_a_person(type, name):
            found += alternatives(value)
    bare = (each.rpartition("|")[2].strip().strip('"()') for each in found)
    return list(dict.fromkeys(each.upper() for each in bare if each))


def _names_a_person(type: str | None, name: str) -> bool:
    """A resource's own identifier names a person only where the resource is one."""
    first, *rest = re.split(r"[.:]", name)
    return (first in _NUMBERS and type in _PERSONS) or not _NUMBERS.isdisjoint(rest)
