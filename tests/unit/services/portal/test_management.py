"""The console by its own networks, behind a proxy; security-and-scale.md, lines 5 and 6."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pyotp
import pytest

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store.accounts import AccountRecord
from services.platform import Platform
from tests.support.http_client import http_client
from tests.support.web_process import web_process
from tests.unit.services.portal.test_visit import CHIEF, platform, token

__all__ = ["platform", "token"]
INSIDE, OUTSIDE = {"X-Forwarded-For": "10.1.2.3"}, {"X-Forwarded-For": "192.0.2.9"}


@pytest.fixture
async def http(
    platform: Platform, database: tuple[str, str], tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """The pages behind a proxy at 127.0.0.1; the console for 10.1.0.0/16 alone."""
    more = {"FURONG_CONSOLE_NETWORKS": "10.1.0.0/16", "FURONG_TRUSTED_PROXIES": "127.0.0.1"}
    more |= {"FURONG_MASTER_KEY": "30" * 32, "FURONG_SESSIONS_AT_ONCE": "2"}
    async with (
        web_process(*database, tmp_path / "data", **more) as address,
        http_client(base_url=address) as client,
    ):
        yield client


async def _account(platform: Platform, role: Role) -> AccountRecord:
    return await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login=f"htest-{role}", name="HTEST",
        roles=(role,), password=CHIEF, totp_secret=None,
    )  # fmt: skip


async def test_line_6_from_elsewhere_there_is_no_console_and_nobody_of_it(
    platform: Platform, http: httpx.AsyncClient, token: str
) -> None:
    for path in ("/console/feeds", "/console/audit", "/console/nothing"):
        assert (await http.get(path, headers=OUTSIDE)).status_code == 404
    assert (await http.get("/console/feeds", headers=INSIDE)).status_code == 303
    account = await _account(platform, Role.AUDITOR)
    session = await sessions.start(platform.database, account, amr=("pwd", "otp"))
    auditor = {"Cookie": f"furong_session={session}"}
    assert (await http.get("/console/audit", headers=auditor | INSIDE)).status_code == 200
    for path in ("/console/audit", "/login/factors"):
        assert (await http.get(path, headers=auditor | OUTSIDE)).status_code == 404
    resident = {"Cookie": f"furong_session={token}"}
    assert (await http.get("/login/factors", headers=resident | OUTSIDE)).status_code == 200


@pytest.mark.parametrize(("place", "status"), [(INSIDE, 303), (OUTSIDE, 404)])
async def test_line_6_a_log_in_for_the_console_ends_elsewhere(
    platform: Platform, http: httpx.AsyncClient, place: dict[str, str], status: int
) -> None:
    await _account(platform, Role.STEWARD)
    reply = await _log_in(http, place, "htest-steward")
    assert reply.headers["location"].startswith("/login/enrol")
    enrolled = await _enrol(http, place, reply)
    assert enrolled.status_code == status
    opened = await platform.database["sessions"].count_documents({})
    assert opened == (1 if place is INSIDE else 0)


async def test_line_5_a_shared_device_says_so_and_remembers(
    platform: Platform, http: httpx.AsyncClient, token: str
) -> None:
    reply = await _log_in(http, OUTSIDE, "wang", shared="1")
    assert reply.headers["location"] == "/resident"
    assert http.cookies["furong_shared"] == "1"
    shown = await http.get("/login/factors", headers=OUTSIDE)
    assert '<noscript><meta http-equiv="refresh" content="305; url=/"></noscript>' in shown.text
    assert "checked" in (await http.get("/login", headers=OUTSIDE)).text
    rows = await platform.database["sessions"].find({"idle_minutes": 5}).to_list()
    assert len(rows) == 1


async def test_line_5_whoever_is_displaced_is_told(
    platform: Platform, http: httpx.AsyncClient, token: str
) -> None:
    for _ in range(2):
        http.cookies.clear()
        await _log_in(http, OUTSIDE, "wang")
    reply = await http.get("/login/factors", headers=OUTSIDE | {"Cookie": f"furong_session={token}"})
    assert reply.headers["location"] == "/login?next=/login/factors&displaced=1"
    assert "登录的次数太多" in (await http.get(reply.headers["location"], headers=OUTSIDE)).text


async def _log_in(http: httpx.AsyncClient, place: dict[str, str], login: str, **more: str) -> httpx.Response:
    form = {"login": login, "password": CHIEF, "csrf": _csrf(await http.get("/login", headers=place))} | more
    return await http.post("/login", data=form, headers=place)


async def _enrol(http: httpx.AsyncClient, place: dict[str, str], step: httpx.Response) -> httpx.Response:
    page = await http.get(step.headers["location"], headers=place)
    secret = re.search(r"secret=([A-Z2-7]+)", page.text)
    assert secret
    form = {"code": pyotp.TOTP(secret[1]).now(), "csrf": _csrf(page)}
    return await http.post("/login/enrol", data=form, headers=place)


def _csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found
    return found[1]
