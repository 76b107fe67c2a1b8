"""Code systems by grammar: UCUM, BCP 47, MIME types, URIs.

FHIR R4 terminologies-systems.html. Their codes cannot be listed, but each can be told to be one or not.
"""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.search.types.ucum import SYSTEM as UCUM
from fhir.search.types.ucum import unit
from fhir.terminology.concept import Concept
from fhir.terminology.hierarchy import Hierarchy

_NAME = r"[A-Za-z0-9!#$&^_.+\-]{1,127}"
_MIME = re.compile(rf"{_NAME}/{_NAME}(?:\s*;\s*{_NAME}=(?:{_NAME}|\"[^\"\\]{{0,200}}\")){{0,8}}")
# RFC 5646 section 2.1: language, extended language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_LONGEST = 256


class Grammar:
    """A code system whose codes are told by their form."""

    version: str | None = None
    language: str | None = None
    enumerable = True
    complete = reused = False
    names: dict[str, frozenset[str]] = {}  # noqa: RUF012
    declared: dict[str, Any] = {}  # noqa: RUF012
    concepts: dict[str, Concept] = {}  # noqa: RUF012
    hierarchy = Hierarchy(())

    def __init__(self, url: str, name: str, valid: Callable[[str], object], *, case: bool = True) -> None:
        self.url, self.name, self.case_sensitive, self._valid = url, name, case, valid

    async def part(self, codes: Iterable[str], roots: Iterable[str] = ()) -> "Grammar":
        """It needs nothing else."""
        return self

    def is_version(self, version: str) -> bool:
        """A grammar has no versions."""
        return True

    def find(self, code: str) -> Concept | None:
        """The concept, which is no more than its code."""
        return Concept(code, code) if len(code) <= _LONGEST and self._valid(code) else None

    def listed(self) -> Collection[Concept]:
        """Always a Refusal."""
        raise Refusal(Fault.TOO_COSTLY, f"the codes of {self.url} are made by a grammar and can't be listed")


GRAMMARS = {
    each.url: each
    for each in (
        Grammar(UCUM, "UCUM", unit),
        Grammar("urn:ietf:bcp:47", "BCP47", _LANGUAGE.fullmatch, case=False),
        Grammar("urn:ietf:bcp:13", "MIMETypes", _MIME.fullmatch, case=False),
        Grammar("urn:ietf:rfc:3986", "URI", _URI.fullmatch),
    )
}
