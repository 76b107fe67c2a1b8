"""What a client may do, by what it is registered as."""

from typing import Any

import pytest

from auth import moment, secret
from auth.authorization_server.client import Client
from auth.store.clients import KEY, NONE, SECRET, ClientRecord

CALLBACK = "https://app.example/cb"


def client(**more: Any) -> Client:
    usual: dict[str, Any] = {
        "id": "c", "name": "HTEST", "method": SECRET, "scope": "openid patient/*.rs", "organization": None,
        "regional": False, "secret": secret.digest("s"), "jwks": None, "created": moment.now(),
        "redirect_uris": (CALLBACK,),
    }  # fmt: skip
    return Client(ClientRecord(**usual | more))


SYSTEM = {"redirect_uris": (), "regional": True, "scope": "system/*.rs"}
CODE, REFRESH, CREDENTIALS = "authorization_code", "refresh_token", "client_credentials"


@pytest.mark.parametrize(
    ("more", "grants"),
    [
        ({}, {CODE, REFRESH}),
        (SYSTEM, {CREDENTIALS}),
        ({"regional": True, "scope": "system/*.rs patient/*.rs"}, {CODE, REFRESH, CREDENTIALS}),
        ({"scope": "system/*.rs patient/*.rs"}, {CODE, REFRESH}),
    ],
)
def test_grants(more: dict[str, Any], grants: set[str]) -> None:
    asked = client(**more)
    kinds = (CODE, REFRESH, CREDENTIALS, "password", "implicit")
    assert {kind for kind in kinds if asked.check_grant_type(kind)} == grants
    assert asked.check_response_type("code") is (CODE in grants)
    assert not asked.check_response_type("token")


@pytest.mark.parametrize(
    ("method", "ways"),
    [(SECRET, {"client_secret_basic", "client_secret_post"}), (KEY, {"private_key_jwt"}), (NONE, {"none"})],
)
def test_one_kind_of_proof(method: str, ways: set[str]) -> None:
    """RFC 9700 line 26."""
    asked, known = (
        client(method=method),
        ("none", "client_secret_basic", "client_secret_post", "private_key_jwt"),
    )
    assert {way for way in known if asked.check_endpoint_auth_method(way, "token")} == ways


def test_secret_scope_and_redirect_uri() -> None:
    asked = client()
    assert asked.check_client_secret("s")
    assert not asked.check_client_secret("S")
    assert not client(secret=None).check_client_secret("")
    assert asked.get_allowed_scope("openid system/*.rs patient/Patient.r") == "openid patient/Patient.r"
    assert asked.get_allowed_scope("system/*.rs") is None
    assert asked.check_redirect_uri(CALLBACK)
    assert not asked.check_redirect_uri(CALLBACK + "/")
    assert asked.get_default_redirect_uri() is None
