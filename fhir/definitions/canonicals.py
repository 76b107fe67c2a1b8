"""SearchParameter.url: the canonical URL of each search parameter of R4, and of our own.

FHIR R4 searchparameter-registry.html, as compiled by `fhir.definitions.compile_canonicals`.
"""

from functools import cache
from pathlib import Path

import orjson

from fhir.definitions.own_search_parameters import own_url

_FILE = Path(__file__).parent / "data" / "canonicals.json"
_BEFORE = "http://hl7.org/fhir/SearchParameter/"
_COMMON = ("Resource", "DomainResource")


@cache
def _exceptions() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = orjson.loads(_FILE.read_bytes())
    return table


def search_parameter_url(type: str, code: str) -> str | None:
    """The canonical URL of the parameter `code` of a resource type; None where it has none (_list)."""
    if own := own_url(type, code):
        return own
    listed = (_exceptions().get(base, {}).get(code) for base in (type, *_COMMON))
    id = next((id for id in listed if id is not None), None if code.startswith("_") else f"{type}-{code}")
    return None if id is None else _BEFORE + id
