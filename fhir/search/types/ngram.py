"""N-grams: how a text is found by any part of it (`:contains`).

FHIR R4 3.1.1.4.5 (search.html#string). Of what names a person, keyed hashes of one, two and three letters
in a row (docs/adr/0003-encryption-at-rest.md); of other texts every ending, so that a part is the beginning
of one. What the index alone cannot decide is confirmed on the resources themselves.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from fhir.search.condition import (
    AllOf,
    AnyOf,
    Condition,
    Matches,
    Resolver,
    Unresolved,
    resolved,
)
from fhir.search.entries import Entries
from fhir.search.types.text_index import HasSecret, starting

SIZE = 3
LONGEST_FORM = 128
MOST_GRAMS = 1000
MOST_ENDINGS = 128
LONGEST_ENDING = 32
MOST_ASKED = 12
Test = Callable[[Any], bool]


def grams(text: str) -> Iterable[str]:
    """The groups of one to three letters of a folded text."""
    text = text[:LONGEST_FORM]
    return dict.fromkeys(
        text[at : at + size] for size in range(1, SIZE + 1) for at in range(len(text) - size + 1)
    )


def hide(key: str, forms: Iterable[str], entries: Entries) -> None:
    """Index the groups of `forms` as keyed hashes."""
    found = dict.fromkeys(gram for form in forms for gram in grams(form))
    entries.texts += [entries.secret(f"{key}:in|{gram}") for gram in list(found)[:MOST_GRAMS]]


def keep(key: str, text: str, entries: Entries) -> None:
    """Index the endings of a folded text that names nobody; a long one is marked, to be looked at."""
    start = f"{key}:in|"
    last = min(len(text), MOST_ENDINGS)
    entries.texts += [start + text[at : at + LONGEST_ENDING] for at in range(last)]
    if len(text) > MOST_ENDINGS:
        entries.texts.append(f"{key}:long|")


def hidden(type: str, key: str, pattern: str, test: Test) -> Condition:
    """What holds `pattern` among hashed groups: exactly up to three letters, beyond that confirmed."""
    if len(pattern) <= SIZE:
        return HasSecret((f"{key}:in|{pattern}",))
    threes = list(dict.fromkeys(pattern[at : at + SIZE] for at in range(len(pattern) - SIZE + 1)))
    step = -(-len(threes) // MOST_ASKED)
    asked = [each for each in threes[::step] if each in pattern[:LONGEST_FORM]]
    return Confirmed(type, AllOf(tuple(HasSecret((f"{key}:in|{each}",)) for each in asked)), test)


def shown(type: str, key: str, pattern: str, test: Test) -> Condition:
    """What holds `pattern` among endings; texts longer than the index holds are looked at."""
    found: Condition = Matches((starting(f"{key}:in|{pattern[:LONGEST_ENDING]}"),))
    if len(pattern) > LONGEST_ENDING:
        found = Confirmed(type, found, test)
    return AnyOf((found, Confirmed(type, Matches(({"texts": f"{key}:long|"},)), test)))


@dataclass(frozen=True, slots=True)
class Confirmed(Unresolved):
    """Those candidates whose resource passes a test."""

    type: str
    candidates: Condition
    test: Test

    async def resolve(self, resolver: Resolver) -> Condition:
        """The resources themselves."""
        candidates = await resolved(self.candidates, resolver)
        found = await resolver.confirmed(self.type, candidates, self.test)
        return Matches(({"_id": {"$in": list(found)}},))
