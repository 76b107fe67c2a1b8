"""The form of a rule offers the purposes for which somebody can look, and says of others that nobody can."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from auth import moment
from fhir.sensitivity import ACT_CODE
from services.portal.consents.rule import Rule, consent
from tests.functional.portal.conftest import PASSWORD, Site
from tests.functional.portal.region import HOSPITAL
from tests.functional.portal.test_forms import send
from tests.functional.portal.test_granted_file import HOME, SHUT, doctor, seen
from tests.support.resources import observation, put

HIV = {"meta": {"security": [{"system": ACT_CODE, "code": "HIV"}]}}
RULE = {"effect": "deny", "who": "all", "what": "labels", "labels": "HIV", "until": "always"}


@pytest.fixture
async def li(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """She, of whose three results one is labelled."""
    labelled = observation("labelled", "stranger") | HIV
    await put(site.platform.store, observation("a", "stranger"), observation("b", "stranger"), labelled)
    async with httpx.AsyncClient(base_url=site.address, timeout=30, trust_env=False) as http:
        http.headers["accept-language"] = "zh-CN"
        await send(http, "/login", login="li", password=PASSWORD, next=HOME)
        yield http


async def test_the_form_offers_what_somebody_can_state(li: httpx.AsyncClient) -> None:
    form = (await li.get(f"{HOME}/new")).text
    select = re.search(r'<select id="purpose".*?</select>', form, re.DOTALL)
    assert select
    assert re.findall(r'value="([A-Z]*)"', select[0]) == ["", "TREAT", "BTG"]
    refused = await send(li, f"{HOME}/preview", at=f"{HOME}/new", **RULE, purpose="HRESCH")
    assert refused.status_code == 422


async def test_a_denial_for_emergencies_is_seen_ahead_as_it_is_kept(
    site: Site, li: httpx.AsyncClient
) -> None:
    ahead = (await send(li, f"{HOME}/preview", at=f"{HOME}/new", **RULE, purpose="BTG")).text
    assert "紧急打开时谁看到什么" in ahead
    assert re.search(r"任何一位医生.{0,80}现在看到 3 条，以后看到 2 条", ahead, re.DOTALL), ahead
    assert await seen(site) == SHUT
    who = await doctor(site)
    await site.platform.grounds.emergencies.open(
        None, account=who.id, name="HTEST", organization=HOSPITAL, practitioner="Practitioner/zhou",
        patient="Patient/stranger", code="other", reason="HTEST",
    )  # fmt: skip
    assert (await seen(site))["Observation"] == 3
    await send(li, HOME, at=f"{HOME}/new", **RULE, purpose="BTG")
    assert (await seen(site))["Observation"] == 2


async def test_a_rule_of_before_keeps_its_meaning_and_is_shown_for_what_it_is(
    site: Site, li: httpx.AsyncClient
) -> None:
    rule = Rule("permit", HOSPITAL, labels=("HIV",), purpose="HRESCH")
    made = consent(rule, "Patient/stranger", moment.now(), channel="web") | {"id": "before"}
    await put(site.platform.store, made)
    await asyncio.sleep(1)
    shown = (await li.get(HOME)).text
    assert "科研" in shown
    assert "现在没有人能为这个目的查看" in shown
    assert await seen(site) == SHUT
    assert "现在看到" not in (await li.get(f"{HOME}/before")).text
    english = httpx.Headers({"accept-language": "en"})
    assert "Nobody can look for this purpose now" in (await li.get(HOME, headers=english)).text
    treating = consent(replace(rule, purpose="TREAT"), "Patient/stranger", moment.now(), channel="web")
    await put(site.platform.store, treating | {"id": "after"})
    assert (await seen(site))["Observation"] == 1
