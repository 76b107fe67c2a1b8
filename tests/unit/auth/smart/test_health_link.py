"""SMART Health Links: payload and encryption, read by a viewer that shares no code with them."""

import base64
import contextlib
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis.strategies import booleans, sampled_from, text

from auth.smart.health_link import Link, link, new_key, read, sealed
from tests.support.health_link import opened, payload

UNTIL = datetime(2026, 11, 27, 13, tzinfo=UTC)


def key_of(made: str) -> str:
    return str(payload(made)["key"])


def test_the_payload_says_where_with_what_key_and_until_when() -> None:
    said = payload(link("http://x/shl/t", b"k" * 32, UNTIL, "王" * 100, passcode=True))
    assert (said["url"], said["exp"], said["flag"], said["v"]) == (
        "http://x/shl/t",
        int(UNTIL.timestamp()),
        "P",
        1,
    )
    assert len(said["key"]) == 43
    assert said["label"] == "王" * 80
    assert payload(link("u", b"k" * 32, UNTIL, "", passcode=False)).keys() == {"url", "key", "exp", "v"}


def test_only_its_key_opens_the_file_and_no_nonce_comes_twice() -> None:
    key = new_key()
    made = link("u", key, UNTIL, "", passcode=False)
    one, other = sealed(b'{"a": "\xe7\x8e\x8b"}', key), sealed(b'{"a": "\xe7\x8e\x8b"}', key)
    assert opened(one, key_of(made)) == {"a": "王"}
    assert one.split(".")[2] != other.split(".")[2]
    with pytest.raises(InvalidTag):
        opened(one, key_of(link("u", new_key(), UNTIL, "", passcode=False)))


@given(text(max_size=90), booleans(), sampled_from(["", "https://furong.example/shl"]))
def test_what_was_made_is_read_again_wherever_it_stands(label: str, passcode: bool, viewer: str) -> None:
    key = new_key()
    made = link("https://furong.example/shl/t", key, UNTIL, label, passcode=passcode, viewer=viewer)
    for each in (made, f" {made}\n"):
        assert read(each) == Link("https://furong.example/shl/t", key)


@pytest.mark.parametrize("body", ["", "%", "[]", "{}", '{"url": 7}', '{"url": "u"'])
def test_what_is_no_link_is_a_value_error(body: str) -> None:
    encoded = base64.urlsafe_b64encode(body.encode()).decode()
    for each in (body, f"shlink:/{body}", f"shlink:/{encoded}", "王", "#" * 9):
        with pytest.raises(ValueError, match=r"."):
            read(each)


@given(text(max_size=60))
def test_whatever_is_pasted_is_a_link_or_a_value_error(pasted: str) -> None:
    with contextlib.suppress(ValueError):
        read(pasted)
