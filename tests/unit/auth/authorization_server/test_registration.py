"""Client metadata documents (RFC 7591): what is taken, and what is wrong with the rest."""

import json
from typing import Any

import pytest

from auth.authorization_server.registration import APP_SCOPE, Unregistered, read
from tests.unit.auth.authorization_server.conftest import JWKS

GOOD: dict[str, Any] = {"client_name": " HTEST app ", "redirect_uris": ["https://app.example/cb"]}
KEYED = {"token_endpoint_auth_method": "private_key_jwt"}


def test_a_small_document() -> None:
    taken = read(json.dumps(GOOD).encode())
    assert taken["name"] == "HTEST app"
    assert taken["scope"] == APP_SCOPE
    assert taken["public"] is False


def test_keys_by_value_or_by_address() -> None:
    assert read(json.dumps(GOOD | KEYED | {"jwks": JWKS}).encode())["jwks"] == JWKS
    address = {"jwks_uri": "https://app.example/keys"}
    assert read(json.dumps(GOOD | KEYED | address).encode())["jwks_uri"] == address["jwks_uri"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_name": ""}, "invalid_client_metadata"),
        ({"client_name": "a\nb"}, "invalid_client_metadata"),
        ({"client_name": "x" * 101}, "invalid_client_metadata"),
        ({"client_name": 1}, "invalid_client_metadata"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://app.example/cb"}, "invalid_redirect_uri"),
        ({"redirect_uris": [1]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example/cb"]}, "invalid_redirect_uri"),
        ({"scope": "system/*.rs"}, "invalid_client_metadata"),
        ({"scope": ["openid"]}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"grant_types": "authorization_code"}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"launch_url": "http://app.example/launch"}, "invalid_client_metadata"),
        (KEYED, "invalid_client_metadata"),
        (KEYED | {"jwks": {"keys": []}}, "invalid_client_metadata"),
        (KEYED | {"jwks": JWKS, "jwks_uri": "https://app.example/k"}, "invalid_client_metadata"),
        (KEYED | {"jwks_uri": "http://app.example/k"}, "invalid_client_metadata"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], error: str) -> None:
    with pytest.raises(Unregistered) as caught:
        read(json.dumps(GOOD | changed).encode())
    assert (caught.value.error, caught.value.status) == (error, 400)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 10_000])
def test_what_is_no_document(body: bytes) -> None:
    with pytest.raises(Unregistered):
        read(body)
