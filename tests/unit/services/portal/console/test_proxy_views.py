"""The officer's page: a number is asked for, and tells nothing where nobody holds it."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from auth import moment
from auth.login import accounts, hats
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import proxies
from auth.store.proxies import Held
from fhir.interactions.search import search as find
from fhir.store import EVERYONE
from fhir.summary.moment import local_day
from services.portal.consents.rule import Rule, consent
from services.portal.console.proxy_views import act, proxies_page, search
from services.portal.visit import context_of
from tests.support.people import organizations, patient
from tests.unit.services.portal.console.conftest import Desk, body

NUMBER, CHILD = "510104195803129013", "Patient/p1"
REGISTER = {"act": "register", "login": "li", "proof": "HTEST 户口簿"}


async def test_an_officer_is_asked_for_a_number(desk: Desk) -> None:
    await desk.log_in(Role.PRIVACY)
    assert 'action="/console/proxies/number"' in body(await desk.get(proxies_page))
    unknown = await desk.post(search, {"number": NUMBER})
    assert unknown.status_code == 404
    assert "没有找到" in body(unknown)


async def test_another_role_is_refused(desk: Desk) -> None:
    assert (await desk.get(proxies_page)).status_code == 403
    assert (await desk.post(search, {"number": NUMBER})).status_code == 403


async def put(desk: Desk, *resources: dict[str, Any]) -> None:
    async def work(transaction: Any) -> None:
        for each in resources:
            transaction.put(each)

    await desk.platform.store.resources.transact(work)


@pytest.fixture
async def query(desk: Desk) -> str:
    """The address of a child whose mother has an account, for the officer who is logged in."""
    child = patient(birthDate=(local_day() - timedelta(days=3000)).isoformat())
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": CHILD}}
    mother = patient("mother", identifier=[], name=[{"text": "HTEST 李桂芳"}])
    await put(desk, *organizations(), child, condition | {"code": {"text": "HTEST 感冒"}}, mother)
    await accounts.create_demonstration(
        desk.platform.database, Passwords(), desk.platform.store.vault, login="li", name="HTEST 李桂芳",
        roles=(Role.RESIDENT,), password="a long password of the house", totp_secret=None,
        patient="Patient/mother", organization=None,
    )  # fmt: skip
    await desk.log_in(Role.PRIVACY)
    return urlsplit((await desk.post(search, {"number": NUMBER})).headers["location"]).query


async def lasting(desk: Desk) -> list[Held]:
    now = moment.now()
    return [
        each for each in await proxies.of_patients(desk.platform.database, [CHILD]) if each.proxy.held(now)
    ]


async def related(desk: Desk) -> list[str]:
    found = await desk.platform.store.resources.search({"type": "RelatedPerson"}, EVERYONE, limit=9)
    return [each.reference for each in found]


async def seen(desk: Desk) -> list[int]:
    """How many diagnoses the mother is shown under each of her hats."""
    account = await stored.by_login(desk.platform.database, "li")
    assert account is not None
    worn = [hats.principal(account, each) for each in hats.hats(account) if each.proxy]
    pages = [await find(context_of(desk.platform, who), "Condition", [("patient", CHILD)]) for who in worn]
    return [len(each.matches) for each in pages]


async def test_of_two_posts_at_once_one_registers(desk: Desk, query: str) -> None:
    for _ in range(5):
        posts = await asyncio.gather(*(desk.post(act, REGISTER, query=query) for _ in range(2)))
        assert sorted(each.status_code for each in posts) == [303, 422]
        assert "已经登记过了" in body(next(each for each in posts if each.status_code == 422))
        (held,) = await lasting(desk)
        assert await related(desk) == [held.proxy.related], "one record of one person, however often"
        await desk.post(act, {"act": "end", "id": held.proxy.id}, query=query)
        assert await lasting(desk) == []


async def test_a_rule_reaches_every_hat_of_who_is_registered_twice(desk: Desk, query: str) -> None:
    await desk.post(act, REGISTER, query=query)
    (first,) = await lasting(desk)
    second = proxies.fresh(first.proxy.kind, CHILD, "HTEST", None, related="RelatedPerson/second")
    await proxies.add(desk.platform.database, first.account, second)
    assert await seen(desk) == [1, 1]
    for named in (first.proxy.related, second.related):
        rule = consent(Rule("deny", named), CHILD, moment.now() - timedelta(days=1), channel="web")
        await put(desk, rule | {"id": "r"})
        assert await seen(desk) == [0, 0]
    await put(desk, rule | {"id": "r", "status": "inactive"})
    assert await seen(desk) == [1, 1]


async def test_a_record_that_was_deleted_comes_back_with_the_rules_on_it(desk: Desk, query: str) -> None:
    await desk.post(act, REGISTER, query=query)
    (first,) = await lasting(desk)
    assert first.proxy.related is not None
    rule = consent(Rule("deny", first.proxy.related), CHILD, moment.now(), channel="web")
    await put(desk, rule | {"id": "r"})

    async def delete(transaction: Any) -> None:
        transaction.delete(first.proxy.related)

    await desk.platform.store.resources.transact(delete)
    assert await related(desk) == []
    assert (await desk.post(act, {"act": "end", "id": first.proxy.id}, query=query)).status_code == 303
    assert (await desk.post(act, REGISTER, query=query)).status_code == 303
    (again,) = await lasting(desk)
    assert [again.proxy.related] == await related(desk) == [first.proxy.related]
    assert await seen(desk) == [0]
