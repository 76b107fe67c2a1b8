import pytest

from auth.login.passwords import Passwords
from auth.roles import FACTORS, Factor, Role
from auth.store.accounts import by_login
from fhir.store import Store
from services.demo import cast
from services.demo.house import houses
from services.demo.region import Region
from services.demo.resources import registry

PATIENTS = {"diabetic": "Patient/1", "old_man": "Patient/2", "mother": "Patient/3"}


async def test_three_doctors_three_residents_and_one_of_every_other_role(
    store: Store, region: Region
) -> None:
    roles = [member.role for member in await cast.draw(store, region)]
    assert roles.count("clinician") == roles.count("resident") == 3
    assert all(roles.count(role) == 1 for role in Role if role not in ("clinician", "resident"))


async def test_what_was_drawn_once_stays(store: Store, region: Region) -> None:
    first = await cast.draw(store, region)
    assert await cast.draw(store, region) == await cast.members(store) == first
    assert len({member.password for member in first}) == len(first)


async def test_a_second_factor_where_the_role_demands_one(store: Store, region: Region) -> None:
    for member in await cast.draw(store, region):
        assert (member.totp_secret is None) == (FACTORS[Role(member.role)] is not Factor.CODE)


async def test_nothing_that_opens_an_account_is_stored_in_plain(store: Store, region: Region) -> None:
    members = await cast.draw(store, region)
    rows = str([row async for row in store.database["demonstration"].find()])
    assert not any(member.password in rows or (member.totp_secret or "-none-") in rows for member in members)


async def test_no_members_where_there_is_no_demonstration(store: Store) -> None:
    assert await cast.members(store) == []


async def test_the_accounts_open_with_what_was_drawn(store: Store, region: Region) -> None:
    members = await cast.draw(store, region)
    await cast.open_accounts(store, members, PATIENTS)
    known = {f"{each['resourceType']}/{each['id']}" for each in registry(store.vault.identify)}
    for member in members:
        account = await by_login(store.database, member.login)
        assert account is not None
        assert account.demonstration
        assert account.roles == (Role(member.role),)
        assert await Passwords().verify(account.password, member.password)
        if member.role == "clinician":
            assert account.posts[0].administrator == (member.login == "bai.yuzhen")
            assert {account.posts[0].organization, account.posts[0].practitioner} <= known
    diabetic = await by_login(store.database, "wang.jianguo")
    assert diabetic is not None
    assert diabetic.patient == "Patient/1"


async def test_accounts_are_made_once(store: Store, region: Region) -> None:
    members = await cast.draw(store, region)
    await cast.open_accounts(store, members[:4], PATIENTS)
    await cast.open_accounts(store, members, PATIENTS)
    await cast.open_accounts(store, members, PATIENTS)
    assert await store.database["accounts"].count_documents({}) == len(members)


def test_the_doctors_work_in_different_houses(region: Region) -> None:
    codes = [entry["house"] for entry in cast.document("accounts.yaml") if "house" in entry]
    assert len(set(codes)) == 3
    assert set(codes) <= {house.code for house in houses()}


@pytest.mark.parametrize(("code", "key"), [("JJZH", "diabetic"), ("QYFY", "mother"), ("CHSQ", "old_man")])
def test_each_doctor_has_seen_one_of_the_residents_within_a_year(region: Region, code: str, key: str) -> None:
    seen = [
        event.time.date()
        for event in region.events
        if event.house.code == code and event.visit and event.resident.index == region.character(key).index
    ]
    assert (region.until - max(seen)).days < 365
