"""Search conditions: what one parameter of a query asks of the index, as a MongoDB filter.

FHIR R4 3.1.1.3 (search.html#combining): the values of one parameter are joined by OR. A filter is built
here from strings and numbers of ours only; a value of the caller is never an operator and never a key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from fhir.search.entries import Keyed

Filter = dict[str, Any]
Linked = Mapping[str, Sequence[str]]
LAST = "\U0010ffff"


class Condition(Protocol):
    """One AND part of a query."""

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that it names, as references."""

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The filter; `linked` gives all Patients of a person."""


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


def beginning(text: str) -> Filter:
    """A token that begins with `text`; the range stands in $elemMatch, so that one token meets both ends."""
    return {"tokens": {"$elemMatch": {"$gte": text, "$lt": text + LAST}}}


def missing(key: str, *, absent: bool) -> Condition:
    """`:missing`: every parameter that a resource has a value for leaves its bare key among the tokens."""
    return HasToken((Term(key),), negated=absent)
