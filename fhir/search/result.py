"""Search result parameters: how many, in which order, how much of each, and what comes along.

FHIR R4 3.1.1.5 (search.html#return). They change what is shown, never what matches.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from fhir.search import include, refused, sort
from fhir.search.include import Include
from fhir.search.sort import Sort

MOST = 1000
_NUMBER = re.compile(r"[0-9]{1,18}")
_ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")


@dataclass(slots=True)
class Result:
    """What the result parameters of one query ask for; `count` None leaves the page size to the server."""

    type: str
    count: int | None = None
    sort: tuple[Sort, ...] = ()
    total: str | None = None
    summary: str | None = None
    elements: tuple[str, ...] = ()
    includes: tuple[Include, ...] = ()
    revincludes: tuple[Include, ...] = ()

    def take(self, name: str, modifier: str, value: str) -> None:
        """Take one parameter that is a key of READERS."""
        if modifier and name not in ("_include", "_revinclude"):
            raise refused.modifier(name, modifier)
        READERS[name](self, modifier, value)

    def applied(self, name: str, value: str) -> str:
        """The value as it was applied: `_count` beyond the largest page is that page."""
        return str(self.count) if name == "_count" else value


def _count(result: Result, modifier: str, value: str) -> None:
    if not _NUMBER.fullmatch(value):
        raise refused.malformed("_count", "it is a number, 0 or more")
    result.count = min(int(value), MOST)


def _sort(result: Result, modifier: str, value: str) -> None:
    result.sort = sort.parse(result.type, value)


def _total(result: Result, modifier: str, value: str) -> None:
    result.total = _one_of("_total", value, "none", "estimate", "accurate")


def _summary(result: Result, modifier: str, value: str) -> None:
    result.summary = _one_of("_summary", value, "true", "false", "text", "data", "count")


def _one_of(name: str, value: str, *known: str) -> str:
    if value not in known:
        raise refused.malformed(name, f"it is one of {', '.join(known)}")
    return value


def _elements(result: Result, modifier: str, value: str) -> None:
    names = [each.strip() for each in value.split(",") if each.strip()]
    if not all(_ELEMENT.fullmatch(each) for each in names):
        raise refused.malformed("_elements", "it is a list of element names")
    result.elements = tuple(dict.fromkeys((*result.elements, *names)))


def _contained(result: Result, modifier: str, value: str) -> None:
    if value != "false":
        raise refused.unsupported("_contained", "contained resources are not searched by themselves")


def _include(result: Result, modifier: str, value: str) -> None:
    result.includes += (include.parse("_include", modifier, value, result.type),)


def _revinclude(result: Result, modifier: str, value: str) -> None:
    result.revincludes += (include.parse("_revinclude", modifier, value, result.type),)


READERS: dict[str, Callable[[Result, str, str], None]] = {
    "_contained": _contained,
    "_count": _count,
    "_elements": _elements,
    "_include": _include,
    "_revinclude": _revinclude,
    "_sort": _sort,
    "_summary": _summary,
    "_total": _total,
}
SEVERAL = frozenset({"_elements", "_include", "_revinclude"})
