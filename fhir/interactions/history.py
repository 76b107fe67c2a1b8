"""Interaction history: the versions of one resource, of a type, of the whole system.

FHIR R4 3.1.0.10 (http.html#history). Newest first; deletions are versions without content. What is hidden is
not there, so its history was never there either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fhir.access import Action, Constraint, Permit
from fhir.bundle import history_bundle
from fhir.cursor import CURSOR
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.interactions.results import links
from fhir.interactions.results.links import SILENT
from fhir.interactions.results.paging import Place, page
from fhir.interactions.view import View, view
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search import refused
from fhir.search.types.interval import interval, moment
from fhir.store import Stored
from fhir.store.snapshot import Snapshot

_PAGE, _MOST = 50, 1000
_MILLISECOND = 1000
"""In microseconds: versions have instants of whole milliseconds, so an interval ends with one."""
_KNOWN = ("_since", "_at", "_count", "_sort", "_summary", "_elements")
Parameters = Sequence[tuple[str, str]]
Reach = Sequence[tuple[str, Constraint]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the parameters of a history ask for; `pairs` are those that were used, for the links."""

    since: datetime | None
    at: tuple[datetime, datetime] | None
    count: int
    view: View
    pairs: tuple[tuple[str, str], ...]

    @property
    def bound(self) -> str:
        """What a cursor is bound to, whatever the page size."""
        return urlencode([pair for pair in self.pairs if pair[0] != "_count"])


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of versions, how many there are in all, and the links."""

    versions: list[Stored]
    total: int
    links: list[tuple[str, str]]

    def bundle(self, base: str) -> Resource:
        """The Bundle that shows it."""
        return history_bundle(base, self.versions, self.links, self.total)


async def history(
    context: Context,
    parameters: Parameters,
    type: str | None = None,
    id: str | None = None,
    *,
    strict: bool = False,
) -> HistoryPage:
    """A page of the versions of `type`/`id`, of all of `type`, or of everything that the reader may see.

    `strict` refuses (400) a parameter that a history does not have.
    """
    path = "/".join([*filter(None, (type, id)), "_history"])
    context.trail.entity = path
    reach = await _reach(context, type)
    asked = read_parameters(parameters, strict=strict)
    link = links.asked(context, path, parameters, posted=False)
    if id is not None and await context.store.resources.read(type or "", id, reach[0][1]) is None:
        raise not_found()

    async def source(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        return await context.store.resources.history(
            reach, id, since=asked.since, at=asked.at, limit=limit, after=after, snapshot=moment
        )

    total = link.total if link.place is not None else None
    if total is None:
        total = await context.store.resources.history_count(reach, id, since=asked.since, at=asked.at)
    bound = f"{path}?{asked.bound}"
    found = await page(context, source, count=asked.count or 1, cursor=link.place, bound=bound, versions=True)
    context.trail.touch(row.owner for row in found.rows)
    rows = [asked.view.of(row) for row in found.rows] if asked.count else []
    further = links.sealed(context, path, None, total, found.cursor) if asked.count and found.cursor else None
    return HistoryPage(rows, total, _links(f"{context.base}/{path}", asked, further))


async def _reach(context: Context, type: str | None) -> Reach:
    """The types whose versions the reader may see, and of whom."""
    if type is not None:
        return [(type, await context.permit(type, Action.READ))]
    reach = []
    for each in sorted(resource_types):
        decision = await context.access.decide(each, Action.READ)
        if isinstance(decision, Permit):
            reach.append((each, decision.constraint))
    if not reach:
        raise Refusal(Fault.FORBIDDEN, "the scope reaches no resource type")
    return reach


def read_parameters(parameters: Parameters, *, strict: bool = False) -> Asked:
    """The parameters of a history, read and checked; what is not known is left out of the links."""
    given: dict[str, str] = {}
    for name, value in parameters:
        text = value.strip()
        if strict and name not in _KNOWN and name not in SILENT:
            raise Refusal(
                Fault.UNSUPPORTED_PARAMETER,
                f"a history has no parameter {refused.shown(name)!r}",
                expression=refused.shown(name),
            )
        if name in _KNOWN and text and given.setdefault(name, text) != text:
            raise _malformed(name, "it stands twice with different values")
    if given.get("_sort", "-_lastUpdated") != "-_lastUpdated":
        raise Refusal(
            Fault.UNSUPPORTED_PARAMETER,
            "a history is sorted by -_lastUpdated, newest first",
            expression="_sort",
        )
    since = _interval("_since", given["_since"]) if "_since" in given else None
    at = _interval("_at", given["_at"]) if "_at" in given else None
    pairs = tuple(pair for pair in given.items())
    return Asked(since[0] if since else None, at, _count(given.get("_count")), view(parameters), pairs)


def _count(text: str | None) -> int:
    if text is None:
        return _PAGE
    if not (text.isascii() and text.isdigit()):
        raise _malformed("_count", "it is a number, 0 or more")
    return min(int(text[:18]), _MOST)


def _interval(name: str, text: str) -> tuple[datetime, datetime]:
    found = interval(text.replace(" ", "+"))  # a + that was not escaped
    if found is None:
        raise _malformed(name, "it is a FHIR instant or date")
    return moment(found[0]), moment(-(-found[1] // _MILLISECOND) * _MILLISECOND)


def _malformed(name: str, why: str) -> Refusal:
    return Refusal(Fault.PARAMETER, f"{name}: {why}", expression=name)


def _links(url: str, asked: Asked, cursor: str | None) -> list[tuple[str, str]]:
    query = urlencode(asked.pairs)
    found = [("self", f"{url}?{query}".rstrip("?"))]
    if cursor is not None:
        found.append(("next", f"{url}?{urlencode([*asked.pairs, (CURSOR, cursor)])}"))
    return found
