"""Checklist lines 61 and 62: pages neither lose nor repeat a row, whatever others do meanwhile."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from fhir.interactions.context import Context
from fhir.interactions.results.paging import Page, Source, page
from fhir.outcome import Fault
from fhir.store import EVERYONE, Store
from fhir.store.keyset import NEWEST_FIRST, Order
from services.database.embedded import EmbeddedMongo
from tests.support.access import Granted, Some
from tests.support.commands import Commands
from tests.support.mongo import MASTER_KEY
from tests.support.refusal import refused
from tests.support.resources import observation, patient, put, remove

FINAL = {"tokens": "Observation.status|final"}
ORDERS: list[Order] = [NEWEST_FIRST, [("updated", False)], [("sort.date", True)], [("sort.date", False)]]


def context(store: Store, *owners: str, reader: str = "r") -> Context:
    return Context(store, Granted(Some(*owners) if owners else EVERYONE), "https://x.example/fhir", reader)


def matches(of: Context, order: Order = NEWEST_FIRST) -> Source:
    async def source(moment: Any, after: Any, limit: int) -> Any:
        constraint = of.access.constraint  # type: ignore[attr-defined]
        return await of.store.resources.search(
            FINAL, constraint, order=order, limit=limit, after=after, snapshot=moment
        )

    return source


async def first(of: Context, order: Order = NEWEST_FIRST, count: int = 3) -> Page:
    return await page(of, matches(of, order), count=count, cursor=None, bound="q")


async def walk(
    of: Context,
    order: Order = NEWEST_FIRST,
    count: int = 3,
    between: Callable[[], Awaitable[object]] | None = None,
) -> list[str]:
    """The ids of all pages; every page but the last is full."""
    found = await first(of, order, count)
    seen = [row.id for row in found.rows]
    while found.cursor is not None:
        assert len(found.rows) == count
        if between is not None:
            await between()
        found = await page(of, matches(of, order), count=count, cursor=found.cursor, bound="q")
        seen += [row.id for row in found.rows]
    return seen


def dated(number: int, **more: Any) -> dict[str, Any]:
    date = {"effectiveDateTime": f"2026-01-{1 + number % 9:02}"} if number % 4 else {}
    return observation(f"o{number}", **date, **more)


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_walk_while_others_insert_update_and_delete(store: Store, order: Order) -> None:
    """Every row that matched at first and still exists comes exactly once."""
    dice = random.Random(str(order))
    await put(store, *(dated(number) for number in range(40)))
    gone: set[str] = set()
    new = iter(range(1000, 9999))

    async def disturb() -> None:
        number = dice.randrange(40)
        kind = dice.randrange(4)
        if kind == 0:
            await put(store, dated(next(new)))
        elif kind == 1 and number % 5 == 0:
            await remove(store, f"Observation/o{number}")
            gone.add(f"o{number}")
        elif kind == 2:
            # It matches no more, but it matched when the walk began.
            await put(store, dated(number, status="amended") if number % 5 else dated(next(new)))
        elif number % 5:
            await put(store, dated(number, valueString=str(dice.random())))

    async def writer(stop: asyncio.Event) -> None:
        while not stop.is_set():
            await disturb()

    found = await first(context(store), order)
    seen = [row.id for row in found.rows]
    stop = asyncio.Event()
    writers = [asyncio.create_task(writer(stop)) for _ in range(4)]
    while found.cursor is not None:
        await asyncio.sleep(0.02)
        found = await page(
            context(store), matches(context(store), order), count=3, cursor=found.cursor, bound="q"
        )
        seen += [row.id for row in found.rows]
    stop.set()
    await asyncio.gather(*writers)
    assert len(seen) == len(set(seen))
    assert {f"o{number}" for number in range(40)} - gone <= set(seen)
    assert set(seen) <= {f"o{number}" for number in range(40)}


async def test_what_was_deleted_meanwhile_is_not_shown_and_pages_fill_up(store: Store) -> None:
    await put(store, *(dated(number) for number in range(12)))
    order: Order = [("id", False)]

    async def between() -> None:
        await asyncio.gather(*(remove(store, f"Observation/o{number}") for number in (2, 3, 4, 10)))

    seen = await walk(context(store), order, 3, between)
    assert seen == ["o0", "o1", "o10", "o11", "o5", "o6", "o7", "o8", "o9"]


async def test_what_others_own_meanwhile_is_not_shown(store: Store) -> None:
    await put(store, *(observation(f"o{number}", "p1") for number in range(6)))

    async def between() -> None:
        await put(store, *(observation(f"o{number}", "p2") for number in (3, 4)))

    mine = context(store, "Patient/p1")
    assert await walk(mine, [("id", False)], 2, between) == ["o0", "o1", "o2", "o5"]


async def test_what_others_owned_then_is_not_shown(store: Store) -> None:
    await put(store, *(observation(f"o{number}", "p1") for number in range(4)), observation("o9", "p2"))
    found = await first(context(store), [("id", False)], 2)
    await put(store, observation("o9", "p1"))
    mine = context(store, "Patient/p1")
    rest = await page(mine, matches(mine, [("id", False)]), count=9, cursor=found.cursor, bound="q")
    assert [row.id for row in rest.rows] == ["o2", "o3"]


async def test_a_type_that_is_denied_by_now_is_not_shown(store: Store) -> None:
    await put(store, *(observation(f"o{number}") for number in range(4)))
    found = await first(context(store), count=2)
    denied = Context(store, Granted(denied=("Observation",)), "https://x.example/fhir", "r")
    rest = await page(denied, matches(context(store)), count=2, cursor=found.cursor, bound="q")
    assert rest == Page([], None)


@pytest.mark.parametrize(("reader", "bound"), [("other", "q"), ("r", "other")])
async def test_a_link_is_for_its_reader_and_its_query(store: Store, reader: str, bound: str) -> None:
    await put(store, *(observation(f"o{number}") for number in range(4)))
    found = await first(context(store))
    other = context(store, reader=reader)
    again = page(other, matches(other), count=3, cursor=found.cursor, bound=bound)
    await refused(again, Fault.PARAMETER)
    await refused(page(other, matches(other), count=3, cursor="garbage", bound="q"), Fault.PARAMETER)


async def test_a_first_page_is_one_command(
    store: Store, database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fhir.store.changes.Changes.followed", True)
    await put(store, *(observation(f"o{number}") for number in range(4)))
    uri, name = database
    commands = Commands()
    client: AsyncMongoClient[Any] = AsyncMongoClient(uri, event_listeners=[commands])
    other = Store(client, name, MASTER_KEY)
    await first(context(other))
    commands.names.clear()
    assert (await first(context(other), count=9)).cursor is None
    assert commands.names == ["find"]
    commands.names.clear()
    assert (await first(context(other))).cursor is not None
    assert commands.names == ["find"]
    await client.close()


@pytest.mark.parametrize("order", ORDERS, ids=str)
async def test_a_walk_over_a_restart_of_the_database(tmp_path: Path, order: Order) -> None:
    """The snapshot is lost, the promise is kept."""
    mongo = EmbeddedMongo(tmp_path)
    store = await Store.open(mongo.start(), "test", MASTER_KEY)
    try:
        await put(store, patient(), *(dated(number) for number in range(20)))
        await put(store, *(dated(number, valueString="b") for number in range(0, 20, 3)))
        await asyncio.sleep(0.01)
        found = await first(context(store), order, 4)
        seen = [row.id for row in found.rows]
        await asyncio.sleep(0.01)
        await put(store, *(dated(number, valueString="c") for number in range(20, 26)))
        await put(store, *(dated(number, status="amended") for number in range(0, 20, 2)))
        await put(store, *(dated(number, effectivePeriod={"start": "2020"}) for number in (1, 3, 5)))
        await remove(store, "Observation/o7")
        await store.close()
        await asyncio.to_thread(mongo.stop)
        store = await Store.open(await asyncio.to_thread(mongo.start), "test", MASTER_KEY)
        while found.cursor is not None:
            of = context(store)
            found = await page(of, matches(of, order), count=4, cursor=found.cursor, bound="q")
            seen += [row.id for row in found.rows]
            await put(store, dated(int(found.rows[0].id[1:]), valueString="d"))
        expected = {f"o{number}" for number in range(20)}
        assert len(seen) == len(set(seen))
        assert expected - {"o7"} <= set(seen) <= expected
    finally:
        await store.close()
        await asyncio.to_thread(mongo.stop)
