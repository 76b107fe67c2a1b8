"""Token parameters by value set and by code hierarchy: `:in`, `:not-in`, `:above`, `:below`.

FHIR R4 3.1.1.4.10 (search.html#token). What the terminology says becomes tokens; it is asked for when the
search is resolved, and a set beyond the limit is refused, never cut.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fhir.outcome import Fault, Refusal
from fhir.search.condition import Condition, HasToken, Resolver, Term, Unresolved
from fhir.search.value import guarded

MOST_CODES = 5000
Keys = tuple[tuple[str, str | None], ...]
"""Index keys, each with the system that its bare codes imply (None where codes carry their system)."""


@dataclass(frozen=True, slots=True)
class InValueSet(Unresolved):
    """The coding is (`negated`: is not) in one of these value sets."""

    name: str
    keys: Keys
    value_sets: tuple[str, ...]
    negated: bool = False

    async def resolve(self, resolver: Resolver) -> Condition:
        """The codes of the expansions."""
        found: set[tuple[str, str]] = set()
        for each in self.value_sets:
            found |= await resolver.codings(each)
        return _tokens(self.name, self.keys, found, self.negated)


@dataclass(frozen=True, slots=True)
class Related(Unresolved):
    """The coding subsumes (`above`) or is subsumed by one of these, or is it."""

    keys: Keys
    codings: tuple[tuple[str, str], ...]
    above: bool

    async def resolve(self, resolver: Resolver) -> Condition:
        """The codes above or below."""
        found: set[tuple[str, str]] = set(self.codings)
        for system, code in self.codings:
            found |= await resolver.related(system, code, above=self.above)
        return _tokens(self.keys[0][0].partition(".")[2], self.keys, found, negated=False)


def _tokens(name: str, keys: Keys, codings: Iterable[tuple[str, str]], negated: bool) -> Condition:
    listed = sorted(codings)
    if len(listed) > MOST_CODES:
        raise Refusal(
            Fault.TOO_COSTLY,
            f"search parameter {name!r}: it asks for {len(listed)} codes, a search takes {MOST_CODES}",
        )
    terms = [term for key, implied in keys for coding in listed for term in _term(key, implied, *coding)]
    return HasToken(tuple(terms), negated)


def _term(key: str, implied: str | None, system: str, code: str) -> list[Term]:
    if implied is None:
        return [Term(f"{key}|{guarded(system)}|{guarded(code)}")]
    return [Term(f"{key}|{guarded(code)}")] if system == implied else []
