"""An older rule that counts again once a newer one goes is told before it does, in both languages."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.functional.portal.conftest import Site
from tests.functional.portal.test_forms import resident, send
from tests.support.http_client import http_client

HOME = "/resident/consents"
RULE = {"effect": "deny", "who": "all", "what": "kinds", "purpose": "", "until": "always"}
SENTENCES = {
    "zh-CN": ("撤回以后，更早的规则又会起作用", "新规则到期以后，旧的又会起作用", "诊断"),
    "en": ("Once it is withdrawn, an earlier rule counts again", "the old one counts again", "diagnoses"),
}


@pytest.fixture(params=SENTENCES)
async def http(site: Site, request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(base_url=site.address) as client:
        client.headers["accept-language"] = request.param
        yield client


async def test_what_comes_back_is_told_before(http: httpx.AsyncClient) -> None:
    await resident(http)
    revived, ends, what = SENTENCES[http.headers["accept-language"]]
    await send(http, HOME, at=f"{HOME}/new", **RULE, kinds="diagnoses")
    first = await _newest(http)
    assert revived not in (await http.get(first)).text
    new = RULE | {"effect": "permit", "kinds": "visits"}
    assert ends not in (await send(http, f"{HOME}/preview", at=f"{HOME}/new", **new)).text
    new |= {"until": "day", "end": "2999-01-01"}
    assert ends in (await send(http, f"{HOME}/preview", at=f"{HOME}/new", **new)).text
    await send(http, HOME, at=f"{HOME}/new", **new)
    second = await _newest(http)
    assert second != first
    asked = (await http.get(second)).text
    told = asked.partition(revived)[2].partition("</section>")[0]
    assert what in told.casefold()
    assert revived not in (await http.get(first)).text, "what counts no more brings nothing back"


async def _newest(http: httpx.AsyncClient) -> str:
    found = re.search(rf'href="({HOME}/[0-9a-f-]{{36}})"', (await http.get(HOME)).text)
    assert found
    return found[1]
