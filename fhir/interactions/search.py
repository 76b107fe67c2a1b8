"""Interaction search, of one type.

FHIR R4 3.1.1 (search.html). The constraint of the decision is part of the database query, so that count,
sort and pages know nothing of what is hidden. A page link carries the place of the last row seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fhir.access import Action, Constraint
from fhir.bundle import match_entry, searchset
from fhir.interactions.context import Context
from fhir.interactions.include import include
from fhir.interactions.paging import Page, Place, page
from fhir.outcome import Issue
from fhir.resource import Resource
from fhir.search.query import Query, parse
from fhir.store import Stored
from fhir.store.keyset import NEWEST_FIRST, Order
from fhir.store.snapshot import Snapshot
from fhir.subset import subset_all

Parameters = Sequence[tuple[str, str]]
CURSOR = "_cursor"
PAGE = 50


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page: the matches, how many there are in all (None when not asked), and the links."""

    matches: list[Stored]
    total: int | None
    links: list[tuple[str, str]]
    issues: tuple[Issue, ...] = ()
    included: list[Stored] = field(default_factory=list)

    def bundle(self, base: str) -> Resource:
        """The searchset that shows it."""
        found = [match_entry(base, stored) for stored in self.matches]
        found += [match_entry(base, stored, "include") for stored in self.included]
        return searchset(found, self.links, total=self.total, issues=self.issues)


async def search(context: Context, type: str, parameters: Parameters, *, strict: bool = False) -> SearchPage:
    """The page of resources of `type` that match and that the reader may see."""
    constraint = await context.permit(type, Action.SEARCH)
    cursor = next((value for name, value in parameters if name == CURSOR), None)
    asked = [(name, value) for name, value in parameters if name != CURSOR]
    query = parse(type, asked, strict=strict, base=context.base)
    context.trail.query = f"{type}?{urlencode(query.processed)}"
    linked = await context.store.persons.linked(sorted(query.patients))
    filter = query.filter(context.store.keyed, linked)
    found = await _matches(context, query, filter, constraint, cursor)
    matches = found.rows
    first_and_last = cursor is None and found.cursor is None and not _counts(query)
    total = len(matches) if first_and_last else await _total(context, query, filter, constraint)
    included = await include(context, query, matches)
    context.trail.touch(row.owner for row in (*matches, *included))
    links = _links(context, query, found.cursor)
    return SearchPage(
        subset_all(matches, query), total, links, tuple(query.issues), subset_all(included, query)
    )


async def _total(
    context: Context, query: Query, filter: dict[str, Any], constraint: Constraint
) -> int | None:
    if query.total == "none" and not _counts(query):
        return None
    return await context.store.resources.count(filter, constraint)


def _counts(query: Query) -> bool:
    """Is the total all that is asked for?"""
    return query.count == 0 or query.summary == "count"


async def _matches(
    context: Context, query: Query, filter: dict[str, Any], constraint: Constraint, cursor: str | None
) -> Page:
    if _counts(query):
        return Page([], None)

    async def source(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        return await context.store.resources.search(
            filter, constraint, order=_order(query), limit=limit, after=after, snapshot=moment
        )

    count = query.count or PAGE
    return await page(context, source, count=count, cursor=cursor, bound=_bound(query), action=Action.SEARCH)


def _order(query: Query) -> Order:
    return [(key.field, key.descending) for key in query.sort] or NEWEST_FIRST


def _links(context: Context, query: Query, next: str | None) -> list[tuple[str, str]]:
    url = f"{context.base}/{query.type}?{urlencode(query.processed)}".rstrip("?")
    links = [("self", url)]
    if next is not None:
        links.append(("next", f"{url}{'&' if '?' in url else '?'}{CURSOR}={next}"))
    return links


def _bound(query: Query) -> str:
    """What a cursor is bound to: the query as it was understood, whatever the page size."""
    return f"{query.type}?{urlencode([pair for pair in query.processed if pair[0] != '_count'])}"
