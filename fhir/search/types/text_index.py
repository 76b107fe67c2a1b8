"""Texts: what is searched inside of, in an index of its own.

FHIR R4 3.1.1.4.5 (search.html#string) and 3.1.1.4.4 (#content). `texts` of a stored document holds folded
texts and keyed hashes of words and letter groups; it stands under one small index, beside the two that
every token stands under.
"""

from dataclasses import dataclass

from fhir.search.condition import LAST, Filter, Linked
from fhir.search.entries import Keyed, secret


def starting(text: str) -> Filter:
    """A text that begins with `text`; the range stands in $elemMatch, so that one text meets both ends."""
    return {"texts": {"$elemMatch": {"$gte": text, "$lt": text + LAST}}}


@dataclass(frozen=True, slots=True)
class HasSecret:
    """The resource has the keyed hash of one of these texts."""

    texts: tuple[str, ...]

    @property
    def patients(self) -> frozenset[str]:
        """None: hashes name nobody."""
        return frozenset()

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """An equality where there is one."""
        hashes = list(dict.fromkeys(secret(keyed, text) for text in self.texts))
        return {"texts": hashes[0] if len(hashes) == 1 else {"$in": hashes}}
