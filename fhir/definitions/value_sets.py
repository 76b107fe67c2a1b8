"""ValueSet: the codes that required bindings of R4 allow.

FHIR R4 terminologies.html 4.1.5 (required). Value sets that can't be enumerated (SNOMED CT, UCUM, BCP 47,
MIME types, currencies) are absent: their codes are not checked by enumeration.
"""

from functools import cache
from pathlib import Path

import orjson

_FILE = Path(__file__).parent / "data" / "value_sets.json"


@cache
def _expansions() -> dict[str, dict[str, list[str]]]:
    expansions: dict[str, dict[str, list[str]]] = orjson.loads(_FILE.read_bytes())
    return expansions


@cache
def codes(url: str) -> tuple[str, ...] | None:
    """The codes of the value set `url` in order, whatever their system; None when it isn't enumerated."""
    expansion = _expansions().get(url)
    if expansion is None:
        return None
    return tuple(dict.fromkeys(code for listed in expansion.values() for code in listed))


@cache
def codings(url: str) -> frozenset[tuple[str, str]] | None:
    """The (system, code) pairs of the value set `url`; None when it isn't enumerated."""
    expansion = _expansions().get(url)
    if expansion is None:
        return None
    return frozenset((system, code) for system, listed in expansion.items() for code in listed)
