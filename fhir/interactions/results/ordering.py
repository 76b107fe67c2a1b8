"""Ordering: the rows of a search in the order that is asked for, from any place on.

FHIR R4 3.1.1.5.1 (search.html#sort). Rows without a value come last, equal ones stand in the order of their
references. Scalar keys are sorted by the database; by other keys a bounded set is sorted here, as it was at
the moment of the first page.
"""

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from fhir.interactions.context import Context
from fhir.interactions.results.paging import Place, Source
from fhir.outcome import Fault, Refusal
from fhir.search.condition import Filter
from fhir.search.order import sort_value
from fhir.search.query import Query
from fhir.search.sort import CLINICAL, Sort, clinical_dates
from fhir.search.types.date import paths
from fhir.store import Stored
from fhir.store.constraint import Narrowed
from fhir.store.keyset import NEWEST_FIRST, Order
from fhir.store.semijoin import Part, narrowed
from fhir.store.snapshot import Snapshot

MOST_SORTED = 5_000
_VALUED, _REST = 0, 1


def source(context: Context, queries: Sequence[Query], parts: Sequence[Part]) -> Source:
    """The rows that any of `parts` selects, in the order that `queries` ask for."""
    keys = queries[0].sort
    if any(_fields(query.sort) != _fields(keys) for query in queries) or (
        len(queries) > 1 and None in _fields(keys)
    ):
        raise Refusal(Fault.TOO_COSTLY, "'_sort': several types are sorted by _lastUpdated or _id alone")
    if _by_database(keys):
        return _scalar(context, queries[0].type, keys, parts)
    return _bounded(context, keys, parts)


def _fields(keys: Sequence[Sort]) -> list[str | None]:
    return [key.field for key in keys]


def _by_database(keys: Sequence[Sort]) -> bool:
    """Can the database do it? The clinical date, which may be missing, only as the first key."""
    return None not in _fields(keys) and CLINICAL not in _fields(keys)[1:]


def _scalar(context: Context, type: str, keys: Sequence[Sort], parts: Sequence[Part]) -> Source:
    order: Order = [(key.field, key.descending) for key in keys if key.field] or NEWEST_FIRST
    if order[0][0] == CLINICAL:
        return _clinical_first(context, type, order, parts)

    async def rows(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        filter = await narrowed(context.store, parts, moment)
        return await context.store.resources.search(
            filter, _narrowed(parts), order=order, limit=limit, after=after, snapshot=moment
        )

    return rows


def _clinical_first(context: Context, type: str, order: Order, parts: Sequence[Part]) -> Source:
    """First the rows that have the date, then the rest."""
    key = clinical_dates(type)[0]
    dated: Filter = {"dates.p": {"$in": list(paths(key))}}
    halves = ((_VALUED, dated, order), (_REST, {"$nor": [dated]}, order[1:]))

    async def rows(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        found: list[Stored] = []
        for half, which, sorted_by in halves:
            if after is not None and after[0] > half:
                continue
            place = None if after is None or after[0] != half else after[1:]
            of_half = [({"$and": [filter, which]}, constraint) for filter, constraint in parts]
            rows = await context.store.resources.search(
                await narrowed(context.store, of_half, moment),
                _narrowed(parts),
                order=sorted_by,
                limit=limit - len(found),
                after=place,
                snapshot=moment,
            )
            found += [row.at((half, *row.place)) for row in rows]
            if len(found) >= limit:
                break
        return found

    return rows


def _bounded(context: Context, keys: Sequence[Sort], parts: Sequence[Part]) -> Source:
    async def rows(moment: Snapshot, after: Place | None, limit: int) -> Sequence[Stored]:
        filter = await narrowed(context.store, parts, moment)
        everything = await context.store.resources.search(
            filter, _narrowed(parts), order=(), limit=MOST_SORTED + 1, snapshot=moment
        )
        if len(everything) > MOST_SORTED:
            names = ", ".join(repr(key.code) for key in keys)
            raise Refusal(
                Fault.TOO_COSTLY,
                f"'_sort' by {names}: at most {MOST_SORTED} matches can be sorted so, and there are more;"
                " narrow the search",
            )
        placed = sorted((_placed(row, keys) for row in everything), key=_comparing(keys))
        if after is not None:
            last = _comparing(keys)(everything[0].at(after)) if everything else None
            placed = [row for row in placed if last is not None and _comparing(keys)(row) > last]
        return placed[:limit]

    return rows


def _narrowed(parts: Sequence[Part]) -> Narrowed:
    """What is left to be said where the filter holds the constraint of each part."""
    return Narrowed(constraint for _, constraint in parts)


def _placed(row: Stored, keys: Sequence[Sort]) -> Stored:
    resource = row.resource()
    values = [sort_value(key.parameter, resource, falling=key.descending) for key in keys]
    # A place becomes JSON within a cursor, which knows no tuples.
    return row.at((*(list(each) if isinstance(each, tuple) else each for each in values), row.reference))


def _comparing(keys: Sequence[Sort]) -> Any:
    """A key for `sorted`: by the places of two rows."""
    falling = [key.descending for key in keys]

    def compare(one: Stored, other: Stored) -> int:
        *ours, reference = one.place
        *theirs, another = other.place
        for mine, its, descending in zip(ours, theirs, falling, strict=True):
            if mine == its:
                continue
            if mine is None or its is None:
                return 1 if mine is None else -1
            return -1 if (mine < its) != descending else 1
        return int(reference > another) - int(reference < another)

    return cmp_to_key(compare)
