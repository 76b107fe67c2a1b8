"""A scripted SMART app and the browser of its person, over real HTTP: no script, no browser, real bytes."""

import base64
import hashlib
import html
import re
import secrets
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from auth.login import accounts, sessions
from auth.roles import Role
from auth.store import clients
from auth.store.clients import ClientRecord
from auth.store.sessions import name as session_name
from tests.support.http_client import http_client
from tests.support.known_passwords import KnownPasswords
from tests.support.web import Web

CALLBACK = "https://app.example/callback"
ORIGIN = "https://app.example"
PATIENT, STRANGER = "Patient/anna", "Patient/bert"
HOUSE, DOCTOR = "Organization/house", "Practitioner/doctor"
SCOPE = "openid fhirUser launch/patient offline_access patient/*.rs"
PASSWORD = "HTEST lotus in the rain"


def verifier() -> str:
    """A fresh code_verifier."""
    return secrets.token_urlsafe(48)


def challenge(verifier: str) -> str:
    """Its S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@dataclass
class Page:
    """What the browser shows or where it was sent."""

    reply: httpx.Response

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.reply.status_code

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return str(self.reply.headers["location"])

    @property
    def answer(self) -> dict[str, str]:
        """The parameters with which the app is called back."""
        return dict(parse_qsl(urlsplit(self.location).query, keep_blank_values=True, strict_parsing=True))

    @property
    def boxes(self) -> dict[str, str]:
        """Scope -> name of each box of the question."""
        names = re.findall(r'<label class="choice" for="([^"]+)"><input[^>]*> <span>', self.text)
        scopes = re.findall(r'<code class="meta">([^<]+)<', self.text)
        return dict(zip(map(html.unescape, scopes), names, strict=True))

    @property
    def ticked(self) -> list[str]:
        """The boxes that are ticked at first."""
        return re.findall(r'type="checkbox" name="([^"]+)" id="[^"]+" checked', self.text)

    @property
    def csrf(self) -> str:
        """The token of its forms."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        assert found, self.text[:2000]
        return found[1]

    @property
    def text(self) -> str:
        """Its HTML."""
        return self.reply.text


@dataclass
class Browser:
    """A person's browser; it follows redirects of the platform, never to another site."""

    web: Web
    http: httpx.AsyncClient
    account: str
    hat: str
    session: str

    async def get(self, path: str) -> Page:
        """Open an address."""
        return await self._follow(await self.http.get(path))

    async def post(self, path: str, form: dict[str, Any] | None = None) -> Page:
        """Send a form."""
        return await self._follow(await self.http.post(path, data=form or {}))

    async def _follow(self, reply: httpx.Response) -> Page:
        for _ in range(10):
            location = reply.headers.get("location", "")
            if reply.status_code not in (302, 303) or not location.startswith("/"):
                break
            reply = await self.http.get(location)
        return Page(reply)

    async def answer(self, page: Page, answer: str = "allow", *, keep: Iterable[str] | None = None) -> Page:
        """Answer the question; `keep` are the boxes that are ticked (None: all that is asked for)."""
        form = dict.fromkeys([*page.ticked, "offline_access"] if keep is None else keep, "on")
        path = urlsplit(str(page.reply.url)).path
        return await self.post(path, {"csrf": page.csrf, "answer": answer, **form})


