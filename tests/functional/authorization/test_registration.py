"""Dynamic registration, approval, and the end of a client.

Numbers name the lines of "RFC 9700 with expected answers".
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import clients, registrations
from auth.store.registrations import Invitation
from tests.support.http_client import http_client
from tests.support.smart_app import CALLBACK, PASSWORD, App, Page, Scene
from tests.unit.auth.authorization_server.conftest import JWKS

DOCUMENT: dict[str, Any] = {"client_name": "HTEST registered", "redirect_uris": [CALLBACK]}


async def invitation(scene: Scene) -> str:
    """An initial access token."""
    return await registrations.invite(scene.web.platform.database, Invitation("test", ""))


async def register(scene: Scene, document: Any, token: str | None) -> httpx.Response:
    """POST a client metadata document."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await scene.web.http.post(f"{scene.web.address}/oauth/register", json=document, headers=headers)


@pytest.fixture
async def officer(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """A security officer's browser."""
    platform = scene.web.platform
    account = await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="officer", name="HTEST officer",
        roles=(Role.SECURITY,), password=PASSWORD, totp_secret=None,
    )  # fmt: skip
    cookies = {"furong_session": await sessions.start(platform.database, account, amr=("pwd", "hwk"))}
    async with http_client(base_url=scene.web.address, cookies=cookies) as http:
        yield http


async def test_what_is_registered_waits_for_a_security_officer(
    scene: Scene, officer: httpx.AsyncClient
) -> None:
    page = Page(await officer.get("/console/clients"))
    page = Page(await officer.post("/console/clients/invitations", data={"csrf": page.csrf, "note": "HTEST"}))
    token = page.text.split("<p><code>")[1].split("</code>")[0]
    reply = await register(scene, DOCUMENT | {"client_id": "mine"}, token)
    assert reply.status_code == 201
    assert reply.headers["cache-control"] == "no-store"
    told = reply.json()
    assert told["client_id"] != "mine", "RFC 9700 line 35: a client does not choose its id"
    assert told["client_secret_expires_at"] == 0
    record = await clients.by_id(scene.web.platform.database, told["client_id"])
    assert record is not None
    app = App(scene.web, record, told["client_secret"])
    assert (await app.ask(scene.resident)).status == 400
    page = Page(await officer.get("/console/clients"))
    assert "等待批准" in page.text
    path = f"/console/clients/{record.id}"
    assert (await officer.post(f"{path}/approval", data={"csrf": page.csrf})).status_code == 303
    for value in ("own", "linked"):
        form = {"csrf": page.csrf, "patients": value}
        assert (await officer.post(f"{path}/patients", data=form)).status_code == 303
        kept = await clients.by_id(scene.web.platform.database, record.id)
        assert kept is not None
        assert kept.linked is (value == "linked")
    unknown = await officer.post("/console/clients/unknown/patients", data=form)
    assert unknown.status_code == 404
    body = await app.tokens(scene.resident)
    assert (await app.read(body["access_token"])).status_code == 200
    assert (await officer.post(f"{path}/end", data={"csrf": page.csrf})).status_code == 303
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_client"
    assert "已停用" in (await officer.get("/console/clients")).text
    assert (await officer.post("/console/clients/unknown/end", data={"csrf": page.csrf})).status_code == 404


async def test_the_page_of_clients_is_the_security_officers(scene: Scene) -> None:
    for browser in (scene.doctor, scene.resident):
        assert (await browser.get("/console/clients")).status == 403


async def test_an_invitation_is_for_one_app_and_a_mistake_does_not_cost_it(scene: Scene) -> None:
    token = await invitation(scene)
    wrong = await register(scene, {"client_name": "x", "redirect_uris": ["http://x.example/cb"]}, token)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_redirect_uri")
    assert (await register(scene, DOCUMENT, token)).status_code == 201
    for used in (token, "unknown", None):
        reply = await register(scene, DOCUMENT, used)
        assert (reply.status_code, reply.json()["error"]) == (401, "invalid_token")


async def test_kinds_of_clients(scene: Scene) -> None:
    public = await register(scene, DOCUMENT | {"token_endpoint_auth_method": "none"}, await invitation(scene))
    assert "client_secret" not in public.json()
    keyed = DOCUMENT | {"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS}
    reply = await register(scene, keyed, await invitation(scene))
    assert (reply.status_code, reply.json()["token_endpoint_auth_method"]) == (201, "private_key_jwt")
    own = await register(scene, DOCUMENT | {"own_patients_only": True}, await invitation(scene))
    assert (own.status_code, own.json()["own_patients_only"]) == (201, True)
    wrong = await register(scene, DOCUMENT | {"own_patients_only": "yes"}, await invitation(scene))
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client_metadata")
    narrow = DOCUMENT | {"scope": "openid system/*.rs patient/Observation.rs introspect"}
    reply = await register(scene, narrow, await invitation(scene))
    assert reply.json()["scope"] == "openid patient/Observation.rs"
