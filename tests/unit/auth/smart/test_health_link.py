"""SMART Health Links: payload and encryption, read by a viewer that shares no code with them."""

from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag

from auth.smart.health_link import link, new_key, sealed
from tests.support.health_link import opened, payload

UNTIL = datetime(2026, 11, 27, 13, tzinfo=UTC)


def key_of(text: str) -> str:
    return str(payload(text)["key"])


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
    text = link("u", key, UNTIL, "", passcode=False)
    one, other = sealed(b'{"a": "\xe7\x8e\x8b"}', key), sealed(b'{"a": "\xe7\x8e\x8b"}', key)
    assert opened(one, key_of(text)) == {"a": "王"}
    assert one.split(".")[2] != other.split(".")[2]
    with pytest.raises(InvalidTag):
        opened(one, key_of(link("u", new_key(), UNTIL, "", passcode=False)))
