"""What can't be recorded is not answered: every route of the program, with an audit that fails or hangs.

security-and-scale.md, lines 22 and 23. The routes are those of the running application; one that is added and
shows something without a record fails here.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from argon2 import PasswordHasher

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import audit
from services.portal import csrf
from services.portal.routes import PAGES
from services.web import application
from tests.functional.api.exchange import JSON, made, observation
from tests.support.http_client import http_client
from tests.support.web import Web

SECRET, PASSWORD = "HTEST-SECRET", "a long password of the house"
_OPERATIONS = ["everything", "meta", "validate"]
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
PUBLIC = {
    "/healthz": "says that the process lives",
    "/readyz": "says that it can serve",
    "/metrics": "counts",
    "/oauth/jwks": "public keys",
    "/.well-known/openid-configuration": "addresses",
    "/fhir/.well-known/smart-configuration": "addresses",
    "/fhir/metadata": "what the server does",
    "/fhir/openapi.json": "the same",
    "/fhir/docs": "the same",
    "/hl7v2": "takes messages in, whose record is the inbox; queries: tests/functional/feed/test_queries.py",
    "/": "leads on to one's own first page",
    "/console": "leads on to its first page for one's role",
    "/preferences": "language and type size",
    "/login/stay": "somebody is still there: an answer without content",
    "/login/ended": "gives back to a browser what it sends",
    "/shl": "a form; what a share opens with it is recorded: tests/functional/portal/test_shares.py",
    "/static/{name}": "style sheets and pictures",
    "/.well-known/oauth-authorization-server": "discovery",
    "/.well-known/smart-brands": "who runs this server",
    "/smart-style.json": "colours for apps",
    "/login/{rest:path}": "there is no such page",
    "/clinician/{rest:path}": "there is no such page",
    "/resident/{rest:path}": "there is no such page",
    "/console/{rest:path}": "there is no such page",
}
"""The routes that show nothing of anybody, and why they need no record."""
FORMS = {
    "/login", "/login/factor", "/login/enrol", "/login/password", "/login/passkey", "/login/enrol/passkey",
    "/login/hat", "/login/again", "/login/again/password",
}  # fmt: skip
"""Their GET (and HEAD) is an empty form; what is sent to them is recorded."""

FLOWS = {
    "/login/federated/callback",
    "/oauth/consent/{name}",
    "/oauth/consent/{name}/patient",
    "/oauth/userinfo",
    "/shl/{token}",
    "/shl/{token}/{ticket}",
}
"""Answered here as to a stranger; what is recorded within a flow: tests/functional/authorization, and of a
link tests/functional/portal/test_shares.py."""


class Asked(NamedTuple):
    """One request: the route that it is for, and what is sent."""

    route: str
    method: str
    path: str
    client: httpx.AsyncClient
    more: dict[str, Any]


class House(NamedTuple):
    """A platform with one resident, a system's client and people who are logged in."""

    web: Web
    system: httpx.AsyncClient
    people: dict[str, httpx.AsyncClient]
    tokens: dict[str, str]
    patient: str


@pytest.fixture
async def house(web: Web) -> AsyncIterator[House]:
    system = await web.client()
    patient = {"resourceType": "Patient", "name": [{"text": SECRET}], "gender": "male"}
    id = (await made(system, patient))["id"]
    await made(system, observation(f"Patient/{id}", note=[{"text": SECRET}]))
    people, tokens = dict[str, httpx.AsyncClient](), dict[str, str]()
    for role in Role:
        token = tokens[role.value] = await _logged_in(web, role, f"Patient/{id}")
        cookies = {csrf.SESSION_COOKIE: token}
        people[role.value] = http_client(base_url=web.address, cookies=cookies)
    yield House(web, system, people, tokens, id)
    for each in people.values():
        await each.aclose()


async def _logged_in(web: Web, role: Role, patient: str) -> str:
    database = web.platform.database
    clinic = {"organization": "Organization/o", "practitioner": "Practitioner/p"}
    await accounts.create_demonstration(
        database, QUICK, web.platform.store.vault, login=f"htest-{role}", name="HTEST", roles=(role,),
        password=PASSWORD, totp_secret=None, patient=patient if role is Role.RESIDENT else None,
        **(clinic if role is Role.CLINICIAN else {}),
    )  # fmt: skip
    account = await stored.by_login(database, f"htest-{role}")
    assert account is not None
    return await sessions.start(database, account)


def routes(router: Any) -> Iterator[tuple[str, str]]:
    """Method and path of every route, those of included routers among them."""
    for route in router.routes:
        if hasattr(route, "path") and hasattr(route, "methods"):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
        else:
            yield from routes(route.original_router)


