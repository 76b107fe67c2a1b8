"""HTTP Basic credentials."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.authorization_server.basic import parse_basic


def header(credentials: bytes) -> str:
    return "Basic " + base64.b64encode(credentials).decode()


@pytest.mark.parametrize(
    ("credentials", "pair"),
    [
        (b"id:secret", ("id", "secret")),
        (b"id:se:cret", ("id", "se:cret")),
        (b"i%3Ad:s%2Bt+x", ("i:d", "s+t x")),
        ("用户:密码".encode(), ("用户", "密码")),
    ],
)
def test_pairs(credentials: bytes, pair: tuple[str, str]) -> None:
    assert parse_basic(header(credentials)) == pair
    assert parse_basic(header(credentials).replace("Basic", "bAsIc")) == pair


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !",
        "Basic a b",
        "Bearer abc",
        header(b""),
        header(b":"),
        header(b"a:"),
        header(b":b"),
        header(b"ab"),
        header(b"\xff:x"),
        header(b"%ff:x"),
        "Basic é",
    ],
)
def test_what_is_no_pair(text: str) -> None:
    assert parse_basic(text) is None


@given(st.text(max_size=80))
def test_never_an_exception(text: str) -> None:
    parse_basic(text)
    parse_basic("Basic " + text)
