"""An app asks, in a real browser without JavaScript: the form's answer may lead to the app, and nowhere else.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.async_api import Page

from auth.store import clients
from auth.store.clients import ClientRecord
from tests.functional.portal.conftest import PASSWORD, Site, log_in
from tests.functional.portal.region import RESIDENT
from tests.support.smart_app import challenge

SCOPE = "openid launch/patient patient/Condition.rs patient/Observation.rs patient/Patient.rs"


@dataclass
class Callback:
    """The app's own server on another origin, and what it was called with."""

    address: str
    asked: list[str] = field(default_factory=list)
    referrers: list[str] = field(default_factory=list)


@pytest.fixture
async def callback() -> AsyncIterator[Callback]:
    """It answers every request with a page."""
    told = Callback("")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        told.asked.append(head.split(" ")[1])
        told.referrers += re.findall(r"^referer: (.*)$", head, flags=re.M | re.I)
        body = b"<title>HTEST app</title>here"
        length = f"Content-Length: {len(body)}".encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + length + b"\r\n\r\n" + body)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    told.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield told


async def registered(site: Site, callback: Callback, **more: object) -> ClientRecord:
    """A confidential app, so that its answers are remembered."""
    record, _ = await clients.register(
        site.platform.database, name="HTEST 步数", redirect_uris=[f"{callback.address}/cb"],
        scope=f"{SCOPE} launch user/*.rs", **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return record


def request(site: Site, app: ClientRecord, **more: str) -> str:
    """Where the app sends the browser."""
    query = {
        "response_type": "code", "client_id": app.id, "redirect_uri": app.redirect_uris[0], "state": "s",
        "scope": SCOPE, "aud": site.platform.settings.fhir_base, "code_challenge": challenge("v" * 43),
        "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{site.address}/oauth/authorize?{urlencode(query | more)}"


def called(tab: Page) -> dict[str, str]:
    """The parameters with which the app was called."""
    return dict(parse_qsl(urlsplit(tab.url).query))


async def test_log_in_choose_and_back_to_the_app(site: Site, tab: Page, callback: Callback) -> None:
    """RFC 9700 lines 29, 30, 31 and 40; SMART kit lines 15, 16, 47 and 72."""
    app = await registered(site, callback)
    await tab.goto(request(site, app))
    await tab.fill("#login", "wang")
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    await tab.wait_for_url("**/oauth/consent/*")
    text = await tab.inner_text("main")
    assert "HTEST 步数" in text
    assert urlsplit(callback.address).netloc in text
    assert "王建国" in text
    await tab.uncheck("label:has-text('诊断和健康问题') >> nth=0")
    await tab.uncheck("label:has-text('检验结果和体征') >> nth=0")
    await tab.locator("details").nth(1).locator("summary").click()
    await tab.check("details[open] label:has-text('检验结果')")
    await tab.click("button[value=allow]")
    await tab.wait_for_url(f"{callback.address}/**")
    assert await tab.title() == "HTEST app"
    assert called(tab).keys() == {"code", "state", "iss"}
    row = await site.platform.database["authorizations"].find_one({})
    assert row is not None
    laboratory = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
    granular = f"patient/Observation.rs?category={laboratory}"
    assert row["scope"].split()[2:] == [granular, "patient/Patient.rs"]
    assert row["launched"] == f"Patient/{RESIDENT}"
    assert not any(each.startswith(site.address) for each in callback.referrers)


async def test_a_remembered_answer_after_the_log_in(site: Site, tab: Page, callback: Callback) -> None:
    """RFC 9700 line 29: the log-in's own form may not lead away, so a page goes on by itself."""
    app = await registered(site, callback)
    await log_in(tab, site, "wang")
    await tab.goto(request(site, app))
    await tab.click("button[value=allow]")
    await tab.wait_for_url(f"{callback.address}/**")
    await tab.context.clear_cookies()
    await tab.goto(request(site, app))
    await tab.fill("#login", "wang")
    await tab.fill("#password", PASSWORD)
    await tab.press("#password", "Enter")
    await tab.wait_for_url(f"{callback.address}/**")
    assert called(tab)["code"]


async def test_no(site: Site, tab: Page, callback: Callback) -> None:
    app = await registered(site, callback)
    await log_in(tab, site, "wang")
    await tab.goto(request(site, app))
    await tab.click("button[value=deny]")
    await tab.wait_for_url(f"{callback.address}/**")
    assert called(tab)["error"] == "access_denied"


async def test_a_doctor_starts_an_app_from_the_summary(site: Site, tab: Page, callback: Callback) -> None:
    """SMART kit lines 26 and 27."""
    app = await registered(site, callback, launch_url=f"{callback.address}/launch")
    await log_in(tab, site, "doctor")
    await tab.goto(f"{site.address}/clinician/patients/{RESIDENT}")
    async with tab.context.expect_page() as opened:
        await tab.click("button:has-text('HTEST 步数')")
    other = await opened.value
    await other.wait_for_url(f"{callback.address}/launch**")
    launch = called(other)
    assert launch["iss"] == site.platform.settings.fhir_base
    await other.goto(request(site, app, scope="openid launch user/*.rs", launch=launch["launch"]))
    await other.click("button[value=allow]")
    await other.wait_for_url(f"{callback.address}/cb**")
    assert called(other)["code"]
    assert not any(each.startswith(site.address) for each in callback.referrers)
