"""Interaction search: of one type, of several or all, within a compartment.

FHIR R4 3.1.1 (search.html). The constraint of each decision is part of the database query, so that count,
sort and pages know nothing of what is hidden. A page link carries the place of the last row seen and the
total of the first page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fhir.access import Action
from fhir.bundle import match_entry, searchset
from fhir.interactions.context import Context
from fhir.interactions.lookup import numbers
from fhir.interactions.results.include import include
from fhir.interactions.results.links import Asked, asked, links
from fhir.interactions.results.ordering import source
from fhir.interactions.results.paging import Page, page
from fhir.interactions.results.selection import Compartment, Selection, select
from fhir.outcome import Issue
from fhir.resource import Resource
from fhir.store import EVERYONE, Stored
from fhir.store.semijoin import narrowed
from fhir.subset import subset_all

Parameters = Sequence[tuple[str, str]]
PAGE = 50
_COUNTED = ("accurate", "estimate")


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


async def search(
    context: Context,
    type: str | None,
    parameters: Parameters,
    *,
    strict: bool = False,
    compartment: Compartment | None = None,
    posted: bool = False,
) -> SearchPage:
    """The page of resources of `type` that match and that the reader may see.

    `type` None searches all types or those of `_type`; `compartment` (`("Patient", "1")`) only what lies in
    it. Of a search that was `posted` no link shows a value that may tell of a person.
    """
    ask = asked(context, _path(type, compartment), parameters, posted)
    if found_by := numbers(type, ask.parameters):
        await context.look_up(found_by)
    chosen = await select(context, type, ask.parameters, strict=strict, compartment=compartment)
    context.trail.query = f"{ask.path}?{urlencode(chosen.processed)}"
    found = await _matches(context, chosen, ask)
    total = await _total(context, chosen, ask, found)
    included, issues = await include(context, chosen.result, found.rows)
    context.trail.touch(row.owner for row in (*found.rows, *included))
    told = links(context, ask, chosen.processed, total, found.cursor)
    result = chosen.result
    return SearchPage(
        subset_all(found.rows, result.summary, result.elements),
        total,
        told,
        (*chosen.query.issues, *issues),
        subset_all(included, result.summary, result.elements, matches=False),
    )


def _path(type: str | None, compartment: Compartment | None) -> str:
    """The address below the base."""
    if compartment is None:
        return type or ""
    return "/".join((*compartment, type or "*"))


async def _total(context: Context, chosen: Selection, ask: Asked, found: Page) -> int | None:
    """The total of the first page, the same on all others: counted where it is asked for or already known.

    R4 leaves it open; to count all matches costs many times what a page of them does.
    """
    if ask.place is not None:
        return ask.total
    if _counts(chosen):
        return await _count(context, chosen)
    if found.cursor is None:
        return None if chosen.result.total == "none" else len(found.rows)
    return await _count(context, chosen) if chosen.result.total in _COUNTED else None


async def _count(context: Context, chosen: Selection) -> int:
    return await context.store.resources.count(await narrowed(context.store, chosen.parts), EVERYONE)


def _counts(chosen: Selection) -> bool:
    """Is the total all that is asked for?"""
    return chosen.result.count == 0 or chosen.result.summary == "count"


async def _matches(context: Context, chosen: Selection, ask: Asked) -> Page:
    rows = source(context, chosen.queries, chosen.parts)
    if _counts(chosen):
        return Page([], None)
    bound = [pair for pair in chosen.processed if pair[0] != "_count"]
    return await page(
        context,
        rows,
        count=chosen.result.count or PAGE,
        cursor=ask.place,
        bound=f"{ask.path}?{bound}",
        action=Action.SEARCH,
    )
