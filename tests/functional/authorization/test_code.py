"""The code and its tokens, over HTTP.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

import asyncio

from auth import moment
from auth.store import accounts
from tests.support.smart_app import CALLBACK, ORIGIN, PATIENT, Scene, challenge, verifier
from tests.unit.auth.conftest import Clock


async def test_tokens_for_a_code(scene: Scene) -> None:
    """SMART kit lines 17, 18, 19, 21, 22, 23, 24, 25 and 51."""
    for public in (False, True):
        app = await scene.app(public=public)
        reply = await app.redeem(await app.code(scene.resident))
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["pragma"] == "no-cache"
        assert reply.headers["access-control-allow-origin"] == ORIGIN
        body = reply.json()
        assert body["token_type"].lower() == "bearer"
        assert 0 < body["expires_in"] <= 3600
        assert body["scope"] == "openid fhirUser launch/patient offline_access patient/*.rs"
        assert body["patient"] == "anna"
        shown = await app.read(body["access_token"], f"Patient/{body['patient']}")
        assert (shown.status_code, shown.json()["resourceType"]) == (200, "Patient")
        assert (await app.read(body["access_token"], "Patient/bert")).status_code == 404
        assert (await scene.web.http.get(f"{scene.web.fhir}/{PATIENT}")).status_code == 401


async def test_a_code_is_used_once_and_coming_again_ends_what_came_of_it(scene: Scene) -> None:
    """RFC 9700 lines 7 and 8."""
    app = await scene.app()
    code = await app.code(scene.resident)
    body = (await app.redeem(code)).json()
    again = await app.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert (await app.read(body["access_token"])).status_code == 401
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_grant"
    events = await scene.web.platform.archive.search(None)
    assert any("came twice" in str(event) for event in events)


async def test_of_twenty_at_once_one_gets_tokens(scene: Scene) -> None:
    """RFC 9700 line 9."""
    app = await scene.app()
    code = await app.code(scene.resident)
    replies = await asyncio.gather(*(app.redeem(code) for _ in range(20)))
    assert sorted(reply.status_code for reply in replies) == [200] + [400] * 19


async def test_a_code_is_bound_to_its_client_and_redirect_uri(scene: Scene) -> None:
    """RFC 9700 lines 7, 10 and 12."""
    app, other = await scene.app(), await scene.app()
    code = await app.code(scene.resident)
    stolen = await other.redeem(code, code_verifier=app.verifier)
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert (await app.redeem(code)).status_code == 200
    for uri in (CALLBACK + "/", None):
        wrong = await app.redeem(await app.code(scene.resident), redirect_uri=uri)
        assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")


async def test_a_code_lives_a_minute(scene: Scene, clock: Clock) -> None:
    """RFC 9700 lines 7 and 11."""
    app = await scene.app()
    code = await app.code(scene.resident)
    clock.move(seconds=61)
    late = await app.redeem(code)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


async def test_pkce(scene: Scene) -> None:
    """RFC 9700 lines 5 and 6; SMART kit lines 58, 59, 60 and 61: of confidential clients too."""
    for app in (await scene.app(), await scene.app(public=True)):
        for wrong in (None, "", verifier(), challenge(app.verifier), app.verifier + "x"):
            code = await app.code(scene.resident)
            reply = await app.redeem(code, code_verifier=wrong)
            assert (reply.status_code, reply.json()["error"]) == (400, "invalid_grant"), wrong
            assert (await app.redeem(code)).status_code == 400, "whatever was wrong, the code is spent"


async def test_bad_codes_and_bad_clients(scene: Scene) -> None:
    """SMART kit lines 56, 57 and 73; RFC 9700 lines 14, 25, 26 and 37."""
    app, public = await scene.app(), await scene.app(public=True)
    bad = await app.redeem("BAD_CODE")
    assert (bad.status_code, bad.json()["error"]) == (400, "invalid_grant")
    assert (await app.redeem(await app.code(scene.resident), client_id="other")).status_code == 400
    code = await public.code(scene.resident)
    assert (await public.redeem(code, client_id="0" * 32)).status_code == 401
    for kind in ("password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"):
        reply = await app.token(grant_type=kind, username="a", password="b")
        assert (reply.status_code, reply.json()["error"]) == (400, "unsupported_grant_type")
    url, form = f"{scene.web.address}/oauth/token", {"grant_type": "authorization_code", "code": "c"}
    posing = await scene.web.http.post(url, data=form | {"client_id": app.record.id})
    assert (posing.status_code, posing.json()["error"]) == (401, "invalid_client")
    wrong = await scene.web.http.post(url, data=form, auth=(app.record.id, "wrong"))
    assert wrong.status_code == 401
    assert wrong.headers["www-authenticate"].startswith("Basic")
    two = {"client_id": app.record.id, "client_secret": app.secret}
    twice = await scene.web.http.post(url, data=form | two, auth=(app.record.id, app.secret or ""))
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")


async def test_tokens_end_with_the_post_of_a_doctor(scene: Scene) -> None:
    """RFC 9700 line 24: a post that ends, whenever it was said to."""
    platform, app = scene.web.platform, await scene.app()
    body = await app.tokens(scene.doctor, scope="openid user/Organization.r offline_access")
    assert (await app.read(body["access_token"], "Organization/house")).status_code == 200
    account = await accounts.by_id(platform.database, scene.doctor.account)
    assert account is not None
    await accounts.end_post(platform.database, account, scene.doctor.hat, moment.now())
    await asyncio.sleep(1)
    assert (await app.read(body["access_token"], "Organization/house")).status_code == 401
    assert (await app.refresh(body["refresh_token"])).json()["error"] == "invalid_grant"
