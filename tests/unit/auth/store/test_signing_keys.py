"""Rows of signing keys: the oldest first, and none that nobody needs."""

from datetime import timedelta

from auth import moment
from auth.store import signing_keys
from auth.store.database import Database
from auth.store.signing_keys import SigningKeyRecord


async def test_those_that_are_published(base: Database) -> None:
    now = moment.now()
    for kid, age in (("new", 0), ("old", 5), ("over", 50)):
        created = now - timedelta(days=age)
        record = SigningKeyRecord(kid, {"kid": kid}, b"sealed", created, created + timedelta(days=10))
        await signing_keys.insert(base, record)
    assert [key.kid for key in await signing_keys.every(base, now)] == ["old", "new"]
