"""Reference parameters with `:above` and `:below`: through a hierarchy, or over the versions of a canonical.

FHIR R4 3.1.1.4.14 (search.html#recursive): `location:below=42` finds what refers to the location or to one
that is part of it, however deep; `:above` what refers to it or to one that it is part of. 3.1.1.4.13
(search.html#versions): `questionnaire:below=url|1` finds the versions 1, 1.0 and 1.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fhir.search import refused
from fhir.search.condition import Condition, Filter, Matches, Resolver, Unresolved, beginning
from fhir.search.criteria.identity import Identified
from fhir.search.registry import SearchParameter, definitions
from fhir.search.types.reference import MOST_REFERENCES, RefersTo, references
from fhir.search.value import plain

MOST_WITHIN = 10_000
_PARENTS = ("partof", "part-of", "parent")


@dataclass(frozen=True, slots=True)
class Hierarchical(Unresolved):
    """The resource refers by `key` to one of `references`, or to what is above or below one of them."""

    name: str
    key: str
    references: tuple[str, ...]
    above: bool

    async def resolve(self, resolver: Resolver) -> Condition:
        """All of the hierarchy, step by step; a circle ends where nothing new is found."""
        found = dict.fromkeys(self.references)
        latest: Sequence[str] = self.references
        while latest:
            reached = [each for type in _types(latest) for each in await self._step(resolver, type, latest)]
            latest = [each for each in dict.fromkeys(reached) if each not in found]
            found |= dict.fromkeys(latest)
            if len(found) > MOST_WITHIN:
                raise refused.costly(self.name, f"the hierarchy has more than {MOST_WITHIN} members")
        return RefersTo(self.key, tuple(found), owner=False)

    async def _step(self, resolver: Resolver, type: str, latest: Sequence[str]) -> Sequence[str]:
        """What of `type` is directly above or below `latest`."""
        parent = parent_of(type)
        if parent is None:
            return ()
        mine = tuple(each for each in latest if each.startswith(f"{type}/"))
        if self.above:
            referred = await resolver.referred(type, [Identified(mine)], parent.code)
            return [each for each in referred if each.startswith(f"{type}/")]
        return await resolver.references(type, [RefersTo(parent.key, mine, owner=False)])


def parent_of(type: str) -> SearchParameter | None:
    """The parameter by which resources of `type` say what of the same type they are a part of."""
    known = definitions(type)
    found = (known[code] for code in _PARENTS if code in known)
    return next((each for each in found if each.type == "reference" and each.targets == {type}), None)


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks with `:above` or `:below`; `values` are the escaped alternatives."""
    texts = [plain(value).strip() for value in values]
    if parameter.canonical and modifier == "below":
        return Matches(tuple(each for text in texts for each in _versions(parameter.key, text)))
    if parameter.canonical or not any(map(parent_of, parameter.targets)):
        raise refused.modifier(parameter.code, modifier)
    found = tuple(each for text in texts for each in references(parameter, "", text))
    if len(found) > MOST_REFERENCES:
        raise refused.costly(parameter.code, "too many references; say Type/id")
    return Hierarchical(parameter.code, parameter.key, found, above=modifier == "above")


def _versions(key: str, text: str) -> list[Filter]:
    """A canonical whatever its version, or with the versions that begin with the one that is named."""
    exact: Filter = {"tokens": f"{key}|{text}"}
    return [exact, beginning(f"{key}|{text}.")] if "|" in text else [exact]


def _types(references: Sequence[str]) -> list[str]:
    return sorted({each.partition("/")[0] for each in references if "/" in each and ":" not in each})
