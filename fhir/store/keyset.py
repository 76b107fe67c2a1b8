"""Keyset: an order of rows, and the rows beyond one of them.

The order is by scalar fields, then by reference, so that it has no ties. A row without a value comes last in
a falling order and first in a rising one, as MongoDB sorts null.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

Filter = dict[str, Any]
Order = Sequence[tuple[str, bool]]
"""Fields of the stored document (`updated`, `sort.date`), each with True for falling."""

NEWEST_FIRST: Order = (("updated", True),)


def sorting(order: Order) -> list[tuple[str, int]]:
    """What MongoDB's sort takes."""
    return [*((field, DESCENDING if falling else ASCENDING) for field, falling in order), ("_id", ASCENDING)]


def place(document: dict[str, Any], order: Order) -> list[Any]:
    """Where a row stands in the order, as JSON values."""
    return [*(_plain(_value(document, field)) for field, _ in order), document["_id"]]


def ordered(rows: Sequence[dict[str, Any]], order: Order) -> list[dict[str, Any]]:
    """`rows` as MongoDB would sort them; what is missing goes before everything else."""
    result = sorted(rows, key=lambda row: str(row["_id"]))
    for field, falling in reversed(order):
        result.sort(key=lambda row: _rank(_value(row, field)), reverse=falling)
    return result


def _rank(value: Any) -> tuple[bool, Any]:
    return value is not None, 0 if value is None else value


def beyond(order: Order, place: Sequence[Any]) -> Filter:
    """The rows after the one at `place`."""
    *values, id = place
    alternatives: list[Filter] = []
    equal: list[Filter] = []
    for (field, falling), plain in zip(order, values, strict=True):
        value = _typed(field, plain)
        further = _further(field, falling, value)
        if further is not None:
            alternatives.append({"$and": [*equal, further]})
        equal.append({field: value})
    alternatives.append({"$and": [*equal, {"_id": {"$gt": id}}]})
    return {"$or": alternatives}


def _further(field: str, falling: bool, value: Any) -> Filter | None:
    if falling:
        return None if value is None else {"$or": [{field: {"$lt": value}}, {field: None}]}
    return {field: {"$ne": None}} if value is None else {field: {"$gt": value}}


def _value(document: dict[str, Any], field: str) -> Any:
    for name in field.split("."):
        document = (document or {}).get(name)  # type: ignore[assignment]
    return document


def _plain(value: Any) -> Any:
    return int(value.timestamp() * 1000) if isinstance(value, datetime) else value


def _typed(field: str, value: Any) -> Any:
    return datetime.fromtimestamp(value / 1000, UTC) if field == "updated" else value
