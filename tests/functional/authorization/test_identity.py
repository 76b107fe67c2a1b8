"""OpenID Connect: who the person is, signed.

Numbers name the lines of "RFC 9700 with expected answers" and of "what the SMART kits check".
"""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from auth.authorization_server.signing_keys import SigningKeys
from tests.support.smart_app import DOCTOR, ORIGIN, PATIENT, Scene

IDENTITY = "openid fhirUser profile"


async def verified(scene: Scene, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of an ID token, under a key of the published set."""
    configuration = (await scene.web.http.get(f"{scene.web.address}/.well-known/openid-configuration")).json()
    keys = (await scene.web.http.get(configuration["jwks_uri"])).json()
    read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
    return dict(read.header), dict(read.claims)


async def test_id_token(scene: Scene) -> None:
    """SMART kit lines 33, 34, 36, 37, 38, 39 and 40."""
    app = await scene.app()
    for browser, reference in ((scene.resident, PATIENT), (scene.doctor, DOCTOR)):
        body = await app.tokens(browser, scope=f"{IDENTITY} user/*.rs", nonce="n-0S6_WzA2Mj")
        header, claims = await verified(scene, body["id_token"])
        assert (header["alg"], header["typ"]) == ("RS256", "JWT")
        assert claims["iss"] == scene.web.address
        assert claims["aud"] == app.record.id
        assert claims["exp"] > claims["iat"] >= claims["auth_time"]
        assert claims["nonce"] == "n-0S6_WzA2Mj"
        assert claims["sub"] == browser.account
        assert claims["amr"] == ["pwd", "otp"]
        assert claims["fhirUser"] == f"{scene.web.fhir}/{reference}"
        headers = {"Authorization": f"Bearer {body['access_token']}", "Origin": ORIGIN}
        shown = await scene.web.http.get(claims["fhirUser"], headers=headers)
        assert shown.status_code == 200
        assert shown.headers["access-control-allow-origin"] in ("*", ORIGIN)


async def test_no_more_than_was_granted(scene: Scene) -> None:
    app = await scene.app()
    body = await app.tokens(scene.resident, scope="launch/patient patient/Patient.r")
    assert "id_token" not in body
    body = await app.tokens(scene.resident, scope="openid")
    _, claims = await verified(scene, body["id_token"])
    assert not {"fhirUser", "name", "profile", "nonce"} & claims.keys()
    assert not {"patient", "need_patient_banner"} & body.keys()


async def test_userinfo(scene: Scene) -> None:
    app, url = await scene.app(), f"{scene.web.address}/oauth/userinfo"
    body = await app.tokens(scene.resident, scope=IDENTITY)
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    for method in ("GET", "POST"):
        reply = await scene.web.http.request(method, url, headers=bearer)
        assert reply.json() == {
            "sub": scene.resident.account,
            "fhirUser": f"{scene.web.fhir}/{PATIENT}",
            "name": "HTEST anna",
            "profile": f"{scene.web.fhir}/{PATIENT}",
        }
    system = await scene.web.client()
    for headers, status in (({}, 401), ({"Authorization": "Bearer x"}, 401), (system.headers, 401)):
        reply = await scene.web.http.get(url, headers=headers)
        assert reply.status_code == status
        assert reply.headers["www-authenticate"].startswith("Bearer")
    bare = await app.tokens(scene.resident, scope="launch/patient patient/Patient.r")
    bearer = {"Authorization": f"Bearer {bare['access_token']}"}
    assert (await scene.web.http.get(url, headers=bearer)).status_code == 403


async def test_a_new_key_leaves_old_tokens_valid(scene: Scene) -> None:
    """RFC 9700 line 36; SMART kit line 37: kid resolves while there are several keys."""
    app, platform = await scene.app(), scene.web.platform
    before = (await app.tokens(scene.resident))["id_token"]
    keys = SigningKeys(platform.database, platform.store.vault)
    kid = await keys.rotate()
    assert kid in {key["kid"] for key in keys.key_set()["keys"]}
    assert len(keys.key_set()["keys"]) == 2
    await verified(scene, before)
    row = await platform.database["signing_keys"].find_one({"_id": kid})
    assert row is not None
    assert not {"d", "p", "q"} & row["public"].keys()
    assert b'"d"' not in row["sealed"]


async def test_the_person_and_the_client_have_names_of_their_own(scene: Scene) -> None:
    """RFC 9700 line 35."""
    app = await scene.app()
    _, claims = await verified(scene, (await app.tokens(scene.resident))["id_token"])
    assert claims["sub"].startswith("account-")
    assert not app.record.id.startswith("account-")
