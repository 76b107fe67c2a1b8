"""Search conditions: what one parameter of a query asks of the index, as a MongoDB filter.

FHIR R4 3.1.1.3 (search.html#combining): the values of one parameter are joined by OR. A filter is built
here from strings and numbers of ours only; a value of the caller is never an operator and never a key.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeGuard

from fhir.search.entries import Keyed

Filter = dict[str, Any]
Linked = Mapping[str, Sequence[str]]
LAST = "\U0010ffff"
ENTRIES = ("tokens", "texts", "dates", "values")


class Condition(Protocol):
    """One AND part of a query, or a part of one."""

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that it names, as references."""

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The filter; `linked` gives all Patients of a person."""


class Resolver(Protocol):
    """What a condition may have to know of other resources before it becomes a filter.

    `fhir.interactions.results.resolution` implements it: every look-up passes the access decision for its own
    type, so that a chain or a `_has` finds nothing that the reader could not find himself.
    """

    async def references(self, type: str, conditions: Sequence[Condition]) -> Sequence[str]:
        """All visible resources of `type` that meet `conditions`, as `Type/id`; a Refusal where too many."""

    async def existing(self, references: Sequence[str]) -> frozenset[str]:
        """Those of `references` (`Type/id`) that are there and may be seen."""

    async def referred(self, type: str, conditions: Sequence[Condition], parameter: str) -> Sequence[str]:
        """What the resources that `references` would give refer to by the reference parameter `parameter`."""

    async def confirmed(self, type: str, candidates: Condition, test: Callable[[Any], bool]) -> Sequence[str]:
        """Those resources of `type` meeting `candidates` whose parsed JSON passes `test`, as `Type/id`."""

    async def codings(self, value_set: str) -> frozenset[tuple[str, str]]:
        """The expansion of a ValueSet (canonical URL or `ValueSet/id`); a Refusal where it is not known."""

    async def related(self, system: str, code: str, *, above: bool) -> frozenset[tuple[str, str]]:
        """The code itself and what subsumes it (`above`) or is subsumed by it, as (system, code)."""

    async def members(self, list: str) -> Sequence[str]:
        """The references that the List `List/id` holds, those flagged as deleted left out."""


class Pending(Condition, Protocol):
    """A condition that must be resolved before its filter can be made; its own `filter` raises."""

    async def resolve(self, resolver: Resolver) -> Condition:
        """The same condition as tokens, ranges or references."""


class Unresolved:
    """What depends on other resources or on the terminology: it names no Patient, and has no filter yet."""

    __slots__ = ()

    @property
    def patients(self) -> frozenset[str]:
        """None: they are found, not named."""
        return frozenset()

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """Not before it is resolved."""
        raise TypeError("the condition has to be resolved first")


def pending(condition: Condition) -> TypeGuard[Pending]:
    """Must `condition` be resolved first? (Fifty times as fast as isinstance with a Protocol.)"""
    return hasattr(condition, "resolve")


async def resolved(condition: Condition, resolver: Resolver) -> Condition:
    """`condition` with everything pending in it resolved."""
    return await condition.resolve(resolver) if pending(condition) else condition


class Term(NamedTuple):
    """A token: a plain text, and what follows it as a keyed hash."""

    plain: str
    secret: str | None = None

    def token(self, keyed: Keyed) -> str:
        """The token as it is stored."""
        return self.plain if self.secret is None else self.plain + keyed(self.secret)


@dataclass(frozen=True, slots=True)
class HasToken:
    """The resource has one of these tokens, or (negated) none of them."""

    terms: tuple[Term, ...]
    negated: bool = False

    @property
    def patients(self) -> frozenset[str]:
        """None: tokens name codes."""
        return frozenset()

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """An equality where there is one token, so that the plan can be an exact index scan."""
        tokens = list(dict.fromkeys(term.token(keyed) for term in self.terms))
        if self.negated:
            return {"tokens": {"$nin": tokens}}
        return {"tokens": tokens[0] if len(tokens) == 1 else {"$in": tokens}}


@dataclass(frozen=True, slots=True)
class Matches:
    """Any of these filters, which are the same for everyone."""

    filters: tuple[Filter, ...]
    patients: frozenset[str] = frozenset()

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The one filter, or an OR."""
        return self.filters[0] if len(self.filters) == 1 else {"$or": list(self.filters)}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of these conditions."""

    parts: tuple[Condition, ...]

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that any part names."""
        return frozenset().union(*(part.patients for part in self.parts))

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """An AND."""
        return {"$and": [part.filter(keyed, linked) for part in self.parts]}

    async def resolve(self, resolver: Resolver) -> Condition:
        """The same of resolved parts."""
        return AllOf(tuple([await resolved(part, resolver) for part in self.parts]))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these conditions."""

    parts: tuple[Condition, ...]

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that any part names."""
        return frozenset().union(*(part.patients for part in self.parts))

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """An OR."""
        return {"$or": [part.filter(keyed, linked) for part in self.parts]}

    async def resolve(self, resolver: Resolver) -> Condition:
        """The same of resolved parts."""
        return AnyOf(tuple([await resolved(part, resolver) for part in self.parts]))


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold, which includes that there is nothing to compare."""

    part: Condition

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that it names."""
        return self.part.patients

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """A NOR."""
        return {"$nor": [self.part.filter(keyed, linked)]}

    async def resolve(self, resolver: Resolver) -> Condition:
        """The same of the resolved part."""
        return Not(await resolved(self.part, resolver))


def beginning(text: str) -> Filter:
    """A token that begins with `text`; the range stands in $elemMatch, so that one token meets both ends."""
    return {"tokens": {"$elemMatch": {"$gte": text, "$lt": text + LAST}}}


def missing(key: str, *, absent: bool, fields: Collection[str] = ENTRIES) -> Condition:
    """`:missing`: whatever a parameter finds leaves an entry that begins with its key, in one of `fields`."""
    after = {"$elemMatch": {"$gte": f"{key}|", "$lt": f"{key}}}"}}
    spans: Filter = {"$in": [key, f"{key}~"]}
    parts = {"$elemMatch": {"p": {"$gte": f"{key}$", "$lt": f"{key}%"}}}
    places: dict[str, list[Filter]] = {
        "tokens": [{"tokens": after}],
        "texts": [{"texts": after}],
        "dates": [{"dates.p": spans}],
        "values": [{"values.p": spans}, {"values": parts}],
    }
    found = Matches(tuple(each for field in fields for each in places[field]))
    return Not(found) if absent else found
