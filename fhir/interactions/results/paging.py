"""Paging: a long list of rows in pages that neither lose nor repeat one while others write.

FHIR R4 3.1.1.5.2 (search.html#count), http.html#paging. The first page fixes a moment; later pages read the
store as it was then, and show of it what still exists and may be seen today.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fhir.access import Action, Permit
from fhir.cursor import open_cursor, seal_cursor
from fhir.interactions.context import Context
from fhir.store import Stored
from fhir.store.constraint import visible_among
from fhir.store.document import milliseconds
from fhir.store.snapshot import Snapshot, snapshot

Place = tuple[Any, ...]
Source = Callable[[Snapshot, Place | None, int], Awaitable[Sequence[Stored]]]
"""At most so many rows after a place, as the snapshot has them; each row knows its own place."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and the cursor of the next one where there is more."""

    rows: list[Stored]
    cursor: str | None


async def page(
    context: Context,
    source: Source,
    *,
    count: int,
    cursor: str | None,
    bound: str,
    action: Action = Action.READ,
    versions: bool = False,
) -> Page:
    """The next `count` rows of `source`; `bound` names the query that the cursor belongs to.

    `action` is what the reader was permitted to do. `versions` says that the rows are versions, for which the
    store itself looks at the present owner, and which outlive a deletion.
    """
    after, at, instant = _opened(context, cursor, bound)
    found: list[Stored] = []
    async with snapshot(context.store.client, at, instant) as moment:
        while len(found) <= count:
            rows = await source(moment, after, count + 1)
            found += rows if at is None or versions else await _present(context, rows, action)
            if len(rows) <= count:
                break
            after = rows[-1].place
        fixed = at or moment.time, milliseconds(moment.instant)
    if len(found) <= count:
        return Page(found, None)
    place = [*fixed, *found[count - 1].place]
    return Page(found[:count], seal_cursor(place, context.reader, bound, context.store.vault))


def _opened(
    context: Context, cursor: str | None, bound: str
) -> tuple[Place | None, tuple[int, int] | None, datetime | None]:
    """The place after which to go on, and the moment of the first page by MongoDB's clock and by ours."""
    if cursor is None:
        return None, None, None
    (seconds, ordinal), instant, *place = open_cursor(cursor, context.reader, bound, context.store.vault)
    return tuple(place), (seconds, ordinal), datetime.fromtimestamp(instant / 1000, UTC)


async def _present(context: Context, rows: Sequence[Stored], action: Action) -> list[Stored]:
    """Those of `rows` that exist today and belong to whom the reader may see."""
    today = await context.store.resources.judged(row.reference for row in rows)
    seen: set[str] = set()
    for type in {row.type for row in rows}:
        decision = await context.access.decide(type, action)
        if isinstance(decision, Permit):
            theirs = [row for row in today.values() if row["type"] == type]
            visible = await visible_among(theirs, decision.constraint)
            seen |= {f"{type}/{row['id']}" for row in visible}
    return [row for row in rows if row.reference in seen]
