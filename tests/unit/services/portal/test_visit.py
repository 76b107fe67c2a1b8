"""A page leaves only when its visit is recorded, whatever became of it."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from fhir.outcome import Fault, Refusal
from services.config import Settings
from services.platform import Platform, connect
from services.portal import csrf
from services.portal.visit import Visit, visited
from services.rehearsing import Rehearsing

CHIEF = "a long password of the house"


@pytest.fixture
async def platform(database: tuple[str, str]) -> AsyncIterator[Platform]:
    uri, name = database
    options = {"mongodb_uri": SecretStr(uri), "database": name, "master_key": SecretStr("30" * 32)}
    async with connect(Settings.read(**options)) as platform:
        yield platform


@pytest.fixture
async def token(platform: Platform) -> str:
    """The session of a resident."""
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="wang", name="王建国",
        roles=(Role.RESIDENT,), password=CHIEF, totp_secret=None, patient="Patient/p1",
    )  # fmt: skip
    account = await stored.by_login(platform.database, "wang")
    assert account is not None
    return await sessions.start(platform.database, account)


def request(platform: Platform, token: str | None, form: str | None = None, query: str = "") -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": (form or "").encode(), "more_body": False}

    headers = [(b"content-type", b"application/x-www-form-urlencoded")]
    headers += [(b"cookie", f"{csrf.SESSION_COOKIE}={token}".encode())] if token else []
    app = SimpleNamespace(state=SimpleNamespace(platform=platform, rehearse=Rehearsing(platform)))
    scope = {"type": "http", "method": "GET" if form is None else "POST", "path": "/record", "app": app}
    more = {
        "query_string": query.encode(),
        "server": ("x.example", 443),
        "scheme": "https",
        "client": ("10.0.0.1", 1),
    }
    return Request(scope | more | {"headers": headers, "state": {}}, receive)


async def show(visit: Visit) -> Response:
    visit.context.trail.touch(["Patient/p1"])
    return PlainTextResponse("the page")


async def records(platform: Platform) -> list[dict[str, Any]]:
    return await platform.database["audit"].find({"patients": {"$exists": True}}).to_list()


async def test_a_page_is_recorded_with_the_patients_it_showed(platform: Platform, token: str) -> None:
    reply = await visited(request(platform, token), (Role.RESIDENT,), show)
    assert (reply.status_code, reply.body) == (200, b"the page")
    assert [row["patients"] for row in await records(platform)] == [["Patient/p1"]]


@pytest.mark.parametrize("cookie", [None, "nonsense"])
async def test_without_a_session_the_way_leads_to_the_log_in(platform: Platform, cookie: str | None) -> None:
    reply = await visited(request(platform, cookie), (Role.RESIDENT,), show)
    expected = "/login?next=/record" + ("&expired=1" if cookie else "")
    assert (reply.status_code, reply.headers["location"]) == (303, expected)


async def test_another_role_sees_nothing_and_is_recorded(platform: Platform, token: str) -> None:
    reply = await visited(request(platform, token), (Role.CLINICIAN,), show)
    assert reply.status_code == 403
    assert b"the page" not in reply.body
    assert len(await records(platform)) == 1


@pytest.mark.parametrize(
    ("error", "status"), [(Refusal(Fault.NOT_FOUND, "no"), 404), (ValueError("secret"), 500)]
)
async def test_what_fails_is_recorded_too(
    platform: Platform, token: str, error: Exception, status: int
) -> None:
    async def fail(visit: Visit) -> Response:
        raise error

    reply = await visited(request(platform, token), (Role.RESIDENT,), fail)
    assert reply.status_code == status
    assert b"secret" not in reply.body
    assert len(await records(platform)) == 1


async def test_a_page_that_can_not_be_recorded_is_not_shown(platform: Platform, token: str) -> None:
    await visited(request(platform, token), (Role.RESIDENT,), show)
    never = {"never": {"$exists": True}}
    await platform.database.command("collMod", "audit", validator=never)
    reply = await visited(request(platform, token), (Role.RESIDENT,), show)
    assert reply.status_code == 503
    assert b"the page" not in reply.body
    await platform.database.command("collMod", "audit", validator={})


async def test_a_form_needs_its_token(platform: Platform, token: str) -> None:
    good = request(platform, token, f"csrf={csrf.token(token)}")
    assert (await visited(good, (Role.RESIDENT,), show, form=True)).status_code == 200
    bad = request(platform, token, "csrf=x")
    assert (await visited(bad, (Role.RESIDENT,), show, form=True)).status_code == 403
