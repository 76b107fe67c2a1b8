"""Authorization codes: one of many claims gets a code (RFC 9700 lines 7 to 11)."""

from concurrent.futures import ThreadPoolExecutor

from auth import moment, secret
from auth.store import codes
from auth.store.codes import Code
from auth.store.database import Database, SyncDatabase
from tests.unit.auth.conftest import Clock


def stored(base: SyncDatabase, code: str = "code") -> Code:
    record = Code("app", "family", "https://app.example/cb", "c" * 43, moment.now() + codes.LIFE)
    codes.insert(base, code, record)
    return record


async def test_one_of_twenty_claims(base: Database, blocking_base: SyncDatabase) -> None:
    record = stored(blocking_base)
    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(lambda _: codes.claim(blocking_base, "code", "app"), range(20)))
    assert [claim for claim in claims if claim] == [record]
    assert codes.replayed(blocking_base, "code", "app") == "family"


async def test_bound_to_its_client_and_its_minute(
    base: Database, blocking_base: SyncDatabase, clock: Clock
) -> None:
    stored(blocking_base)
    assert codes.claim(blocking_base, "code", "other") is None
    assert codes.replayed(blocking_base, "code", "app") is None
    clock.move(seconds=60)
    assert codes.claim(blocking_base, "code", "app") is None


async def test_the_code_itself_is_not_stored(base: Database, blocking_base: SyncDatabase) -> None:
    stored(blocking_base, "the code")
    row = await base["codes"].find_one({})
    assert row is not None
    assert row["_id"] == secret.digest("the code")
    assert "the code" not in str(row)
