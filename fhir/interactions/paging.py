"""Paging: a long list of rows in pages that neither lose nor repeat one while others write.

FHIR R4 3.1.1.5.2 (search.html#count), http.html#paging. The first page fixes a moment; later pages read the
store as it was then, and show of it what still exists and may be seen today.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.interactions.context import Context
from fhir.page import open_cursor, seal_cursor
from fhir.store import Stored
from fhir.store.snapshot import Snapshot, snapshot

Place = tuple[Any, ...]
Source = Callable[[Snapshot, Place | None, int], Awaitable[Sequence[Stored]]]
"""At most so many rows after a place, as the snapshot has them; each row knows its own place."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and the cursor of the next one where there is more."""

    rows: list[Stored]
    cursor: str | None


async def page(context: Context, source: Source, *, count: int, cursor: str | None, bound: str) -> Page:
    """The next `count` rows of `source`; `bound` names the query that the cursor belongs to."""
    after, at = _opened(context, cursor, bound)
    async with snapshot(context.store.client, at) as moment:
        rows = list(await source(moment, after, count + 1))
        time = moment.time
    if len(rows) <= count:
        return Page(rows, None)
    place = [time, *rows[count - 1].place]
    return Page(rows[:count], seal_cursor(place, context.reader, bound, context.store.vault.sign))


def _opened(context: Context, cursor: str | None, bound: str) -> tuple[Place | None, tuple[int, int] | None]:
    if cursor is None:
        return None, None
    (seconds, ordinal), *place = open_cursor(cursor, context.reader, bound, context.store.vault.sign)
    return tuple(place), (seconds, ordinal)
