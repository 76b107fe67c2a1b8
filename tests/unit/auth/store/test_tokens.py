"""Access tokens: looked up once, ended within a second in every process, never from a stale copy."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from auth import moment, secret
from auth.store.database import Database
from auth.store.tokens import TokenRecord, Tokens
from fhir.store.changes import Changes
from tests.unit.auth.conftest import Clock
from tests.unit.fhir.store.test_changes import until

TOKEN = "t" * 43


@pytest.fixture
async def changes(base: Database) -> AsyncIterator[Changes]:
    following = Changes(base)
    yield following
    await following.close()


@pytest.fixture
async def tokens(base: Database, changes: Changes) -> Tokens:
    await issue(base, TOKEN)
    known = Tokens(base, changes)
    changes.start()
    await until(lambda: changes.followed)
    return known


async def issue(base: Database, token: str, client: str = "c", **more: object) -> None:
    row = {
        "_id": secret.digest(token), "client": client, "name": "HTEST", "organization": None,
        "regional": True, "scope": "system/*.rs", "issued": moment.now(),
        "expires": moment.now() + timedelta(hours=1),
    }  # fmt: skip
    await base["tokens"].insert_one(row | more)


async def gone(tokens: Tokens, token: str = TOKEN) -> float:
    began = time.monotonic()
    while await tokens.find(token) is not None:
        assert time.monotonic() - began < 5
        await asyncio.sleep(0.005)
    return time.monotonic() - began


async def test_a_token_is_looked_up_once(base: Database, tokens: Tokens) -> None:
    first = await tokens.find(TOKEN)
    assert isinstance(first, TokenRecord)
    assert await tokens.find(TOKEN) is first


async def test_a_token_that_this_process_revokes_is_ended_at_once(tokens: Tokens) -> None:
    assert await tokens.find(TOKEN)
    assert await tokens.revoke(TOKEN)
    assert await tokens.find(TOKEN) is None


async def test_a_token_that_another_program_revokes_is_ended_within_a_second(
    tokens: Tokens, database: tuple[str, str]
) -> None:
    assert await tokens.find(TOKEN)
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", _PROGRAM, *database)
    assert await program.wait() == 0
    assert await gone(tokens) < 1


_PROGRAM = """
import sys
from pymongo import MongoClient
with MongoClient(sys.argv[1]) as client:
    assert client[sys.argv[2]]["tokens"].delete_many({"client": "c"}).deleted_count == 1
"""


async def test_a_token_whose_scope_is_changed_elsewhere_is_looked_up_again(
    base: Database, tokens: Tokens
) -> None:
    assert await tokens.find(TOKEN)
    await base["tokens"].update_one({}, {"$set": {"scope": ""}})
    for _ in range(200):
        record = await tokens.find(TOKEN)
        assert record is not None
        if record.scope == "":
            return
        await asyncio.sleep(0.005)
    raise AssertionError("the old scope held for a second")


async def test_an_expired_token_is_refused_from_the_cache_too(tokens: Tokens, clock: Clock) -> None:
    assert await tokens.find(TOKEN)
    clock.move(seconds=3601)
    assert await tokens.find(TOKEN) is None


async def test_while_the_stream_is_broken_the_database_is_asked(
    base: Database, tokens: Tokens, changes: Changes
) -> None:
    assert await tokens.find(TOKEN)
    await changes.close()
    await base["tokens"].delete_many({})
    assert await tokens.find(TOKEN) is None


async def test_the_cache_is_bounded_and_holds_no_token(
    base: Database, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens._cache, "_size", 5)
    for number in range(12):
        await issue(base, f"token-{number}", client=f"c{number}")
        assert await tokens.find(f"token-{number}")
    for _ in range(100):  # nothing is kept while the change stream lags
        if len(tokens._cache):
            break
        await asyncio.sleep(0.05)
        assert await tokens.find("token-11")
    assert 0 < len(tokens._cache) <= 5
    assert all(len(key) == 64 and int(key, 16) for key in tokens._cache._entries)


async def test_races_of_reading_and_revoking_leave_nothing_behind(base: Database, tokens: Tokens) -> None:
    """Fifty tokens, each asked for over and over while it is removed: no copy outlives the row."""
    names = [f"raced-{number}" for number in range(50)]
    await asyncio.gather(*(issue(base, name) for name in names))

    async def ask(name: str) -> None:
        while await tokens.find(name) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def remove(name: str) -> None:
        await asyncio.sleep(0.02)
        await base["tokens"].delete_one({"_id": secret.digest(name)})

    began = time.monotonic()
    await asyncio.gather(*(ask(name) for name in names), *(remove(name) for name in names))
    assert time.monotonic() - began < 5
    assert [await tokens.find(name) for name in names] == [None] * 50
