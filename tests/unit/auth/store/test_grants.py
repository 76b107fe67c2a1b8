"""Grants: what a person has let an app do, remembered and withdrawn."""

from auth import moment
from auth.store import authorizations, grants
from auth.store.database import Database, SyncDatabase
from auth.store.grants import Grant
from tests.unit.auth.store.test_authorizations import alive, authorization, issue


def grant(client: str = "app", hat: str = "resident", scope: str = "openid") -> Grant:
    now = moment.now()
    return Grant(client, "account-1", hat, "openid patient/*.rs", scope, "Patient/p", now, now)


async def test_the_latest_answer_counts_for_each_hat_and_app(base: Database) -> None:
    for given in (grant(), grant(scope="openid patient/*.rs"), grant("other"), grant(hat="post-1")):
        await grants.remember(base, given)
    assert {each.client for each in await grants.of_account(base, "account-1", "resident")} == {
        "app",
        "other",
    }
    found = await grants.find(base, "account-1", "resident", "app")
    assert found is not None
    assert found.scope == "openid patient/*.rs"
    assert await grants.find(base, "account-2", "resident", "app") is None


def test_only_the_same_question_is_covered() -> None:
    assert grant().covers("patient/*.rs openid")
    assert not grant().covers("openid")
    assert not grant().covers("openid patient/*.rs offline_access")


async def test_withdrawn_with_all_that_came_of_it(base: Database, blocking_base: SyncDatabase) -> None:
    await grants.remember(base, grant())
    authorizations.insert(blocking_base, authorization())
    issue(blocking_base, "one")
    assert not await grants.withdraw(base, "account-1", "post-1", "app")
    assert await grants.withdraw(base, "account-1", "resident", "app")
    assert alive(blocking_base, "one") == {False}
    assert not await grants.withdraw(base, "account-1", "resident", "app")


async def test_the_last_use_is_noted(base: Database) -> None:
    given = grant()
    await grants.remember(base, given)
    await grants.use(base, given)
    found = await grants.find(base, "account-1", "resident", "app")
    assert found is not None
    assert found.used >= given.used
