"""Chained parameters: a search by what a resource refers to.

FHIR R4 3.1.1.3.1 (search.html#chaining): `subject:Patient.name=x`. What is referred to is looked up first, as
far as the reader may find it; a chain without a type is tried on every type that may stand there and that
has the parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fhir.outcome import Fault, Refusal
from fhir.search.condition import AnyOf, Condition, HasToken, Resolver, Term, Unresolved
from fhir.search.criteria.identity import Identified
from fhir.search.registry import SearchParameter, decides_owner, definitions
from fhir.search.types.reference import RefersTo

URL = "url"


@dataclass(frozen=True, slots=True)
class Chained(Unresolved):
    """The resource refers by `parameter` to one that meets the condition for its type.

    `named` tells that the query names the type, so that it must be open to the reader; `beside` is what else
    the query asks of the resource itself, for where that is the smaller side.
    """

    parameter: SearchParameter
    targets: tuple[tuple[str, Condition], ...]
    named: bool
    beside: tuple[Condition, ...] = ()

    async def resolve(self, resolver: Resolver) -> Condition:
        """The references to what was found."""
        found: list[str] = []
        urls: list[str] = []
        denied: list[Refusal] = []
        for type, inner in self.targets:
            try:
                if self.parameter.canonical and URL in definitions(type):
                    urls += await resolver.referred(type, [inner], URL)
                else:
                    found += await self._references(resolver, type, inner)
            except Refusal as refusal:
                if self.named or refusal.fault is not Fault.FORBIDDEN:
                    raise
                denied.append(refusal)
        if denied and len(denied) == len(self.targets):
            raise denied[0]
        return self._referring(found, urls)

    async def _references(self, resolver: Resolver, type: str, inner: Condition) -> Sequence[str]:
        """What meets `inner`; where that is too much, what of it the resources beside refer to."""
        try:
            return await resolver.references(type, [inner])
        except Refusal as refusal:
            if refusal.fault is not Fault.TOO_COSTLY or not self.beside:
                raise
        referred = await resolver.referred(self.parameter.base, self.beside, self.parameter.code)
        candidates = tuple(each for each in referred if each.startswith(f"{type}/"))
        return await resolver.references(type, [Identified(candidates), inner])

    def _referring(self, found: list[str], urls: list[str]) -> Condition:
        key, parameter = self.parameter.key, self.parameter
        patients = bool(found) and all(each.startswith("Patient/") for each in found)
        referring = RefersTo(key, tuple(found), patients and decides_owner(parameter.base, parameter.code))
        if not urls:
            return referring
        canonical = HasToken(tuple(Term(f"{key}|{url}") for url in urls))
        return AnyOf((referring, canonical)) if found else canonical
