"""Revocation and introspection over HTTP.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import time
from typing import Any

import httpx

from tests.functional.authorization.test_identity import verified
from tests.functional.authorization.test_refresh import gone
from tests.support.smart_app import App, Scene


async def post(scene: Scene, path: str, form: dict[str, str], **more: Any) -> httpx.Response:
    """A form to an endpoint beside the token endpoint."""
    return await scene.web.http.post(f"{scene.web.address}/oauth/{path}", data=form, **more)


def proof(app: App) -> tuple[str, str]:
    """Basic credentials."""
    return app.record.id, app.secret or ""


async def test_a_client_gives_its_tokens_back(scene: Scene) -> None:
    """RFC 9700 line 39; SMART kit lines 52 and 53."""
    app, other = await scene.app(), await scene.app()
    body = await app.tokens(scene.resident)
    for token in ("unknown", body["access_token"], body["refresh_token"]):
        reply = await post(scene, "revoke", {"token": token}, auth=proof(other))
        assert reply.status_code == 200, "another's token, or none: no word about it"
    assert (await app.read(body["access_token"])).status_code == 200
    hint = {"token": body["access_token"], "token_type_hint": "something"}
    assert (await post(scene, "revoke", hint, auth=proof(app))).status_code == 200
    assert await gone(app, body["access_token"])
    fresh = (await app.refresh(body["refresh_token"])).json()
    assert (
        await post(scene, "revoke", {"token": fresh["refresh_token"]}, auth=proof(app))
    ).status_code == 200
    assert await gone(app, fresh["access_token"])
    assert (await app.refresh(fresh["refresh_token"])).json()["error"] == "invalid_grant"


async def test_revocation_is_authenticated(scene: Scene) -> None:
    """RFC 9700 line 39."""
    app, public = await scene.app(), await scene.app(public=True)
    body = await app.tokens(scene.resident)
    form = {"token": body["access_token"]}
    for refused in (
        await post(scene, "revoke", form),
        await post(scene, "revoke", form, auth=(app.record.id, "wrong")),
        await post(scene, "revoke", form | {"client_id": app.record.id}),
    ):
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (await post(scene, "revoke", {}, auth=proof(app))).status_code == 400
    own = (await public.tokens(scene.resident))["access_token"]
    form = {"token": own, "client_id": public.record.id}
    assert (await post(scene, "revoke", form)).status_code == 200
    assert await gone(public, own)
    reply = await scene.web.http.get(f"{scene.web.address}/oauth/revoke")
    assert reply.status_code == 405


async def test_what_an_active_token_stands_for(scene: Scene) -> None:
    """SMART kit line 62."""
    app = await scene.app()
    body = await app.tokens(scene.resident)
    reply = await post(scene, "introspect", {"token": body["access_token"]}, auth=proof(app))
    assert reply.status_code == 200
    assert reply.headers["cache-control"] == "no-store"
    told, (_, claims) = reply.json(), await verified(scene, body["id_token"])
    assert told["active"] is True
    assert told["client_id"] == app.record.id
    assert told["scope"].split() == body["scope"].split()
    assert told["exp"] > time.time() - 600
    assert told["patient"] == body["patient"]
    assert (told["iss"], told["sub"]) == (claims["iss"], claims["sub"])
    assert told["fhirUser"] == claims["fhirUser"]
    refresh = await post(scene, "introspect", {"token": body["refresh_token"]}, auth=proof(app))
    assert (refresh.json()["active"], refresh.json()["sub"]) == (True, claims["sub"])


async def test_what_is_over_or_nobodys_business_is_inactive_and_no_more(scene: Scene) -> None:
    """SMART kit line 63; RFC 9700 line 39."""
    app, other = await scene.app(), await scene.app()
    body = await app.tokens(scene.resident)
    for token, asker in (("unknown", app), (body["access_token"], other), (body["refresh_token"], other)):
        reply = await post(scene, "introspect", {"token": token}, auth=proof(asker))
        assert (reply.status_code, reply.json()) == (200, {"active": False})


async def test_who_may_ask(scene: Scene) -> None:
    """SMART kit line 64; RFC 9700 line 39: open by a client's setting; else by proof or a bearer token."""
    app, open = await scene.app(), await scene.app(open_introspection=True)
    token = (await app.tokens(scene.resident))["access_token"]
    assert (await post(scene, "introspect", {"token": token})).status_code == 401
    mine = (await open.tokens(scene.resident))["access_token"]
    assert (await post(scene, "introspect", {"token": mine})).json()["active"] is True
    assert (await post(scene, "introspect", {"token": "bad"})).json() == {"active": False}
    server = await scene.web.client(scope="introspect")
    bearer = {"Authorization": str(server.headers["authorization"])}
    told = await post(scene, "introspect", {"token": token}, headers=bearer)
    assert told.json()["client_id"] == app.record.id
    plain = {"Authorization": str((await scene.web.client()).headers["authorization"])}
    assert (await post(scene, "introspect", {"token": token}, headers=plain)).status_code == 401
    assert (await post(scene, "introspect", {}, auth=proof(app))).status_code == 400
