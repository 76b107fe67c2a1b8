"""Change stream: what is told, when the caches may answer, and what a broken stream does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from fhir.store import Store
from fhir.store.changes import LEASE, Change, Changes
from tests.support.relay import relayed


class Ear:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[Change] = []
        self.losses = 0

    def changed(self, change: Change) -> None:
        self.heard.append(change)

    def lost(self) -> None:
        self.losses += 1


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> float:
    """Wait until it holds; how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came to hold"
        await asyncio.sleep(0.005)
    return time.monotonic() - began


@pytest.fixture
async def changes(store: Store) -> AsyncIterator[Changes]:
    following = Changes(store.database)
    yield following
    await following.close()


async def test_every_change_of_a_row_is_told_to_the_listeners_of_its_collection_alone(
    store: Store, changes: Changes
) -> None:
    ear, other = Ear(), Ear()
    changes.listen("persons", ear)
    changes.listen("tokens", other)
    changes.start()
    await until(lambda: changes.followed)
    rows = store.database["persons"]
    await rows.insert_one({"_id": "n", "members": ["Patient/a"]})
    await rows.update_one({"_id": "n"}, {"$addToSet": {"members": "Patient/b"}})
    await rows.delete_one({"_id": "n"})
    took = await until(lambda: len(ear.heard) == 3)
    assert took < 1
    assert [change["operationType"] for change in ear.heard] == ["insert", "update", "delete"]
    assert other.heard == []


async def test_nothing_is_followed_before_the_start_or_after_the_end(changes: Changes) -> None:
    ear = Ear()
    changes.listen("persons", ear)
    assert not changes.followed
    changes.start()
    await until(lambda: changes.followed)
    await changes.close()
    assert not changes.followed
    assert ear.losses >= 2


async def test_a_listener_that_comes_later_is_heard_too(store: Store, changes: Changes) -> None:
    first, second = Ear(), Ear()
    changes.listen("persons", first)
    changes.start()
    await until(lambda: changes.followed)
    changes.listen("tokens", second)
    before = second.losses
    await until(lambda: second.losses > before and changes.followed)
    await store.database["tokens"].insert_one({"_id": "t"})
    await until(lambda: second.heard)


async def test_a_dropped_collection_is_a_loss(store: Store, changes: Changes) -> None:
    ear = Ear()
    changes.listen("persons", ear)
    await store.database["persons"].insert_one({"_id": "n", "members": []})
    changes.start()
    await until(lambda: changes.followed)
    before = ear.losses
    await store.database["persons"].drop()
    await until(lambda: ear.losses > before)


async def test_a_stream_that_is_killed_is_a_loss_is_logged_and_begins_anew(
    store: Store, changes: Changes, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear()
    changes.listen("persons", ear)
    changes.start()
    await until(lambda: changes.followed)
    before = ear.losses
    await _break(store)
    await until(lambda: ear.losses > before)
    assert "the caches are off" in caplog.text
    await until(lambda: changes.followed)
    await store.database["persons"].insert_one({"_id": "n", "members": []})
    await until(lambda: ear.heard)


async def test_a_stream_that_hangs_holds_no_longer_than_its_lease(database: tuple[str, str]) -> None:
    uri, name = database
    async with relayed(uri) as (client, relay):
        changes = Changes(client[name])
        changes.listen("persons", Ear())
        changes.start()
        await until(lambda: changes.followed)
        relay.flowing.clear()
        await until(lambda: not changes.followed, LEASE + 0.3)
        relay.flowing.set()
        await until(lambda: changes.followed)
        await changes.close()


async def test_under_a_steady_flow_of_changes_the_stream_stays_followed(
    store: Store, changes: Changes
) -> None:
    ear = Ear()
    changes.listen("persons", ear)
    changes.start()
    await until(lambda: changes.followed)
    ends, followed = time.monotonic() + 2 * LEASE, []
    while time.monotonic() < ends:
        await store.database["persons"].update_one({"_id": "n"}, {"$inc": {"turn": 1}}, upsert=True)
        followed.append(changes.followed)
    assert sum(followed) > 0.9 * len(followed)


async def _break(store: Store) -> None:
    """End the change streams of this database as an operator would: their cursors are killed."""
    admin = store.client.admin
    pipeline = [
        {"$currentOp": {"allUsers": True, "idleCursors": True}},
        {"$match": {"ns": {"$regex": f"^{store.database.name}\\."}, "cursor.tailable": True}},
    ]
    found = [each async for each in await admin.aggregate(pipeline)]
    assert found
    sessions = [{"id": each["lsid"]["id"]} for each in found]
    await admin.command("killSessions", sessions)


async def test_a_stream_that_lags_turns_the_caches_off(store: Store) -> None:
    """Until the last reply of the database has been told whole, nothing is known of what came after it."""
    changes = Changes(store.database)
    seen: list[tuple[float, bool]] = []

    class Slow:
        def changed(self, change: Change) -> None:
            seen.append((time.monotonic(), changes.followed))
            time.sleep(0.02)

        def lost(self) -> None:
            """Nothing is kept."""

    changes.listen("things", Slow())
    changes.start()
    await until(lambda: changes.followed)
    await store.database["things"].insert_many([{"n": number} for number in range(150)])
    await until(lambda: len(seen) == 150)
    late = [followed for at, followed in seen if at - seen[0][0] > LEASE + 0.3]
    assert late
    assert not any(late)
    await until(lambda: changes.followed)
    await changes.close()
