"""An app that somebody lets in by the pages, and what it then reads over FHIR."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from auth.store import clients
from auth.store.clients import ClientRecord
from tests.functional.portal.conftest import Site
from tests.functional.portal.test_untold import Reader
from tests.support.smart_app import challenge

BACK = "https://app.example/callback"
SCOPE = "openid offline_access launch/patient patient/Condition.rs patient/Observation.rs"
_VERIFIER = "v" * 43


async def registered(site: Site, name: str = "HTEST 步数", **more: object) -> tuple[ClientRecord, str]:
    """A confidential app and its secret."""
    scope = f"{SCOPE} launch user/Observation.rs"
    app, secret = await clients.register(
        site.platform.database, name=name, redirect_uris=[BACK], scope=scope,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    assert secret is not None
    return app, secret


async def let_in(
    site: Site, reader: Reader, app: ClientRecord, secret: str, scope: str = SCOPE, **more: str
) -> httpx.Headers:
    """What the app sends with a request once `reader` has allowed all that it asked for."""
    query = {
        "response_type": "code", "client_id": app.id, "redirect_uri": BACK, "state": "s", "scope": scope,
        "aud": site.platform.settings.fhir_base, "code_challenge": challenge(_VERIFIER),
        "code_challenge_method": "S256", **more,
    }  # fmt: skip
    asked = await reader.get(f"/oauth/authorize?{urlencode(query)}")
    place = asked.headers["location"]
    page = await reader.get(place)
    if page.status_code == 200:
        boxes = re.findall(r'<input type="checkbox" name="([^"]+)" id="[^"]+" checked', page.text)
        page = await reader.post(place, answer="allow", **dict.fromkeys(boxes, "on"))
    code = dict(parse_qsl(urlsplit(page.headers["location"]).query))["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": _VERIFIER,
    }
    reply = await reader.http.post("/oauth/token", data=form, auth=(app.id, secret))
    assert reply.status_code == 200, reply.text
    return httpx.Headers({"Authorization": f"Bearer {reply.json()['access_token']}"})
