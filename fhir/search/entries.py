"""Index entries: what one resource is found by, while it is being collected.

FHIR R4 3.1.1.4 (search.html#ptypes). Tokens are flat strings that carry type and parameter; dates are
ranges of time; values are numbers, quantities and the parts of composites; texts are what is searched
inside of.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from fhir.outcome import Fault, Refusal

Keyed = Callable[[str], str]
Emit = Callable[[Any, "Entries"], None]
Text = str | int
MOST = 50_000


@lru_cache(maxsize=1 << 14)
def secret(keyed: Keyed, text: str) -> int:
    """The keyed hash of `text` as a number of 64 bits: small in the index, made once for what is frequent."""
    return int.from_bytes(blake2b(keyed(text).encode(), digest_size=8).digest(), "big", signed=True)


@dataclass(slots=True)
class Entries:
    """What is found, in the order found; `keyed` gives the hash that stands for what names a person."""

    keyed: Keyed
    tokens: list[str] = field(default_factory=list)
    dates: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    position: dict[str, Any] | None = None
    hashes: dict[str, str] = field(default_factory=dict)

    def hashed(self, text: str) -> str:
        """The keyed hash of `text`, made once a resource."""
        known = self.hashes.get(text)
        if known is None:
            known = self.hashes[text] = self.keyed(text)
        return known

    def secret(self, text: str) -> int:
        """The keyed hash of `text` as a number."""
        return secret(self.keyed, text)

    def room(self, more: int = 0) -> None:
        """A Refusal where `more` entries would be too many; nothing is left out silently."""
        if len(self.tokens) + len(self.dates) + len(self.values) + len(self.texts) + more > MOST:
            raise Refusal(Fault.TOO_LARGE, f"a resource has at most {MOST} values to search by")
