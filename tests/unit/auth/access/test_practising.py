"""What the directory says of licences and posts bounds the posts of accounts, whoever came first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from auth.access.practising import Practising, follow_stored
from auth.roles import Role
from auth.store import accounts, posts, practices
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.directory import insert_all
from fhir.store import Store
from tests.support.resources import organization, put, remove
from tests.unit.auth.conftest import Clock

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
H1, H2, WHO = "Organization/h1", "Organization/h2", "Practitioner/p1"
END_OF_2026 = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""Midnight after 31 December in Chengdu."""


@pytest.fixture
def store(store: Store, clock: Clock) -> Store:
    clock.at = NOW
    store.add_projections([Practising(store.database)])
    return store


def person(*periods: dict[str, str] | None, **more: Any) -> dict[str, Any]:
    said = [{"code": {"text": "HTEST"}} | ({"period": each} if each else {}) for each in periods]
    return {"resourceType": "Practitioner", "id": "p1"} | ({"qualification": said} if said else {}) | more


def role(id: str, house: str = H1, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole", "id": id,
        "practitioner": {"reference": WHO}, "organization": {"reference": house},
    } | more  # fmt: skip


def end(day: str) -> dict[str, Any]:
    return {"period": {"end": day}}


async def made(store: Store, *held: posts.Post) -> AccountRecord:
    account = accounts.fresh("zhou", "HTEST Zhou", held or [post()], "hash")
    await accounts.insert(store.database, account)
    return account


def post(house: str = H1, of: Role = Role.CLINICIAN) -> posts.Post:
    return posts.fresh(of, house, WHO)


async def until(store: Store) -> list[datetime | None]:
    account = await accounts.by_login(store.database, "zhou")
    assert account is not None
    return [each.until for each in account.posts]


SAYINGS: list[tuple[list[dict[str, Any]], datetime | None]] = [
    ([person()], None),
    ([person(None)], None),
    ([person({"end": "2026-12-31"})], END_OF_2026),
    ([person({"end": "2026-12"})], END_OF_2026),
    ([person({"end": "2026-12-31T23:00:00+08:00"})], datetime(2026, 12, 31, 15, 0, 1, tzinfo=UTC)),
    ([person({"end": "2020-01-01"}, {"end": "2026-12-31"}, None)], END_OF_2026),
    ([person({"end": "2020-01-01"}, {"start": "2020-01-01"})], None),
    ([person(active=False)], NOW),
    ([role("r1")], None),
    ([role("r1", **end("2026-12-31"))], END_OF_2026),
    ([role("r1", **end("2020-01-01")), role("r2", **end("2026-12-31"))], END_OF_2026),
    ([role("r1", **end("2020-01-01")), role("r2")], None),
    ([role("r1", **end("2020-01-01")), role("r2", H2)], datetime(2020, 1, 1, 16, tzinfo=UTC)),
    ([role("r1", H2, **end("2020-01-01"))], None),
    ([role("r1", active=False)], NOW),
    ([role("r1", active=False, **end("2026-12-31"))], NOW),
    ([person({"end": "2027-05-05"}), role("r1", **end("2026-12-31"))], END_OF_2026),
]


@pytest.mark.parametrize(("said", "expected"), SAYINGS)
async def test_a_post_ends_with_what_the_directory_says(
    store: Store, said: list[dict[str, Any]], expected: datetime | None
) -> None:
    await made(store)
    await put(store, organization(), *said)
    assert await until(store) == [expected]


@pytest.mark.parametrize(("said", "expected"), SAYINGS)
async def test_also_where_the_account_comes_later_or_the_platform_had_not_followed_yet(
    store: Store, said: list[dict[str, Any]], expected: datetime | None
) -> None:
    store.resources.projections.clear()
    await put(store, organization(), *said)
    await follow_stored(store)
    if expected is not None and expected <= NOW:
        with pytest.raises(AccountRefused, match="has ended"):
            await made(store)
        return
    await made(store)
    assert await until(store) == [expected]


async def test_a_licence_that_is_renewed_moves_the_end_and_a_post_that_an_officer_ended_stays_ended(
    store: Store,
) -> None:
    await made(store, replace(post(), ends=END_OF_2026))
    for day, expected in (("2020-01-01", 2020), ("2026-06-30", 2026), ("2040-01-01", 2026)):
        await put(store, person({"end": day}))
        (found,) = await until(store)
        assert found is not None
        assert found.year == expected
    assert await until(store) == [END_OF_2026]


async def test_a_licence_is_the_clinicians_and_a_post_everybodys(store: Store) -> None:
    await made(store, post(), post(H2), posts.fresh(Role.STEWARD, H1, WHO))
    await put(store, person({"end": "2026-12-31"}))
    assert await until(store) == [END_OF_2026, END_OF_2026, None]
    await put(store, role("r1", **end("2026-05-31")))
    (may, december, steward) = await until(store)
    assert (may, december) == (steward, END_OF_2026)
    assert steward == datetime(2026, 5, 31, 16, tzinfo=UTC)


async def test_who_is_deleted_may_nothing_until_he_is_there_again(store: Store) -> None:
    await made(store, post(), post(H2))
    await put(store, person(), role("r1"))
    await remove(store, "PractitionerRole/r1")
    assert await until(store) == [NOW, None]
    await put(store, role("r1"))
    assert await until(store) == [None, None]
    await remove(store, WHO)
    assert await until(store) == [NOW, NOW]
    await put(store, person())
    assert await until(store) == [None, None]


async def test_a_role_that_moves_to_another_house_ends_at_the_first(store: Store, clock: Clock) -> None:
    await made(store, post(), post(H2))
    await put(store, role("r1"))
    await put(store, role("r1", H2))
    assert await until(store) == [NOW, None]
    clock.move(days=1)
    await put(store, role("r1", H2, active=False))
    await put(store, role("r1", H2, active=False, specialty=[{"text": "HTEST"}]))
    clock.move(days=1)
    assert await until(store) == [NOW, clock.at.replace(day=2)]


async def test_a_duty_that_lapsed_is_given_anew_by_an_officer(store: Store) -> None:
    await made(store, post(), posts.fresh(Role.STEWARD, H1, WHO))
    await put(store, role("r1", **end("2020-01-01")))
    account = await accounts.by_login(store.database, "zhou")
    assert account is not None
    await accounts.add_post(store.database, account, posts.fresh(Role.AUDITOR, H2, WHO))
    await put(store, role("r1"))
    clinician, steward, auditor = await until(store)
    assert (clinician, auditor) == (None, None)
    assert steward == datetime(2020, 1, 1, 16, tzinfo=UTC)


async def test_a_roster_that_comes_later_is_bounded_too(store: Store) -> None:
    await put(store, person({"end": "2026-12-31"}))
    await insert_all(store.database, [accounts.fresh("zhou", "HTEST Zhou", [post()], "hash")])
    assert await until(store) == [END_OF_2026]
    assert (await practices.of(store.database, [WHO]))[WHO][0].licence
