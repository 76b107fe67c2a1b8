"""An authorization server on the real database, and a client's keys."""

import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

from auth.authorization_server import AuthorizationServer, Reply
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
