"""Parameters of an authorization request, read strictly."""

import pytest
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from auth.authorization_server.authorization_request import LARGEST, AuthorizationRequest, parse

URI = "https://furong.example/oauth/authorize"


def test_each_value_is_known_and_an_empty_one_counts_as_absent() -> None:
    request = AuthorizationRequest(URI, parse("a=1&a=2&b=&state=&c=%E7%97%85+x"))
    assert request.parameters == {"a": "1", "state": "", "c": "病 x"}
    assert request.payload.datalist["a"] == ["1", "2"]


@pytest.mark.parametrize("text", ["a=%ff", b"\xff", "&".join("abcdefghij" * 10), "x" * (LARGEST + 1)])
def test_what_is_no_form(text: str | bytes) -> None:
    if text == "&".join("abcdefghij" * 10):
        text = "&".join(f"{sign}=1" for sign in "abcdefghij" * 10)
    with pytest.raises(InvalidRequestError):
        parse(text)
