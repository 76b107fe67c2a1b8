"""Accounts by the page and by the thousand."""

import pytest

from auth.roles import Role
from auth.store import accounts, directory, posts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database
from tests.unit.auth.conftest import Clock

H1, H2 = "Organization/h1", "Organization/h2"


def clinician(login: str, house: str = H1, name: str = "HTEST") -> AccountRecord:
    return accounts.fresh(login, name, [posts.fresh(Role.CLINICIAN, house, f"Practitioner/{login}")], "x")


async def logins(base: Database, **which: object) -> list[str]:
    usual = {"house": None, "size": 10}
    return [account.login for account in await directory.page(base, **(usual | which))]  # type: ignore[arg-type]


async def test_pages_go_by_login_and_stay_in_the_house(base: Database) -> None:
    for number in range(5):
        await accounts.insert(base, clinician(f"a{number}", (H1, H2)[number % 2]))
    assert await logins(base, size=2) == ["a0", "a1"]
    assert await logins(base, size=2, after="a1") == ["a2", "a3"]
    assert await logins(base, size=2, after="a3") == ["a4"]
    assert await logins(base, house=H2) == ["a1", "a3"]
    assert await logins(base, house="Organization/none") == []


async def test_what_is_typed_is_the_beginning_of_a_login_or_a_name_and_no_pattern(base: Database) -> None:
    await accounts.insert(base, clinician("li.lei", name="测试李雷"))
    await accounts.insert(base, clinician("han", H2, name="测试韩梅"))
    assert await logins(base, text=" LI") == ["li.lei"]
    assert await logins(base, text="测试韩") == ["han"]
    assert await logins(base, text="测试", house=H1) == ["li.lei"]
    for none in ("lei", ".*", "^", "[a-z]", "$", "(((("):
        assert await logins(base, text=none) == [], none


async def test_all_of_a_roster_or_none(base: Database) -> None:
    await accounts.insert(base, clinician("b"))
    with pytest.raises(AccountRefused, match="taken"):
        await directory.insert_all(base, [clinician("a"), clinician("b"), clinician("c")])
    assert await logins(base) == ["b"]
    many = [clinician(f"c{number}") for number in range(2_300)]
    await directory.insert_all(base, many)
    assert await base["accounts"].count_documents({}) == 2_301
    taken = await directory.taken(base, [*(each.login for each in many), "d"])
    assert taken == {each.login for each in many}


async def test_who_is_on_duty(base: Database) -> None:
    steward = posts.fresh(Role.STEWARD, H1, "Practitioner/s")
    await accounts.insert(base, accounts.fresh("s", "HTEST", [steward], "x"))
    await accounts.insert(base, clinician("li"))
    assert await directory.on_duty(base, ["Practitioner/s", "Practitioner/li"]) == {"Practitioner/s"}


async def test_a_roster_that_was_cut_short_is_ended(base: Database, clock: Clock) -> None:
    for login, roster in (("stands", "one"), ("does.not", "two")):
        row = accounts.row(clinician(login)) | {"disabled": True, "roster": roster}
        await base["accounts"].insert_one(row)
    await base["rosters"].insert_one({"_id": "one"})
    await directory.recover(base)
    stands = await accounts.by_login(base, "stands")
    assert stands is not None
    assert not stands.disabled
    waits = await accounts.by_login(base, "does.not")
    assert waits is not None
    assert waits.disabled
    clock.move(hours=2)
    await directory.ensure_indexes(base)
    assert await logins(base) == ["stands"]
