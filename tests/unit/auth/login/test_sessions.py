"""Web sessions: their two ends, their tokens and their forms."""

import pytest

from auth.login import sessions
from auth.store import accounts as stored
from auth.store import sessions as stored_sessions
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from tests.unit.auth.conftest import Clock


async def test_a_session_is_known_by_its_hash_alone(base: Database, doctor: AccountRecord) -> None:
    token = await sessions.start(base, doctor)
    rows = await base["sessions"].find().to_list()
    assert token not in str(rows)
    assert await sessions.resume(base, rows[0]["_id"]) is None
    session = await sessions.resume(base, token)
    assert session is not None
    assert session.principal.session is not None
    assert session.principal.session not in token


@pytest.mark.parametrize("token", [None, "", "x", "\x00", "\udcff"])
async def test_no_session(base: Database, token: str | None) -> None:
    assert await sessions.resume(base, token) is None


async def test_log_in_rotates_the_token_and_ends_the_old_session(
    base: Database, doctor: AccountRecord
) -> None:
    old = await sessions.start(base, doctor)
    new = await sessions.start(base, doctor, replaces=old)
    assert new != old
    assert await sessions.resume(base, old) is None
    assert await sessions.resume(base, new) is not None


async def test_log_out(base: Database, doctor: AccountRecord) -> None:
    token, other = await sessions.start(base, doctor), await sessions.start(base, doctor)
    await sessions.end(base, token)
    assert await sessions.resume(base, token) is None
    assert await sessions.resume(base, other) is not None


async def test_staff_are_out_after_fifteen_idle_minutes(
    base: Database, doctor: AccountRecord, clock: Clock
) -> None:
    token = await sessions.start(base, doctor)
    clock.move(minutes=14)
    assert await sessions.resume(base, token) is not None
    clock.move(minutes=14)
    assert await sessions.resume(base, token) is not None
    clock.move(minutes=15)
    assert await sessions.resume(base, token) is None
    clock.move(minutes=-15)
    assert await sessions.resume(base, token) is None


async def test_residents_have_thirty(base: Database, resident: AccountRecord, clock: Clock) -> None:
    token = await sessions.start(base, resident)
    clock.move(minutes=29)
    assert await sessions.resume(base, token) is not None
    clock.move(minutes=30)
    assert await sessions.resume(base, token) is None


async def test_nobody_stays_longer_than_twelve_hours(
    base: Database, doctor: AccountRecord, clock: Clock
) -> None:
    token = await sessions.start(base, doctor)
    for _ in range(71):
        clock.move(minutes=10)
        assert await sessions.resume(base, token) is not None
    clock.move(minutes=10)
    assert await sessions.resume(base, token) is None


async def test_a_disabled_account_has_no_session(base: Database, doctor: AccountRecord) -> None:
    token = await sessions.start(base, doctor)
    assert await stored.disable(base, "doctor")
    late = await sessions.start(base, doctor)
    assert await sessions.resume(base, token) is None
    assert await sessions.resume(base, late) is None


async def test_a_role_taken_away_ends_the_session(base: Database, doctor: AccountRecord) -> None:
    token = await sessions.start(base, doctor)
    await base["accounts"].update_one({}, {"$set": {"posts.0.ends": doctor.created}})
    assert await sessions.resume(base, token) is None


async def test_forms_carry_their_own_sessions_token(base: Database, doctor: AccountRecord) -> None:
    one, two = await sessions.start(base, doctor), await sessions.start(base, doctor)
    session = await sessions.resume(base, one)
    assert session is not None
    assert sessions.csrf_matches(one, session.csrf)
    assert not sessions.csrf_matches(two, session.csrf)
    assert one not in session.csrf
    for wrong in ("", "x", one, session.csrf.upper(), "病", "\udcff"):
        assert not sessions.csrf_matches(one, wrong)


async def test_line_5_of_more_than_five_sessions_the_oldest_ends(
    base: Database, doctor: AccountRecord, resident: AccountRecord, clock: Clock
) -> None:
    other, tokens = await sessions.start(base, resident), []
    for _ in range(7):
        clock.move(seconds=1)
        tokens.append(await sessions.start(base, doctor))
    still = [await sessions.resume(base, token) is not None for token in tokens]
    assert still == [False, False, True, True, True, True, True]
    assert await sessions.resume(base, other) is not None


async def test_line_5_the_limit_is_the_sites_and_the_owner_is_told(
    base: Database, doctor: AccountRecord, clock: Clock
) -> None:
    tokens = []
    for _ in range(3):
        clock.move(seconds=1)
        tokens.append(await sessions.start(base, doctor, at_once=2))
    assert [await sessions.resume(base, token) is not None for token in tokens] == [False, True, True]
    await sessions.end(base, tokens[1])
    assert [await sessions.displaced(base, token) for token in tokens] == [True, False, False]


async def test_line_5_a_shared_device_is_out_after_five_idle_minutes_under_any_hat(
    base: Database, doctor: AccountRecord, clock: Clock
) -> None:
    token = await sessions.start(base, doctor)
    await sessions.share(base, token, 5)
    changed = await sessions.switch(base, token, doctor.posts[0].id)
    assert changed is not None
    clock.move(minutes=4)
    assert await sessions.resume(base, changed) is not None
    clock.move(minutes=5)
    assert await sessions.resume(base, changed) is None


async def test_what_hangs_on_a_session_can_ask_whether_it_is_open(
    base: Database, doctor: AccountRecord, clock: Clock
) -> None:
    token = await sessions.start(base, doctor)
    session = await sessions.resume(base, token)
    assert session is not None
    name = session.principal.session or ""
    assert await stored_sessions.is_open(base, name)
    for wrong in ("", name[:-1], name[:-1] + "g", "." * 32, "0" * 32):
        assert not await stored_sessions.is_open(base, wrong)
    await sessions.end(base, token)
    assert not await stored_sessions.is_open(base, name)


async def test_a_hat_that_can_not_be_worn_begins_no_session(base: Database, doctor: AccountRecord) -> None:
    with pytest.raises(ValueError, match="hat"):
        await sessions.start(base, doctor, hat="post-of-another")
    assert await base["sessions"].count_documents({}) == 0
