"""429 over real sockets and processes: what is counted, what is told, what is recorded (line 39)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from auth.store.quotas import Quota
from tests.support.http_client import http_client
from tests.support.web import Web, served
from tests.support.web_process import web_process

LIMIT = 40


@pytest.fixture
async def limited(database: tuple[str, str], tmp_path: Path) -> AsyncIterator[Web]:
    """A web process in which a client asks 40 times a minute, and an address 3 times for an authorization."""
    options = {"client_requests_per_minute": LIMIT, "authorizations_per_minute": 3}
    async with (
        served(*database, tmp_path / "data", **options) as platform,
        http_client() as http,
    ):
        web = Web(platform, platform.settings.address, http)
        yield web
        await web.close()


async def test_a_client_that_asks_too_often_is_told_when_to_come_again(
    limited: Web, database: tuple[str, str], tmp_path: Path
) -> None:
    client, minute = await limited.client(), Quota("", LIMIT, timedelta(minutes=1))
    begin = minute.start()
    more = {"FURONG_CLIENT_REQUESTS_PER_MINUTE": str(LIMIT)}
    async with web_process(*database, tmp_path / "second", **more) as second:
        headers = dict(client.headers)
        replies = []
        for _ in range(LIMIT):
            replies.append(await client.get("/Patient"))
            replies.append(await limited.http.get(f"{second}/fhir/Patient", headers=headers))
    served_well = [reply for reply in replies if reply.status_code == 200]
    windows = 1 + (minute.start() - begin) // minute.window
    assert LIMIT <= len(served_well) <= LIMIT * windows
    refused = [reply for reply in replies if reply.status_code == 429]
    assert len(refused) == len(replies) - len(served_well)
    assert refused
    outcome = refused[-1].json()
    assert outcome["issue"][0]["code"] == "throttled"
    assert "at most 40 in one minute" in outcome["issue"][0]["diagnostics"]
    assert 1 <= int(refused[-1].headers["retry-after"]) <= 60
    assert (await (await limited.client()).get("/Patient")).status_code == 200


async def test_a_refusal_of_this_kind_is_recorded(limited: Web) -> None:
    client = await limited.client()
    statuses = [(await client.get("/Patient")).status_code for _ in range(2 * LIMIT + 2)]
    assert 429 in statuses
    assert "throttled" in await _newest(limited)


async def test_an_address_that_asks_for_too_many_authorizations(limited: Web) -> None:
    address = f"{limited.address}/oauth/authorize"
    replies = [await limited.http.get(address) for _ in range(7)]
    assert [reply.status_code for reply in replies][:3] == [400, 400, 400]
    assert ["retry-after" in reply.headers for reply in replies if reply.status_code == 429].count(True) >= 1
    assert "throttled" in await _newest(limited)


@pytest.fixture
async def few_tokens(database: tuple[str, str], tmp_path: Path) -> AsyncIterator[Web]:
    """A web process of which an address asks 5 times a minute for tokens or about them."""
    async with (
        served(*database, tmp_path / "data", token_requests_per_minute=5) as platform,
        http_client() as http,
    ):
        yield Web(platform, platform.settings.address, http)


@pytest.mark.parametrize("path", ["token", "revoke", "introspect", "register"])
async def test_an_address_that_guesses_at_the_token_endpoint_or_beside_it(few_tokens: Web, path: str) -> None:
    """access.md, RFC 9700; security line 39: guesses spread over the endpoints count together."""
    address = f"{few_tokens.address}/oauth"
    guess = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "token": "z"}
    for _ in range(11):
        await few_tokens.http.post(f"{address}/token", data=guess)
    replies = [await few_tokens.http.post(f"{address}/{path}", data=guess) for _ in range(7)]
    reply = replies[-1]  # the first may open a new minute
    assert reply.status_code == 429
    assert 1 <= int(reply.headers["retry-after"]) <= 60
    assert reply.headers["cache-control"] == "no-store"
    assert reply.json()["error"] == "temporarily_unavailable"
    assert "at most 5 in one minute" in reply.json()["error_description"]
    assert "throttled" in await _newest(few_tokens)


async def _newest(web: Web) -> set[str | None]:
    """The reasons in the newest audit records."""
    rows = await web.platform.database["audit"].find({"body": {"$exists": True}}).to_list()
    opened = [await web.platform.archive.opened(row["_id"]) for row in rows]
    return {each.reason for each in opened if each}
