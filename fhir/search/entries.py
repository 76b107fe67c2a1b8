"""Index entries: what one resource is found by, while it is being collected.

FHIR R4 3.1.1.4 (search.html#ptypes). Tokens are flat strings that carry type and parameter, dates are
ranges.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Keyed = Callable[[str], str]
Emit = Callable[[Any, "Entries"], None]


@dataclass(slots=True)
class Entries:
    """Tokens and dates as they are found; `keyed` gives the hash that stands for what names a person."""

    keyed: Keyed
    tokens: list[str] = field(default_factory=list)
    dates: list[dict[str, Any]] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def hashed(self, text: str) -> str:
        """The keyed hash of `text`, made once a resource."""
        known = self.hashes.get(text)
        if known is None:
            known = self.hashes[text] = self.keyed(text)
        return known
