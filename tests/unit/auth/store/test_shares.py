"""Links to a part of a file (SMART Health Links)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from auth.store.database import Database
from auth.store.shares import ATTEMPTS, LONGEST_OPEN, TICKET, Share, Shares, ensure_indexes
from fhir.store.changes import Changes
from fhir.store.vault import Vault


@pytest.fixture
def shares(base: Database) -> Shares:
    return Shares(base, Vault(base["keys"], b"k" * 32, Changes(base)))


async def made(shares: Shares, **more: Any) -> Share:
    usual: dict[str, Any] = {
        "patient": "Patient/a", "account": "account-1", "sections": ["results"], "sensitive": False,
        "life": timedelta(minutes=15), "label": "HTEST", "passcode": "hash",
    }  # fmt: skip
    return await shares.make(**usual | more)


async def test_link_key_and_label_are_stored_sealed(shares: Shares, base: Database) -> None:
    share = await made(shares)
    assert await shares.by_token(share.token) == share
    row = await base["shares"].find_one({})
    for secret in (share.token, share.key.hex(), "HTEST"):
        assert secret not in str(row)


async def test_it_lasts_until_its_time_or_its_end(shares: Shares) -> None:
    share = await made(shares)
    with time_machine.travel(share.until - timedelta(seconds=1), tick=False):
        assert share.lasts
    with time_machine.travel(share.until, tick=False):
        assert not share.lasts
        assert not await shares.open(share)
    assert await shares.open(share)
    assert not await shares.revoke(share.id, ["Patient/other"])
    assert await shares.revoke(share.id, ["Patient/a"])
    assert not await shares.open(share)
    (ended,) = await shares.of(["Patient/a"], 9)
    assert (ended.lasts, ended.token, ended.key, ended.opened) == (False, "", b"", 1)


async def test_a_form_sent_twice_at_once_makes_one_link(shares: Shares, base: Database) -> None:
    await ensure_indexes(base)
    both = await asyncio.gather(*(made(shares, form="form-1") for _ in range(8)))
    assert len({each.token for each in both}) == 1
    assert await base["shares"].count_documents({}) == 1
    assert await shares.by_form("account-1", "form-1") == both[0]
    assert await shares.by_form("account-2", "form-1") is None
    await asyncio.gather(made(shares, form="form-2"), made(shares), made(shares))
    assert await base["shares"].count_documents({}) == 4


async def test_attempts_at_once_are_no_more_than_there_are(shares: Shares) -> None:
    share = await made(shares)
    tried = await asyncio.gather(*(shares.try_passcode(share) for _ in range(4 * ATTEMPTS)))
    assert sum(tried) == ATTEMPTS
    found = await shares.by_token(share.token)
    assert found is not None
    assert not found.lasts


async def test_a_ticket_is_used_once_and_within_minutes(shares: Shares) -> None:
    share = await made(shares)
    ticket = await shares.ticket(share, "王医生")
    assert await shares.redeem(share.token, "other") is None
    used = await asyncio.gather(*(shares.redeem(share.token, ticket) for _ in range(5)))
    (redeemed,) = [each for each in used if each is not None]
    assert redeemed[1] == "王医生"
    late = await shares.ticket(share, "王医生")
    with time_machine.travel(share.made + TICKET + timedelta(minutes=1), tick=False):
        assert await shares.redeem(share.token, late) is None


async def test_a_link_without_a_passcode_lasts_an_hour_at_most(shares: Shares) -> None:
    with pytest.raises(ValueError, match="passcode"):
        await made(shares, passcode=None, life=LONGEST_OPEN + timedelta(seconds=1))
    assert (await made(shares, passcode=None, life=LONGEST_OPEN)).lasts
    assert (await made(shares, life=timedelta(days=30), paper=True)).paper


async def test_a_link_of_an_earlier_version_is_on_no_paper(shares: Shares, base: Database) -> None:
    share = await made(shares)
    await base["shares"].update_one({}, {"$unset": {"paper": True}})
    found = await shares.by_token(share.token)
    assert found is not None
    assert not found.paper


async def test_what_lasts_is_listed_however_many_came_after_it(shares: Shares) -> None:
    """A link that is not listed can't be ended: one on paper opens for a month."""
    paper = await made(shares, life=timedelta(days=30), paper=True)
    childs = await made(shares, hat="proxy-1", life=timedelta(days=30))
    for _ in range(3):
        ended = await made(shares)
        await shares.revoke(ended.id, ["Patient/a"])
    assert {each.id for each in await shares.of(["Patient/a"], 2)} == {paper.id, childs.id}
    assert [each.id for each in await shares.of(["Patient/a"], 9, "proxy-1")] == [childs.id]
    assert len(await shares.of(["Patient/a"], 9)) == 5
