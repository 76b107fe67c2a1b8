"""SearchParameter: what Furong ships beside R4's own, as data/own_search_parameters.json defines it.

FHIR R4 searchparameter.html. They reach what R4 has no parameter for: the area code of an address and the
reporting zone of a Location, each in an extension.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from fhir.definitions.compile_search import row

_FILE = Path(__file__).parent / "data" / "own_search_parameters.json"
AREA_CODE = "urn:furong:extension:area-code"
REPORTING_ZONE = "urn:furong:extension:reporting-zone"
Definition = dict[str, Any]


@cache
def own_definitions() -> tuple[Definition, ...]:
    """The SearchParameter resources."""
    return tuple(orjson.loads(_FILE.read_bytes()))


@cache
def own_rows(type: str) -> Mapping[str, Definition]:
    """What they add to a resource type, compiled, by code."""
    found = (each for each in own_definitions() if type in each["base"])
    return {each["code"]: row(each, type, lambda url: None) for each in found}


@cache
def own_url(type: str, code: str) -> str | None:
    """The canonical URL of one of them."""
    found = (each for each in own_definitions() if type in each["base"] and each["code"] == code)
    return next((str(each["url"]) for each in found), None)
