"""Authorizations: what ends one takes its tokens away, and nobody else's."""

from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from auth.store import authorizations, refresh_tokens, tokens
from auth.store.authorizations import Authorization
from auth.store.database import Database, SyncDatabase
from auth.store.tokens import TokenRecord


def authorization(id: str = "one", **more: Any) -> Authorization:
    now = moment.now()
    usual: dict[str, Any] = {
        "id": id, "client": "app", "account": "account-1", "hat": "resident", "scope": "openid",
        "launched": "Patient/p", "encounter": None, "context": ("Organization/o",), "intent": None,
        "session": "s", "nonce": None, "amr": ("pwd",), "proved": now, "created": now,
    }  # fmt: skip
    return Authorization(**usual | more)


def issue(base: SyncDatabase, id: str, **more: Any) -> None:
    """An access and a refresh token of an authorization."""
    now = moment.now()
    record = TokenRecord(
        "app", "HTEST", None, False, "openid", now, now + timedelta(hours=1), account="account-1",
        hat="resident", authorization=id, **more,
    )  # fmt: skip
    tokens.insert(base, f"access-{id}", record)
    refresh_tokens.insert(base, f"refresh-{id}", "app", id)


def alive(base: SyncDatabase, id: str) -> set[bool]:
    """Do the authorization and its tokens live?"""
    return {
        authorizations.stands(base, id),
        tokens.find(base, f"access-{id}") is not None,
        refresh_tokens.peek(base, f"refresh-{id}") is not None,
    }


@pytest.fixture
async def two(base: Database, blocking_base: SyncDatabase) -> Database:
    for id, session in (("one", "s"), ("other", "t")):
        authorizations.insert(blocking_base, authorization(id, session=session))
        issue(blocking_base, id)
    return base


async def test_as_it_was_given(two: Database, blocking_base: SyncDatabase) -> None:
    assert authorizations.find(blocking_base, "one") == authorization(
        created=authorizations.find(blocking_base, "one").created,  # type: ignore[union-attr]
        proved=authorizations.find(blocking_base, "one").proved,  # type: ignore[union-attr]
    )
    assert authorizations.find(blocking_base, "unknown") is None


async def test_one_ends_and_the_other_stands(two: Database, blocking_base: SyncDatabase) -> None:
    authorizations.end_one(blocking_base, "one")
    assert alive(blocking_base, "one") == {False}
    assert alive(blocking_base, "other") == {True}
    ended = authorizations.find(blocking_base, "one")
    assert ended is not None
    assert ended.ended is not None


async def test_those_of_a_session_and_those_of_an_account(two: Database, blocking_base: SyncDatabase) -> None:
    assert await authorizations.end(two, {"session": {"$in": ["t"]}}) == ["other"]
    assert alive(blocking_base, "other") == {False}
    assert alive(blocking_base, "one") == {True}
    assert await authorizations.end(two, {"account": "account-1"}) == ["one"]
    assert await authorizations.end(two, {"account": "account-1"}) == []


async def test_tokens_end_with_the_hat_and_never_later(two: Database, blocking_base: SyncDatabase) -> None:
    ends = moment.now() + timedelta(minutes=5)
    await authorizations.cap(two, "account-1", "resident", ends)
    await authorizations.cap(two, "account-1", "resident", ends + timedelta(hours=5))
    record = tokens.find(blocking_base, "access-one")
    assert record is not None
    assert record.expires == ends
    await authorizations.cap(two, "account-1", "resident", moment.now())
    assert tokens.find(blocking_base, "access-one") is None
