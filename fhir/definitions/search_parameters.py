"""SearchParameter: the core definitions of R4, as compiled by `fhir.definitions.compile_search`, and our own.

FHIR R4 searchparameter-registry.html. A row holds `type`, `paths` (JSON members and the type at their end),
`target` (`["*"]` is any type), of a composite the types of its `parts`, and the parameters that it is the
`union` of.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from fhir.definitions.own_search_parameters import own_rows

_FILE = Path(__file__).parent / "data" / "search_parameters.json"
_ABSTRACT = ("Resource", "DomainResource")
NO_DOMAIN_RESOURCES = frozenset({"Bundle", "Binary", "Parameters"})


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    table: dict[str, dict[str, dict[str, Any]]] = orjson.loads(_FILE.read_bytes())
    return table


@cache
def types() -> frozenset[str]:
    """Every resource type of R4."""
    return frozenset(_table()) - set(_ABSTRACT)


@cache
def search_parameters(type: str) -> Mapping[str, dict[str, Any]]:
    """The rows of a resource type by code, the common ones too; KeyError for an unknown type."""
    if type in _ABSTRACT:
        raise KeyError(type)
    table = _table()
    common = table["Resource"] | ({} if type in NO_DOMAIN_RESOURCES else table["DomainResource"])
    return {**common, **table[type], **own_rows(type)}
