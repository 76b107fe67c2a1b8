"""Referrers: the tokens by which everything that refers to a resource is found, from any element.

FHIR R4 3.1.0.7 (http.html#delete): a server may refuse a deletion that would break references. What a
reference parameter finds has its token already; every other literal reference leaves `refers|Type/id`.
"""

from collections.abc import Iterable
from functools import cache

from fhir.definitions.structures import resource_types
from fhir.references import is_literal, targets
from fhir.resource import Resource
from fhir.search.registry import parameters

KEY = "refers"


def refers(resource: Resource, tokens: Iterable[str]) -> list[str]:
    """The tokens of those literal references that none of `tokens` stands for."""
    found = {each: None for each in targets(resource) if "/" in each}
    for token in tokens if found else ():
        key, _, target = token.partition("|")
        if target in found and key in keys(_type(target)):
            del found[target]
    return [f"{KEY}|{target}" for target in found if is_literal(target)]


def referring(reference: str) -> list[str]:
    """The tokens of which a resource that refers to `reference` (`Type/id`) has at least one."""
    return [f"{key}|{reference}" for key in (KEY, *sorted(keys(_type(reference))))]


def _type(reference: str) -> str:
    return reference.partition("/")[0]


@cache
def keys(target: str) -> frozenset[str]:
    """What the tokens of all reference parameters begin with under which a `target` may stand."""
    known = (parameter for type in resource_types for parameter in parameters(type).values())
    return frozenset(each.key for each in known if each.type == "reference" and target in each.targets)
