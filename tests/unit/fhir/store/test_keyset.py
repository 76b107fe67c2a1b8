"""A walk over pages sees every row once and in order, whatever is null or equal."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fhir.store import Store
from fhir.store.keyset import NEWEST_FIRST, Order, beyond, ordered, place, sorting

START = datetime(2026, 3, 1, tzinfo=UTC)
ROWS = [
    {
        "_id": f"r{number:02}",
        "updated": START + timedelta(milliseconds=number % 4),
        "sort": {} if number % 5 == 0 else {"date": number % 3, "name": None if number % 2 else "b"},
    }
    for number in range(24)
]
ORDERS: list[Order] = [
    [("updated", True)],
    [("updated", False)],
    [("sort.date", False)],
    [("sort.date", True)],
    [("sort.name", True), ("sort.date", False)],
    [("sort.date", True), ("updated", True)],
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 5])
async def test_pages_make_the_whole(store: Store, order: Order, size: int) -> None:
    rows = store.database["rows"]
    await rows.insert_many([dict(row) for row in ROWS])
    whole = [row["_id"] async for row in rows.find().sort(sorting(order))]
    seen: list[str] = []
    filter: dict[str, Any] = {}
    while page := await rows.find(filter).sort(sorting(order)).limit(size).to_list():
        seen += [row["_id"] for row in page]
        filter = beyond(order, place(page[-1], order))
    assert seen == whole
    assert len(seen) == len(ROWS)


def test_a_place_is_made_of_json_values() -> None:
    assert place(ROWS[1], [("updated", True), ("sort.date", False)]) == [1772323200001, 1, "r01"]
    assert place(ROWS[0], [("sort.date", True)]) == [None, "r00"]


def test_a_place_of_another_order_is_refused() -> None:
    for wrong in itertools.permutations([1, 2, "r"], 3):
        with pytest.raises(ValueError, match="zip"):
            beyond([("sort.date", True)], wrong)


async def test_rows_are_ordered_as_the_database_orders_them(store: Store) -> None:
    rows = [
        {"_id": id, "sort": {"date": date}, "updated": datetime(2026, 1, day, tzinfo=UTC)}
        for id, date, day in [
            ("b", 2, 1),
            ("a", 2, 1),
            ("ä", None, 2),
            ("c", -1, 3),
            ("😀", 2, 2),
            ("d", None, 1),
        ]
    ]
    await store.database["ordered"].insert_many(rows)
    for order in ([("sort.date", True)], [("sort.date", False), ("updated", True)], NEWEST_FIRST, []):
        expected = await store.database["ordered"].find().sort(sorting(order)).to_list()
        assert ordered(rows, order) == expected
