"""Canonical references: `url|version`, and which of several versions is meant where none is named.

FHIR R4 references.html 2.3.0.1 (canonical). Without a version the newest active one: by version, then date.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from fhir.resource import Resource

_PART = re.compile(r"\d+|[^\d.\-_]+")
_STATUS = {"active": 3, "draft": 2, "unknown": 1}


class Canonical(NamedTuple):
    """A canonical URL with the version that it names."""

    url: str
    version: str | None = None

    def __str__(self) -> str:
        return f"{self.url}|{self.version}" if self.version else self.url


def canonical(text: str, version: str | None = None) -> Canonical:
    """Read `url|version`; the version in the text goes before the one given beside it."""
    url, _, named = text.partition("|")
    return Canonical(url.partition("#")[0] or url, named or version or None)


def version_key(version: str | None) -> tuple[tuple[int, int, str], ...]:
    """What orders versions: numbers as numbers, `4.0.10` after `4.0.9`, a release after its preview."""
    parts = _PART.findall(version or "")
    key = [(1, int(part[:18]), "") if part.isdecimal() else (0, 0, part) for part in parts]
    return (*key, (0, 1, ""))


def newest(candidates: Iterable[Resource]) -> Resource | None:
    """The one that a reference without a version means; of equals the last."""
    found: Resource | None = None
    for each in candidates:
        if found is None or _rank(each) >= _rank(found):
            found = each
    return found


def _rank(resource: Resource) -> tuple[int, Any, str]:
    status = _STATUS.get(resource.get("status", ""), 0)
    return status, version_key(resource.get("version")), str(resource.get("date", ""))