def every(house: House) -> list[Asked]:
    """At least one request for every route."""
    roles = {(method, path): role for method, path, role, _ in PAGES}
    found = []
    for method, path in routes(application(house.web.platform)):
        if path in PUBLIC or method == "OPTIONS" or (method in ("GET", "HEAD") and path in FORMS):
            continue
        role = roles.get(("GET" if method == "HEAD" else method, path))
        if role is None:
            found += _of_the_api(house, method, path)
        else:
            who = "resident" if role in ("anyone", "everyone") else role.split()[0]
            filled = path.replace("{id}", house.patient).replace("{source}", "HTEST")
            form = {
                "csrf": csrf.token(house.tokens[who]),
                "login": "htest-resident",
                "password": "wrong",
                "again": "wrong",
            }
            more = {"data": form | {"patient": house.patient, "note": "x"}} if method == "POST" else {}
            found.append(Asked(path, method, filled, house.people[who], more))
    return sorted(found, key=lambda each: each.path == "/logout")  # it ends the session of the others


async def _told(house: House, each: Asked, reply: httpx.Response) -> bool:
    """Does the reply tell more than a stranger is told, who has shown nothing of himself?"""
    if reply.status_code < 400 or SECRET in reply.text:
        return True
    stranger = await house.web.http.request(
        each.method, f"{house.web.address}{each.path.removeprefix(house.web.address)}", **each.more
    )
    return stranger.status_code != reply.status_code


def _of_the_api(house: House, method: str, path: str) -> Iterator[Asked]:
    names = _OPERATIONS if "${name}" in path else ["Patient"]
    types = ["Patient", "AuditEvent" if "$" not in path else "Observation"] if "{type}" in path else [""]
    for name in names:
        for type in types:
            filled = path.replace("{type}", type).replace("{name}", name).replace("{id}", house.patient)
            filled = filled.replace("{version}", "1")
            body = {"resourceType": type or "Bundle", "id": house.patient}
            more: dict[str, Any] = (
                {"json": body, "headers": JSON} if method in ("POST", "PUT", "PATCH") else {}
            )
            if filled.endswith(("_search", "/oauth/token")):
                more = {"data": {"grant_type": "client_credentials"}}
            yield Asked(path, method, house.web.address + filled, house.system, more)


async def _refuse(house: House, patch: pytest.MonkeyPatch) -> None:
    """The database takes no record."""
    await house.web.platform.database.command("collMod", "audit", validator={"never": {"$exists": True}})


async def _hang(house: House, patch: pytest.MonkeyPatch) -> None:
    """The database does not answer."""

    async def hanging(*arguments: object) -> None:
        await asyncio.Event().wait()

    patch.setattr(audit, "append", hanging)
    patch.setattr(house.web.platform.recorder, "_patience", 0.02)


@pytest.mark.parametrize("fault", [_refuse, _hang], ids=["refuses", "hangs"])
async def test_an_audit_that_fails_lets_nothing_out(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[House, pytest.MonkeyPatch], Awaitable[None]],
) -> None:
    asked = every(house)
    assert len({(each.method, each.route) for each in asked}) > 70
    await fault(house, monkeypatch)
    leaks, closed = [], set()
    for each in asked:
        reply = await each.client.request(each.method, each.path, **each.more)
        if reply.status_code == 503 and SECRET not in reply.text:
            closed.add(each.route)
        elif await _told(house, each, reply):
            leaks.append((each.method, each.path, reply.status_code))
    assert not leaks, "\n".join(map(str, leaks))
    assert {each.route for each in asked} - closed == FLOWS


async def test_whatever_is_answered_is_recorded(house: House) -> None:
    rows = house.web.platform.database["audit"]
    silent = []
    for each in every(house):
        before = await rows.count_documents({})
        reply = await each.client.request(each.method, each.path, **each.more)
        recorded = await rows.count_documents({}) > before
        if not recorded and await _told(house, each, reply):
            silent.append((each.method, each.path, reply.status_code))
    assert not silent, "\n".join(map(str, silent))


async def test_what_needs_no_record_tells_nothing_of_anybody(house: House) -> None:
    paths = {path for _, path in routes(application(house.web.platform))}
    assert PUBLIC.keys() <= paths
    for path in sorted(PUBLIC.keys() | FORMS):
        for client in (house.system, *house.people.values()):
            filled = path.replace("{rest:path}", "nowhere/x").replace("{name}", "portal.css")
            reply = await client.get(house.web.address + filled)
            assert SECRET not in reply.text, path
