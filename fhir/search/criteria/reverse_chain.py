"""_has: a search by what refers to a resource.

FHIR R4 3.1.1.3.2 (search.html#has): `_has:Observation:patient:code=x`. Only what the reader may find himself
refers to anything here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fhir.outcome import Fault, Refusal
from fhir.search.condition import Condition, HasToken, Resolver, Term, Unresolved
from fhir.search.criteria.chain import URL
from fhir.search.criteria.identity import Identified
from fhir.search.registry import SearchParameter
from fhir.search.types.reference import RefersTo


@dataclass(frozen=True, slots=True)
class ReferredBy(Unresolved):
    """A resource of the type of `parameter` that meets `inner` refers by it to this one, of `type`.

    `beside` is what else the query asks of this one, for where that is the smaller side.
    """

    type: str
    parameter: SearchParameter
    inner: Condition
    beside: tuple[Condition, ...] = ()

    async def resolve(self, resolver: Resolver) -> Condition:
        """What the others refer to."""
        found = await self._referred(resolver)
        if self.parameter.canonical:
            return HasToken(tuple(Term(f"{self.type}.{URL}|{url}") for url in found))
        return Identified(tuple(each for each in found if each.startswith(f"{self.type}/")))

    async def _referred(self, resolver: Resolver) -> Sequence[str]:
        """What those that meet `inner` refer to; where that is too much, what of it stands beside."""
        referrer, code = self.parameter.base, self.parameter.code
        try:
            return await resolver.referred(referrer, [self.inner], code)
        except Refusal as refusal:
            if refusal.fault is not Fault.TOO_COSTLY or not self.beside or self.parameter.canonical:
                raise
        candidates = tuple(await resolver.references(self.type, self.beside))
        referring = RefersTo(self.parameter.key, candidates, owner=False)
        return await resolver.referred(referrer, [referring, self.inner], code)
