"""TerminologyCapabilities: which code systems this server knows and what it can do with them.

FHIR R4 terminologycapabilities.html, http.html#capabilities (`mode=terminology`).
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache

from fhir.capability import RELEASED, VERSION
from fhir.definitions.terminology import shipped
from fhir.operations import expand
from fhir.operations.registry import OPERATIONS
from fhir.resource import Resource, instant
from fhir.terminology.grammar import GRAMMARS

_IGNORED = frozenset({"contextDirection", "excludePostCoordinated"})
"""Parameters of $expand that change nothing here."""


def terminology_capabilities(base: str, started: datetime, stored: Collection[str] = ()) -> Resource:
    """The statement of the server at `base`; `stored` are the URLs of the code systems that sites added."""
    offered = {each.name for each in OPERATIONS}
    return {
        "resourceType": "TerminologyCapabilities",
        "meta": {"lastUpdated": instant(started)},
        "url": f"{base}/metadata?mode=terminology",
        "version": VERSION,
        "name": "FurongTerminology",
        "title": "Furong terminology service",
        "status": "active",
        "date": instant(started),
        "publisher": "Furong",
        "kind": "instance",
        "software": {"name": "Furong", "version": VERSION},
        "implementation": {
            "description": f"Furong, a regional health-information platform, of {RELEASED}",
            "url": base,
        },
        "codeSystem": [_system(url, version) for url, version in _systems(stored)],
        "expansion": {"hierarchical": True, "paging": True, "parameter": _parameters()},
        "codeSearch": "all",
        "validateCode": {"translations": False},
        "translation": {"needsMap": True},
        "closure": {"translation": "closure" in offered},
    }


def _parameters() -> list[Resource]:
    return [{"name": name} for name in sorted(expand.OPERATION.inputs.keys() - _IGNORED)]


def _systems(stored: Collection[str]) -> Iterator[tuple[str, str | None]]:
    known = _shipped() | dict.fromkeys(GRAMMARS)
    yield from sorted((dict.fromkeys(stored) | known).items())


@cache
def _shipped() -> dict[str, str | None]:
    """The shipped code systems that have concepts, with their versions."""
    resources = (each.resource() for each in shipped("CodeSystem").values())
    return {each["url"]: each.get("version") for each in resources if each["content"] != "not-present"}


def _system(url: str, version: str | None) -> Resource:
    return {"uri": url, "subsumption": url not in GRAMMARS} | (
        {"version": [{"code": version, "isDefault": True}]} if version else {}
    )
