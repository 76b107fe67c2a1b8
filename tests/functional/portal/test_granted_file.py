"""A resident opens the file to a house that does not treat him: seen ahead, within a second, taken back."""

import asyncio
import re

import httpx

from auth.login import hats
from auth.store import accounts
from fhir.interactions.search import search
from services.portal.visit import context_of
from tests.functional.portal.conftest import PASSWORD, Site
from tests.functional.portal.region import HOSPITAL
from tests.functional.portal.test_forms import send
from tests.support.resources import observation, put

HOME = "/resident/consents"
RULE = {"effect": "permit", "who": "house", "house": HOSPITAL, "what": "everything", "purpose": "", "end": ""}


async def _seen(site: Site) -> int:
    """How much of the stranger's file the hospital's doctor finds; asked again until a second is over."""
    account = await accounts.by_login(site.platform.database, "doctor")
    assert account is not None
    who = hats.principal(account, hats.hats(account)[0])
    await asyncio.sleep(1)
    asked = [("patient", "Patient/stranger"), ("_summary", "count")]
    return (await search(context_of(site.platform, who), "Observation", asked)).total or 0


async def test_given_seen_ahead_and_taken_back(site: Site) -> None:
    await put(site.platform.store, observation("granted", "stranger"))
    async with httpx.AsyncClient(base_url=site.address, timeout=30, trust_env=False) as http:
        http.headers["accept-language"] = "zh-CN"
        await send(http, "/login", login="li", password=PASSWORD, next=HOME)
        assert await _seen(site) == 0
        ahead = await send(http, f"{HOME}/preview", at=f"{HOME}/new", **RULE)
        found = re.search(r"现在看到 0 条，以后看到 (\d+) 条", ahead.text)
        assert found, ahead.text
        assert int(found[1]) > 0
        assert await _seen(site) == 0
        await send(http, HOME, at=f"{HOME}/new", **RULE)
        assert await _seen(site) > 0
        listed = re.search(rf'href="({HOME}/[0-9a-f-]{{36}})"', (await http.get(HOME)).text)
        assert listed
        taken = await http.get(listed[1])
        assert re.search(r"现在看到 \d+ 条，以后看到 0 条", taken.text)
        version = re.search(r'name="version" value="([^"]+)"', taken.text)
        assert version
        await send(http, listed[1], at=listed[1], version=version[1])
        assert await _seen(site) == 0
