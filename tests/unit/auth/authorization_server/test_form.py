"""Form bodies of token requests."""

import pytest
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from auth.authorization_server.form import parse_form

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("content_type", [FORM, FORM + "; charset=UTF-8", FORM.upper(), f" {FORM} ;x"])
def test_parameters(content_type: str) -> None:
    assert parse_form(content_type, b"a=1&b=%E4%B8%AD+x&empty=&c=%2B") == {"a": "1", "b": "中 x", "c": "+"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("", b"a=1"),
        (FORM + "x", b"a=1"),
        (FORM, b"a=1&a=2"),
        (FORM, b"a=1&a="),
        (FORM, b"%61=1&a=2"),
        (FORM, b"a=\xff"),
        (FORM, b"a=%c0%80"),
        (FORM, b"&".join(b"%d=1" % number for number in range(51))),
        (FORM, b"a=" + b"1" * 65_536),
    ],
)
def test_malformed(content_type: str, body: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        parse_form(content_type, body)
