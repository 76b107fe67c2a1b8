"""Domains: the patient identifier domains of the region, and what a query calls them.

IHE ITI TF-2 3.9.4.1.2.2 (assigning authority); HL7 v2 2.A.33 (HD). Each registered source is one, named by
its code or by its authority's universal id; so are the citizen number and the health card. What else has a
system of its own is known by that alone, to whoever can see such a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from adapters.fhir_to_v2.cx import Authority
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd
from adapters.v2_to_fhir.datatypes.cx import HEALTH_CARD
from adapters.v2_to_fhir.resources.patient import national
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import table
from fhir.matching import citizen_number
from services.sources import Registration

_OF_THE_REGION = (citizen_number.SYSTEM, HEALTH_CARD)


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain: the systems of its numbers; `certain`: the region knows it, whoever asks."""

    systems: frozenset[str]
    certain: bool = True

    def holds(self, identifier: Mapping[str, Any]) -> bool:
        """Is this a number of the domain?"""
        return identifier.get("system") in self.systems


NOWHERE = Domain(frozenset(), certain=False)
"""What a designator names that can't be read."""


class Domains:
    """The domains as one source names them; `context` is its query, read as its messages are."""

    def __init__(self, sources: Mapping[str, Registration], context: Context) -> None:
        self._context = context
        self._own = context.source
        self._by_code = {code: each.source for code, each in sources.items()} | {self._own.code: self._own}
        self._by_urn: dict[str, Source] = {}
        for source in (self._own, *(self._by_code[code] for code in sorted(self._by_code))):
            self._by_urn.setdefault(source.urn, source)

    def own(self) -> Domain:
        """The domain of the source itself."""
        return _of_house(self._own)

    def named(self, designator: hd.Designator) -> Domain:
        """The domain that an assigning authority names; none at all is the source's own."""
        namespace, universal = designator[0].strip(), designator[1].strip()
        if uri := hd.uri(designator, self._context):
            source = self._by_urn.get(uri)
            return of_system(uri) if source is None else _of_house(source)
        facility = self._context.message.header[4][1].value.strip()
        if namespace in ("", self._own.code, facility) and not universal:
            return self.own()
        if (known := self._by_code.get(namespace)) is not None:
            return _of_house(known)
        return NOWHERE if universal else _of_house(self._own, namespace)

    def authority(self, identifier: Mapping[str, Any]) -> Authority | None:
        """Who an answer says has assigned a number; None where it is of no domain.

        A passport or an insurance number that a hospital wrote down is none of its own numbers.
        """
        system = str(identifier.get("system") or "")
        if not system or not identifier.get("value"):
            return None
        for urn, source in () if system in _OF_THE_REGION else self._by_urn.items():
            kind, _, namespace = system[len(urn) + 1 :].partition(":")
            if system == urn or (system.startswith(f"{urn}:") and kind in _kinds()):
                return None if national(dict(identifier)) else self._of(source, system, unquote(namespace))
        return Authority.of_uri(system)

    def _of(self, source: Source, system: str, namespace: str) -> Authority:
        """A source's own numbers by its code; those of a namespace within it by that where it asks itself."""
        if namespace:
            return Authority(namespace) if source is self._own else Authority.of_uri(system, namespace)
        return Authority.of_uri(source.authority, source.code) if source.authority else Authority(source.code)


def of_system(system: str) -> Domain:
    """The domain of one system."""
    return Domain(frozenset((system,)), certain=system in _OF_THE_REGION)


def _of_house(source: Source, namespace: str = "") -> Domain:
    """All kinds of patients' numbers that a source gives, or that it says one of its own systems gives."""
    systems = frozenset(source.local(kind, namespace) for kind in _kinds())
    return Domain(systems, certain=False) if namespace else Domain(systems | {source.urn})


@cache
def _kinds() -> frozenset[str]:
    """What ends the systems of a source (`v2_to_fhir.datatypes.cx`)."""
    kinds = {entry.display for entry in table("IdentifierType").entries.values()}
    return frozenset(kinds | {"patient", "external", "alternate", "account"})
