"""An authorization server on the real database, and a client's keys."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from auth import moment
from auth.authorization_server import AuthorizationServer, Reply
from auth.authorization_server.authorization_code import Answer
from auth.login.sessions import name_of, start
from auth.store import accounts, clients
from auth.store.clients import ClientRecord
from auth.store.database import Database, SyncDatabase

ISSUER = "https://furong.example"
TOKEN_URL = f"{ISSUER}/oauth/token"
FORM = "application/x-www-form-urlencoded"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

EC = ECKey.generate_key("P-384", {"kid": "ec", "use": "sig"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "alg": "RS384"})
JWKS = {"keys": [EC.as_dict(private=False), RSA.as_dict(private=False)]}


@pytest.fixture
def server(base: Database, blocking_base: SyncDatabase) -> AuthorizationServer:
    return AuthorizationServer(blocking_base, ISSUER)


Ask = Callable[..., Reply]


@pytest.fixture
def ask(server: AuthorizationServer) -> Ask:
    """POST a form to the token endpoint; keywords are parameters, `_authorization` the headers."""

    def ask(_authorization: list[str] | None = None, **form: str) -> Reply:
        form = {"grant_type": "client_credentials", **form}
        return server.token("POST", FORM, _authorization or [], "", urlencode(form).encode())

    return ask


def claims(client_id: str, **changed: Any) -> dict[str, Any]:
    """The claims of a good assertion, `changed`; a claim that is None is left out."""
    good = {
        "iss": client_id,
        "sub": client_id,
        "aud": TOKEN_URL,
        "exp": int(time.time()) + 240,
        "jti": uuid.uuid4().hex,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def signed(payload: dict[str, Any], key: Key = EC, alg: str = "ES384", **header: Any) -> str:
    """A client assertion."""
    head = {"alg": alg, "kid": "ec" if key is EC else "rsa", "typ": "JWT"} | header
    return jwt.encode(
        {name: value for name, value in head.items() if value is not None}, payload, key, algorithms=[alg]
    )


CALLBACK = "https://app.example/cb"
VERIFIER = "v" * 43
SCOPE = "openid fhirUser profile launch/patient offline_access patient/*.rs user/*.rs"


class Person:
    """A resident who is logged in, and an app that he may let in."""

    def __init__(
        self, server: AuthorizationServer, app: ClientRecord, secret: str, account: str, session: str
    ) -> None:
        self.server = server
        self.app = app
        self.secret = secret
        self.account = account
        self.session = session

    def request(self, **changed: str | None) -> list[tuple[str, str]]:
        """A good authorization request, `changed`."""
        good: dict[str, str | None] = {
            "response_type": "code", "client_id": self.app.id, "redirect_uri": CALLBACK, "scope": SCOPE,
            "state": "s", "aud": f"{ISSUER}/fhir", "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(VERIFIER),
        }  # fmt: skip
        return [(name, value) for name, value in (good | changed).items() if value is not None]

    def answer(self, scope: str = SCOPE, **more: Any) -> Answer:
        """What he allows."""
        usual: dict[str, Any] = {"session": self.session, "amr": ("pwd",), "proved": moment.now()}
        return Answer(self.account, "resident", scope=scope, **usual | {"patient": "Patient/p"} | more)

    def code(self, scope: str = SCOPE, **more: Any) -> str:
        """A code."""
        location = self.server.asked(self.request()).allow(self.answer(scope, **more))
        return dict(parse_qsl(urlsplit(location or "").query))["code"]

    def ask(self, path: str = "token", **form: str) -> Reply:
        """A form to an endpoint, proved by the app's secret."""
        header = [f"Basic {base64.b64encode(f'{self.app.id}:{self.secret}'.encode()).decode()}"]
        body = urlencode(form).encode()
        if path == "token":
            return self.server.token("POST", FORM, header, "", body)
        reply: Reply = getattr(self.server, path)(FORM, header, body)
        return reply

    def redeem(self, code: str, **changed: str) -> Reply:
        """Tokens for a code."""
        good = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        return self.ask(**good | {"code_verifier": VERIFIER} | changed)

    def tokens(self, scope: str = SCOPE) -> Mapping[str, Any]:
        """All at once."""
        reply = self.redeem(self.code(scope))
        assert reply.status == 200, reply.body
        return reply.body


@pytest.fixture
async def person(base: Database, blocking_base: SyncDatabase) -> Person:
    app, plain = await clients.register(base, name="HTEST app", scope=SCOPE, redirect_uris=[CALLBACK])
    account = accounts.fresh("anna", "HTEST Anna", (), "x", patient="Patient/p")
    await accounts.insert(base, account)
    server = AuthorizationServer(blocking_base, ISSUER, lambda claims: json.dumps(dict(claims)))
    session = name_of(await start(base, account))
    return Person(server, app, plain or "", account.id, session)
