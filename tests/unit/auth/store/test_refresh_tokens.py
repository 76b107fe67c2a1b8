"""Refresh tokens: each is used once, and what comes again is told apart from a second tab."""

from concurrent.futures import ThreadPoolExecutor

from auth.store import refresh_tokens
from auth.store.database import Database, SyncDatabase
from auth.store.refresh_tokens import GRACE, IDLE
from tests.unit.auth.conftest import Clock


async def test_one_of_many_claims(base: Database, blocking_base: SyncDatabase) -> None:
    refresh_tokens.insert(blocking_base, "t", "app", "family")
    assert refresh_tokens.claim(blocking_base, "t", "other") is None
    with ThreadPoolExecutor(10) as pool:
        claims = list(pool.map(lambda _: refresh_tokens.claim(blocking_base, "t", "app"), range(10)))
    assert [claim for claim in claims if claim] == ["family"]


async def test_again_soon_and_again_later(base: Database, blocking_base: SyncDatabase, clock: Clock) -> None:
    refresh_tokens.insert(blocking_base, "t", "app", "family")
    assert refresh_tokens.used(blocking_base, "t", "app") is None
    refresh_tokens.claim(blocking_base, "t", "app")
    for seconds, lately in ((0, True), (GRACE.total_seconds(), True), (0.001, False)):
        clock.move(seconds=seconds)
        again = refresh_tokens.used(blocking_base, "t", "app")
        assert again is not None
        assert (again.authorization, again.lately) == ("family", lately)
    assert refresh_tokens.used(blocking_base, "t", "other") is None


async def test_unused_for_too_long(base: Database, blocking_base: SyncDatabase, clock: Clock) -> None:
    refresh_tokens.insert(blocking_base, "t", "app", "family")
    known = refresh_tokens.peek(blocking_base, "t")
    assert known is not None
    assert known[:2] == ("app", "family")
    clock.move(seconds=IDLE.total_seconds())
    assert refresh_tokens.peek(blocking_base, "t") is None
    assert refresh_tokens.claim(blocking_base, "t", "app") is None


async def test_the_token_itself_is_not_stored(base: Database, blocking_base: SyncDatabase) -> None:
    refresh_tokens.insert(blocking_base, "the token", "app", "family")
    assert "the token" not in str(await base["refresh_tokens"].find_one({}))
