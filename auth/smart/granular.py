"""Granular scopes: the search query of a scope as a filter on the facets of a resource.

SMART App Launch 2.2, "Finer-grained resource constraints using search parameters". Only what can be enforced
on every path, versions included, is understood: the token parameters that `fhir.store.facets` keeps.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from fhir.access import Filter
from fhir.outcome import Refusal
from fhir.search.condition import HasToken
from fhir.search.query import parse
from fhir.search.registry import definitions
from fhir.store.facets import PARAMETERS

_MOST = 20


@lru_cache(maxsize=4096)
def facet_filter(type: str, query: str) -> Filter | None:
    """What a resource of `type` must meet to lie within `?query`; None where that can't be enforced.

    The filter is shared: nobody changes it.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    if not pairs or len(pairs) > _MOST or not all(_known(type, name) and value for name, value in pairs):
        return None
    try:
        conditions = parse(type, pairs, strict=True).conditions
    except Refusal:
        return None
    parts: list[Filter] = []
    for condition in conditions:
        if not isinstance(condition, HasToken) or any(term.secret is not None for term in condition.terms):
            return None
        parts.append({"facets": _wanted(condition)})
    return {"$and": parts} if parts else None


def _known(type: str, name: str) -> bool:
    return name in PARAMETERS and name in definitions(type)


def _wanted(condition: HasToken) -> dict[str, Any]:
    return {"$in": [term.plain for term in condition.terms]}
