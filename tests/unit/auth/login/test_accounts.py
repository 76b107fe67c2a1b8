"""Accounts: what they must have, and which roles exclude each other."""

import asyncio
from itertools import combinations
from typing import Any

import pytest

from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import DUTIES, Role, compatible
from auth.store.accounts import AccountRefused, by_login
from auth.store.database import Database

H1 = "Organization/h1"


async def make(base: Database, passwords: Passwords, **given: Any) -> None:
    usual = {"login": "someone", "name": "HTEST", "roles": (Role.AUDITOR,)}
    await accounts.create(base, passwords, **(usual | given))


async def test_a_new_account_has_a_hashed_one_time_password(base: Database, passwords: Passwords) -> None:
    account, password = await accounts.create(
        base,
        passwords,
        login="Dr.Li",
        name="HTEST",
        roles=(Role.CLINICIAN,),
        organization=H1,
        practitioner="Practitioner/1",
    )
    assert await by_login(base, " DR.LI ") == account
    assert account.one_time
    assert password not in str(await base["accounts"].find_one({}))


@pytest.mark.parametrize("login", ["someone", "SOMEONE", " someone ", "ｓｏｍｅｏｎｅ"])
async def test_a_login_is_taken_once(base: Database, passwords: Passwords, login: str) -> None:
    await make(base, passwords)
    with pytest.raises(AccountRefused, match="taken"):
        await make(base, passwords, login=login)


async def test_a_race_for_a_login_has_one_winner(base: Database, passwords: Passwords) -> None:
    made = await asyncio.gather(*(make(base, passwords) for _ in range(8)), return_exceptions=True)
    assert sum(one is None for one in made) == 1


@pytest.mark.parametrize("roles", [*combinations(sorted(DUTIES), 2), tuple(Role), ()])
async def test_roles_that_exclude_each_other(
    base: Database, passwords: Passwords, roles: tuple[Role, ...]
) -> None:
    with pytest.raises(AccountRefused):
        await make(
            base, passwords, roles=roles, organization=H1, practitioner="Practitioner/1", patient="Patient/1"
        )
    assert await base["accounts"].count_documents({}) == 0


async def test_a_practitioner_holds_one_duty_over_all_accounts(base: Database, passwords: Passwords) -> None:
    await make(base, passwords, practitioner="Practitioner/1")
    with pytest.raises(AccountRefused, match="another account"):
        await make(base, passwords, login="second", roles=(Role.STEWARD,), practitioner="Practitioner/1")
    await make(base, passwords, login="third", roles=(Role.STEWARD,), practitioner="Practitioner/2")
    clinician = {"roles": (Role.CLINICIAN,), "organization": H1, "practitioner": "Practitioner/1"}
    await make(base, passwords, login="fourth", **clinician)


@pytest.mark.parametrize(
    "given",
    [
        {"roles": (Role.CLINICIAN,)},
        {"roles": (Role.CLINICIAN,), "organization": H1},
        {"roles": (Role.CLINICIAN,), "practitioner": "Practitioner/1"},
        {"roles": (Role.RESIDENT,)},
        {"login": ""},
        {"login": " x "},
        {"login": "a\nb"},
        {"login": "x" * 65},
        {"login": "510104195803129013"},
        {"login": " ５１０１０４195803129013 "},
    ],
)
async def test_what_an_account_must_have(base: Database, passwords: Passwords, given: dict[str, Any]) -> None:
    with pytest.raises(AccountRefused):
        await make(base, passwords, **given)


async def test_reset_of_nobody(base: Database, passwords: Passwords) -> None:
    with pytest.raises(AccountRefused):
        await accounts.reset(base, passwords, "nobody")


def test_the_rule_of_the_last_five() -> None:
    assert all(compatible((Role.CLINICIAN, Role.RESIDENT, duty)) for duty in DUTIES)
    assert not any(compatible(pair) for pair in combinations(DUTIES, 2))
