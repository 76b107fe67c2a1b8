"""Links: what a process believes of persons, while it, another process or nobody changes them."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from pymongo import AsyncMongoClient

from fhir.store import Store, links
from fhir.store.changes import Changes
from fhir.store.links import Links
from tests.support.commands import Commands
from tests.support.mongo import MASTER_KEY
from tests.unit.fhir.store.test_changes import until
from tests.unit.fhir.store.test_persons import NUMBER, members, patient, say
from tests.unit.fhir.store.test_repository import put

A, B = patient("a", "张三", "1958-03-12"), patient("b", "张三", "1958-03-12")
OTHER = "510104195803129021"


@pytest.fixture
async def followed(store: Store) -> Store:
    await until(lambda: store.changes.followed)
    return store


@pytest.fixture
async def neighbour(database: tuple[str, str]) -> AsyncIterator[Store]:
    """Another process's store, as far as a cache can tell: it shares nothing but the database."""
    uri, name = database
    opened = await Store.open(uri, name, master_key=MASTER_KEY)
    await until(lambda: opened.changes.followed)
    yield opened
    await opened.close()


async def seen(store: Store, id: str, expected: set[str]) -> float:
    began = time.monotonic()
    while await members(store, id) != expected:
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_a_writer_sees_his_own_link_at_once(followed: Store) -> None:
    await put(followed, A)
    assert await members(followed, "a") == {"Patient/a"}
    await put(followed, B)
    assert await members(followed, "a") == await members(followed, "b") == {"Patient/a", "Patient/b"}
    await put(followed, patient("b", "张三", "1958-03-12", OTHER))
    assert await members(followed, "a") == {"Patient/a"}
    assert await members(followed, "b") == {"Patient/b"}


@pytest.mark.parametrize("number", [NUMBER, None])
async def test_a_link_made_elsewhere_is_seen_within_a_second(
    followed: Store, neighbour: Store, number: str | None
) -> None:
    """Whether the Patient was known as a person of one, or as nobody's."""
    await put(neighbour, patient("a", "张三", "1958-03-12", number))
    await asyncio.sleep(0.3)
    assert await members(followed, "a") == {"Patient/a"}
    assert await members(followed, "b") == {"Patient/b"}
    await put(neighbour, A, B)
    assert await seen(followed, "a", {"Patient/a", "Patient/b"}) < 1
    assert await seen(followed, "b", {"Patient/a", "Patient/b"}) < 1


async def test_a_link_taken_back_elsewhere_is_seen_within_a_second(followed: Store, neighbour: Store) -> None:
    await put(neighbour, A, B)
    await seen(followed, "a", {"Patient/a", "Patient/b"})
    assert await members(followed, "b") == {"Patient/a", "Patient/b"}
    await put(neighbour, patient("b", "张三", "1958-03-12", OTHER))
    assert await seen(followed, "a", {"Patient/a"}) < 1
    assert await seen(followed, "b", {"Patient/b"}) < 1


async def test_a_said_link_is_seen_within_a_second_by_all_whom_it_joins(
    followed: Store, neighbour: Store
) -> None:
    """Those whose row does not change too: they are joined by the numbers of others."""
    await put(neighbour, A, B, patient("c", "张三", "1958-03-12", None))
    await seen(followed, "a", {"Patient/a", "Patient/b"})
    assert await members(followed, "c") == {"Patient/c"}
    for part, expected in (
        (False, {"Patient/a", "Patient/b", "Patient/c"}),
        (True, {"Patient/a", "Patient/b"}),
    ):
        await say(neighbour, ("b", "c"), part=part)
        assert await seen(followed, "a", expected) < 1
        assert await seen(followed, "c", expected if not part else {"Patient/c"}) < 1


async def test_a_link_made_by_another_program_is_seen_within_a_second(
    followed: Store, database: tuple[str, str]
) -> None:
    await put(followed, A)
    assert await members(followed, "a") == {"Patient/a"}
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROGRAM, *database)
    assert await program.wait() == 0
    assert await seen(followed, "a", {"Patient/a", "Patient/b"}) < 1


_PROGRAM = f"""
import asyncio, sys
from fhir.store import Store
from tests.unit.fhir.store.test_links import B
from tests.unit.fhir.store.test_repository import put
async def main():
    store = await Store.open(sys.argv[1], sys.argv[2], master_key={MASTER_KEY!r})
    await put(store, B)
    await store.close()
asyncio.run(main())
"""


async def test_what_is_known_costs_no_command(database: tuple[str, str], followed: Store) -> None:
    await put(followed, A, B)
    uri, name = database
    commands = Commands()
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        uri, tz_aware=True, event_listeners=[commands]
    )
    store = Store(client, name, MASTER_KEY)
    store.changes.start()
    await until(lambda: store.changes.followed)
    for _ in range(5):
        assert await members(store, "b") == {"Patient/a", "Patient/b"}
        assert await store.persons.linked([]) == {}
    assert commands.found_in == ["persons"]
    await store.close()


async def test_without_a_stream_each_look_is_a_look_into_the_database(store: Store, neighbour: Store) -> None:
    await store.changes.close()
    await put(neighbour, A)
    assert await members(store, "a") == {"Patient/a"}
    await put(neighbour, B)
    assert await members(store, "a") == {"Patient/a", "Patient/b"}


@dataclass
class Following:
    followed: bool = True
    listeners: list[Any] = field(default_factory=list)

    def listen(self, collection: str, listener: Any) -> None:
        self.listeners.append(listener)


def known(size: int, monkeypatch: pytest.MonkeyPatch) -> Links:
    monkeypatch.setattr(links, "SIZE", size)
    return Links(cast(Changes, Following()))


def test_it_keeps_no_more_than_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    believed = known(100, monkeypatch)
    for number in range(1000):
        member = f"Patient/{number}"
        believed.keep({f"row {number}": (member,)}, {member: (member,)}, believed.mark)
        assert len(believed) <= 100
        assert len(believed._rows) <= 301


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"updateDescription": {"updatedFields": {"members.2": "Patient/c"}}}, {"Patient/x"}),
        (
            {"updateDescription": {"updatedFields": {"members": ["Patient/a", "Patient/x"]}}},
            {"Patient/c"},
        ),
        (
            {"updateDescription": {"updatedFields": {}, "truncatedArrays": [{"field": "members"}]}},
            {"Patient/c", "Patient/x"},
        ),
        ({}, {"Patient/c", "Patient/x"}),
        ({"fullDocument": {"_id": "n", "members": ["Patient/c"], "held": []}}, {"Patient/x"}),
    ],
)
def test_a_change_takes_back_the_members_before_and_after_and_no_others(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], left: set[str]
) -> None:
    believed = known(100, monkeypatch)
    pair = ("Patient/a", "Patient/b")
    alone = {each: (each,) for each in ("Patient/c", "Patient/x")}
    believed.keep({"n": pair}, dict.fromkeys(pair, pair) | alone, believed.mark)
    believed.changed({"documentKey": {"_id": "n"}, **change})
    assert set(believed.known([*pair, *alone])) == left
