"""A token request in Authlib's shape: its URI is the issuer's, its parameters stand once."""

import pytest
from authlib.oauth2.rfc6749.errors import InsecureTransportError

from auth.authorization_server.request import TokenRequest

URI = "https://furong.example/oauth/token"


def test_parameters_and_header() -> None:
    request = TokenRequest(URI, {"grant_type": "x", "code": "病"}, "Basic abc")
    assert request.form == {"grant_type": "x", "code": "病"}
    assert request.payload.datalist["code"] == ["病"]
    assert request.payload.datalist["other"] == []
    assert (request.uri, request.headers["Authorization"], request.alarm) == (URI, "Basic abc", None)
    assert TokenRequest(URI, {}, None).headers == {}


def test_an_issuer_without_tls_is_refused() -> None:
    with pytest.raises(InsecureTransportError):
        TokenRequest("http://furong.example/oauth/token", {}, None)
