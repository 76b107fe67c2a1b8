"""Accounts as they are stored; those of an earlier version are read as if they had always had posts."""

from typing import Any

import pytest

from auth import moment
from auth.roles import Role
from auth.store import accounts, posts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database


def old(login: str, *roles: Role, **more: Any) -> dict[str, Any]:
    """A row as it was before there were posts."""
    row = {
        "_id": f"account-{login}", "login": login, "name": "HTEST", "roles": [role.value for role in roles],
        "organization": "Organization/h", "practitioner": f"Practitioner/{login}", "patient": None,
        "password": "x", "one_time": False, "password_expires": None, "totp": b"sealed", "totp_step": 7,
        "demonstration": False, "disabled": False, "created": moment.now(),
    }  # fmt: skip
    return row | more


async def found(base: Database, login: str) -> AccountRecord:
    account = await accounts.by_login(base, login)
    assert account is not None
    return account


async def test_accounts_of_an_earlier_version_get_posts(base: Database) -> None:
    await base["accounts"].insert_many(
        [
            old("doctor", Role.CLINICIAN, Role.RESIDENT, patient="Patient/own"),
            old("steward", Role.STEWARD, duty="Practitioner/steward", patient="Patient/ignored"),
            old("nurse", Role.CLINICIAN),
        ]
    )
    await base["sessions"].insert_one({"_id": "x", "account": "account-doctor", "role": "clinician"})
    for _ in range(2):
        for store in (accounts, accounts.sessions):
            await store.ensure_indexes(base)
    doctor, steward = await found(base, "doctor"), await found(base, "steward")
    assert doctor.roles == (Role.CLINICIAN, Role.RESIDENT)
    (post,) = doctor.posts
    assert (post.organization, post.practitioner, post.begins) == (
        "Organization/h", "Practitioner/doctor", doctor.created,
    )  # fmt: skip
    assert (doctor.patient, doctor.totp, doctor.totp_step) == ("Patient/own", b"sealed", 7)
    assert (steward.roles, steward.patient) == ((Role.STEWARD,), None)
    taken = accounts.fresh("second", "HTEST", (posts.fresh(Role.AUDITOR, None, "Practitioner/steward"),), "x")
    with pytest.raises(AccountRefused, match="another account"):
        await accounts.insert(base, taken)
    assert await base["sessions"].count_documents({}) == 0


async def test_what_is_stored_is_what_comes_back(base: Database) -> None:
    held = posts.fresh(Role.CLINICIAN, "Organization/h", "Practitioner/p", administrator=True)
    made = accounts.fresh("Li", "HTEST", (held,), "x", patient="Patient/a", subject="s")
    await accounts.insert(base, made)
    assert await accounts.by_id(base, made.id) == made
    assert await accounts.by_subject(base, "s") == made


async def test_an_outside_subject_is_bound_once(base: Database) -> None:
    one, two = (accounts.fresh(name, "HTEST", (), "x", patient="Patient/a") for name in ("one", "two"))
    await accounts.insert(base, one)
    await accounts.insert(base, two)
    assert await accounts.bind(base, one.id, "s")
    assert not await accounts.bind(base, one.id, "other")
    assert not await accounts.bind(base, two.id, "s")
    assert await accounts.bind(base, two.id, "t")


async def test_disabling_and_enabling(base: Database) -> None:
    await accounts.insert(base, accounts.fresh("one", "HTEST", (), "x", patient="Patient/a"))
    assert await accounts.disable(base, "ONE")
    assert (await found(base, "one")).disabled
    assert await accounts.enable(base, " one ")
    assert not (await found(base, "one")).disabled
    assert not await accounts.enable(base, "nobody")
