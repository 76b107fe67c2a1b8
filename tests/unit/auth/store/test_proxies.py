"""Proxies: given, ended, offered and accepted, and over by the clock (security-and-scale.md, line 17)."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from auth import moment
from auth.login.hats import hats, of_proxy, principal
from auth.principal import Proxied
from auth.store import accounts, proxies
from auth.store.database import Database
from auth.store.proxies import Invitation, fresh, hand_over

CHILD = "Patient/htest-child"


@pytest.fixture
async def parent(base: Database) -> str:
    account = accounts.fresh("ma", "HTEST Ma", (), "x", patient="Patient/ma")
    await accounts.insert(base, account)
    return account.id


@pytest.mark.parametrize(
    ("birth", "first"),
    [
        (date(2012, 11, 27), datetime(2026, 11, 26, 16, tzinfo=UTC)),
        (date(2012, 2, 29), datetime(2026, 2, 28, 16, tzinfo=UTC)),
    ],
)
def test_the_fourteenth_birthday_begins_at_midnight_in_chengdu(birth: date, first: datetime) -> None:
    assert hand_over(birth) == first


async def test_the_hat_is_gone_at_the_birthday(
    base: Database, parent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = hand_over(date(moment.now().year - 10, 5, 1))
    given = fresh(Proxied.PARENT, CHILD, "officer", until, related="RelatedPerson/r")
    await proxies.add(base, parent, given)
    account = await accounts.by_id(base, parent)
    assert account is not None
    worn = next(each for each in hats(account) if each.proxy)
    who = principal(account, worn)
    assert (who.patient, who.proxy, who.related) == (CHILD, Proxied.PARENT, {"RelatedPerson/r"})
    assert given.id in {each.id for each in hats(account, until - timedelta(milliseconds=1))}
    for late in (until, until + timedelta(seconds=1)):
        assert given.id not in {each.id for each in hats(account, late)}


async def test_an_end_is_kept_and_ends_once(base: Database, parent: str) -> None:
    given = fresh(Proxied.ADULT, CHILD, "a", None)
    await proxies.add(base, parent, given)
    assert await proxies.end(base, ["Patient/other"], given.id) is None
    assert await proxies.end(base, [CHILD], given.id) is not None
    assert await proxies.end(base, [CHILD], given.id) is None
    (held,) = await proxies.of_patients(base, [CHILD])
    assert (held.login, held.proxy.held(moment.now())) == ("ma", False)


async def test_of_several_at_once_one_is_given(base: Database, parent: str) -> None:
    files = (CHILD, "Patient/the-same-child")
    for _ in range(20):
        made = [fresh(Proxied.PARENT, files[each % 2], "officer", None) for each in range(4)]
        given = await asyncio.gather(*(proxies.add(base, parent, each, files) for each in made))
        assert sum(given) == 1
        (held,) = [one for one in await proxies.of_patients(base, files) if one.proxy.held(moment.now())]
        assert held.proxy.id == made[given.index(True)].id
        assert await proxies.end(base, files, held.proxy.id)


async def test_what_is_over_or_for_another_is_in_nobodys_way(base: Database, parent: str) -> None:
    over = moment.now() - timedelta(seconds=1)
    assert await proxies.add(base, parent, fresh(Proxied.PARENT, CHILD, "officer", over), [CHILD])
    assert await proxies.add(base, parent, fresh(Proxied.PARENT, "Patient/other", "officer", None), [CHILD])
    lasting = fresh(Proxied.PARENT, CHILD, "officer", moment.now() + timedelta(days=1))
    assert await proxies.add(base, parent, lasting, [CHILD])
    assert not await proxies.add(base, parent, fresh(Proxied.PARENT, CHILD, "officer", None), [CHILD])


async def test_who_was_registered_twice_is_named_by_either(base: Database, parent: str) -> None:
    lasting = [
        fresh(Proxied.PARENT, CHILD, "officer", None, related=f"RelatedPerson/{each}") for each in "rs"
    ]
    ended = fresh(Proxied.PARENT, CHILD, "officer", moment.now(), related="RelatedPerson/ended")
    adult = fresh(Proxied.ADULT, CHILD, "a", None)
    for each in (*lasting, ended, adult):
        await proxies.add(base, parent, each)
    account = await accounts.by_id(base, parent)
    assert account is not None
    for each in lasting:
        assert principal(account, of_proxy(each)).related == {"RelatedPerson/r", "RelatedPerson/s"}
    assert principal(account, of_proxy(adult)).related == set()


def test_a_help_desk_is_over_within_a_day() -> None:
    for until in (None, moment.now() + timedelta(days=30)):
        given = fresh(Proxied.HELP_DESK, CHILD, "a", until)
        assert given.until is not None
        assert given.until - given.since == timedelta(hours=24)


async def test_a_code_is_good_once_for_its_login(base: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = Invitation("ma", Proxied.ADULT, CHILD, None, "a", moment.now() + timedelta(days=7))
    code = await proxies.invite(base, offer)
    assert [each.login for each in await proxies.offered(base, [CHILD])] == ["ma"]
    assert code not in str(await base["proxy_invitations"].find().to_list())
    assert await proxies.accept(base, "other", code) is None
    assert await proxies.accept(base, "ma", code.lower().replace("-", " ")) == offer
    assert await proxies.accept(base, "ma", code) is None


async def test_an_offer_is_recalled_and_runs_out(base: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = Invitation("ma", Proxied.ADULT, CHILD, None, "a", moment.now() + timedelta(days=7))
    code = await proxies.invite(base, offer)
    assert await proxies.recall(base, [CHILD], "ma")
    assert await proxies.accept(base, "ma", code) is None
    code, later = await proxies.invite(base, offer), offer.expires + timedelta(seconds=1)
    monkeypatch.setattr(moment, "now", lambda: later)
    assert await proxies.accept(base, "ma", code) is None
    (over,) = await proxies.offered(base, [CHILD])
    assert not over.open(later), "whoever made it is told"


async def test_an_older_database_keeps_an_offer_that_is_over_for_a_while(base: Database) -> None:
    invitations = base["proxy_invitations"]
    await invitations.drop()
    await invitations.create_index([("expires", 1)], expireAfterSeconds=0)
    for _ in range(2):
        await proxies.ensure_indexes(base)
        kept = (await invitations.index_information())["expires_1"]["expireAfterSeconds"]
        assert kept == proxies.SHOWN.total_seconds()
