"""SearchParameter resources: which of them add a parameter, and what they have to keep to.

FHIR R4 searchparameter.html, search.html#custom. One that is active and not one of R4's own (nor derived from
one of the same code) adds a parameter; `fhir.search.custom` compiles it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from fhir.definitions.search_parameters import search_parameters, types
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search import index, registry
from fhir.search.custom import compiled

_OFFICIAL = "http://hl7.org/fhir/SearchParameter/"
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_FREE = frozenset({"markdown", "string"})
Rows = dict[str, dict[str, Any]]


def adds(definition: Resource) -> bool:
    """Does it add a parameter, or describe one that is there anyway?"""
    described = str(definition.get("url")).startswith(_OFFICIAL)
    derived = str(definition.get("derivedFrom", "")).startswith(_OFFICIAL) and any(
        definition["code"] in search_parameters(base) for base in definition["base"] if base in types()
    )
    return definition.get("status") == "active" and not described and not derived


def rows(definition: Resource) -> Rows:
    """What it adds, by type, for the registry; a Refusal (422) names the part that can't be taken."""
    if not _CODE.fullmatch(definition["code"]):
        raise refusal("a code is letters, digits and hyphens and begins with a letter", "code")
    added = {base: _unnamed(base, row) for base, row in compiled(definition).items()}
    for base, row in added.items():
        _refuse_unfit(base, definition["code"], row)
        if base in registry.PERSONS and row["type"] != "string" and _texts(row):
            raise refusal(
                f"a text of {base} is searched by as a string, which the index keeps hashed", "type"
            )
    return {base: row | {"url": definition["url"]} for base, row in added.items()}


def _unnamed(base: str, row: dict[str, Any]) -> dict[str, Any]:
    """Without the texts among the types of a value[x] of a person: only a string keeps them hashed."""
    if base not in registry.PERSONS or row["type"] in ("string", "composite"):
        return row
    kept = [path for path in row["paths"] if path.get("type") not in _FREE]
    return row | {"paths": kept} if kept else row


def _texts(row: Mapping[str, Any]) -> bool:
    """Does it read free text, which may name a person?"""
    parts = [each for path in row["paths"] for part in path.get("parts", ()) for each in part]
    return any(path.get("type") in _FREE for path in (*row["paths"], *parts))


def digest(definition: Resource, added: Mapping[str, Any]) -> str:
    """What stands for a definition: it changes with what is indexed, not with its words."""
    said = json.dumps([definition["url"], definition["code"], added], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _refuse_unfit(base: str, code: str, row: dict[str, Any]) -> None:
    """Refuse a type that finds nothing in what the expression reaches (a birthDate is no quantity).

    Of an element that may have several types (value[x]) those count that fit.
    """
    parameter = registry.parameter(base, code, row)
    for part in [part for place in parameter.places for part in place.parts] or [parameter]:
        if not any(index.EMITTERS[part.type](part, location) for location in part.locations):
            types = ", ".join(sorted({location.type for location in part.locations})[:5])
            raise refusal(f"a parameter of type {part.type} finds nothing in {types} of {base}", "type")


def refusal(text: str, element: str) -> Refusal:
    """422 at an element of the SearchParameter."""
    return Refusal(Fault.INVALID, text, expression=f"SearchParameter.{element}")
