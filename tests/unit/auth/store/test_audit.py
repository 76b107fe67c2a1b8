"""Audit store: nothing in it changes or removes a record, and its place in a chain exists once."""

import inspect

import pytest
from pymongo.errors import BulkWriteError

from auth.audit.chain import Chain
from auth.store import audit
from auth.store.audit import Entry, Head
from auth.store.database import Database
from tests.unit.auth.conftest import Clock


def entry(clock: Clock, id: str) -> Entry:
    return Entry(id, clock.at, ("Patient/a",), b"body")


def test_no_function_alters_or_deletes_a_record() -> None:
    source = inspect.getsource(audit)
    assert 'collection(database, "audit").update' not in source
    assert not any(
        word in source for word in ("delete_", "replace_one", "find_one_and_", "drop", "bulk_write")
    )


async def test_what_is_appended_is_found(base: Database, clock: Clock) -> None:
    rows = Chain().append([entry(clock, "1"), entry(clock, "2")])
    await audit.append(base, rows)
    assert [row async for row in audit.chained(base)] == rows
    assert await audit.find(base, "1") == rows[0].entry
    assert await audit.by_hash(base, rows[1].chain, rows[1].hash) == rows[1]
    assert await audit.find(base, "3") is None


async def test_a_place_in_a_chain_exists_once(base: Database, clock: Clock) -> None:
    await audit.append(base, Chain("c").append([entry(clock, "1")]))
    with pytest.raises(BulkWriteError):
        await audit.append(base, Chain("c").append([entry(clock, "2")]))


async def test_a_head_never_goes_back(base: Database) -> None:
    await audit.set_head(base, Head("c", 5, "h5", b"s"))
    await audit.set_head(base, Head("c", 3, "h3", b"s"))
    assert await audit.heads(base) == [Head("c", 5, "h5", b"s")]
    await audit.set_head(base, Head("c", 6, "h6", b"s"))
    assert [head.hash for head in await audit.heads(base)] == ["h6"]