@dataclass
class App:
    """A registered app."""

    web: Web
    record: ClientRecord
    secret: str | None
    verifier: str = field(default_factory=verifier)
    redirect_uri: str = CALLBACK

    def request(self, **changed: str | None) -> dict[str, str]:
        """A good authorization request, `changed`; a parameter that is None is left out."""
        good: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.record.id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": "s1",
            "aud": self.web.fhir,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (good | changed).items() if value is not None}

    async def ask(self, browser: Browser, *, post: bool = False, **changed: str | None) -> Page:
        """Send the person's browser to the platform."""
        request = self.request(**changed)
        if post:
            return await browser.post("/oauth/authorize", request)
        return await browser.get(f"/oauth/authorize?{httpx.QueryParams(request)}")

    async def code(self, browser: Browser, **changed: str | None) -> str:
        """A code for everything that was asked for."""
        page = await self.ask(browser, **changed)
        if page.status == 200:
            page = await browser.answer(page)
        assert page.status == 303, page.text[:3000]
        return page.answer["code"]

    async def token(self, **form: str | None) -> httpx.Response:
        """POST to the token endpoint, authenticated as this app."""
        auth, fields = None, {name: value for name, value in form.items() if value is not None}
        if self.secret is not None:
            auth = httpx.BasicAuth(self.record.id, self.secret)
        else:
            fields.setdefault("client_id", self.record.id)
        url = f"{self.web.address}/oauth/token"
        headers = {"Origin": ORIGIN}
        return await self.web.http.post(
            url, data=fields, auth=auth or httpx.USE_CLIENT_DEFAULT, headers=headers
        )

    async def redeem(self, code: str, **changed: str | None) -> httpx.Response:
        """Tokens for a code."""
        good: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return await self.token(**good | changed)

    async def refresh(self, token: str, **more: str | None) -> httpx.Response:
        """Tokens for a refresh token."""
        return await self.token(**{"grant_type": "refresh_token", "refresh_token": token, **more})

    async def tokens(self, browser: Browser, **changed: str | None) -> dict[str, Any]:
        """The whole flow."""
        reply = await self.redeem(await self.code(browser, **changed))
        assert reply.status_code == 200, reply.text
        body: dict[str, Any] = reply.json()
        return body

    async def read(self, token: str, path: str = PATIENT) -> httpx.Response:
        """Ask the FHIR API."""
        headers = {"Authorization": f"Bearer {token}"}
        return await self.web.http.get(f"{self.web.fhir}/{path}", headers=headers)


@dataclass
class Scene:
    """The platform with a resident, a doctor, their browsers, and apps."""

    web: Web
    doctor: Browser
    resident: Browser

    async def app(self, *, public: bool = False, uri: str = CALLBACK, **more: Any) -> App:
        """A new app."""
        given = {"name": "HTEST app", "scope": f"{SCOPE} launch profile online_access user/*.rs", **more}
        if not public and "jwks" not in more and "jwks_uri" not in more:
            record, secret = await clients.register(self.web.platform.database, redirect_uris=[uri], **given)
        else:
            record, secret = await clients.register(
                self.web.platform.database, redirect_uris=[uri], public=public, **given
            )
        return App(self.web, record, secret, redirect_uri=uri)


@pytest.fixture
async def scene(web: Web) -> AsyncIterator[Scene]:
    """Anna is in the doctor's care, Bert is not."""
    platform = web.platform
    await web.put(
        {"resourceType": "Organization", "id": "house", "name": "HTEST house"},
        {"resourceType": "Practitioner", "id": "doctor", "name": [{"text": "HTEST Zhou"}]},
        {"resourceType": "Patient", "id": "anna", "name": [{"text": "HTEST Anna"}], "gender": "female"},
        {"resourceType": "Patient", "id": "bert", "name": [{"text": "HTEST Bert"}]},
        {
            "resourceType": "Encounter",
            "id": "visit",
            "status": "in-progress",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "subject": {"reference": PATIENT},
            "serviceProvider": {"reference": HOUSE},
            "period": {"start": "2026-11-01T08:00:00+08:00"},
        },
    )
    made = []
    for login, role, more in (
        ("doctor", Role.CLINICIAN, {"organization": HOUSE, "practitioner": DOCTOR}),
        ("anna", Role.RESIDENT, {"patient": PATIENT}),
    ):
        account = await accounts.create_demonstration(
            platform.database, KnownPasswords(), platform.store.vault, login=login, name=f"HTEST {login}",
            roles=(role,), password=PASSWORD, totp_secret=None, **more,
        )  # fmt: skip
        token = await sessions.start(platform.database, account, amr=("pwd", "otp"))
        http = http_client(base_url=web.address, cookies={"furong_session": token})
        session = await sessions.resume(platform.database, token)
        assert session is not None
        made.append(Browser(web, http, account.id, session.hat.id, session_name(token)))
    yield Scene(web, *made)
    for browser in made:
        await browser.http.aclose()
