import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir import page
from fhir.outcome import Refusal
from fhir.page import open_cursor, seal_cursor

PLACES = st.lists(st.none() | st.integers() | st.text(), max_size=4)


def sign(message: bytes) -> bytes:
    return hmac.new(b"k", message, hashlib.sha256).digest()[:16]


@given(PLACES)
def test_what_is_sealed_is_opened(place: list[object]) -> None:
    text = seal_cursor(place, "reader", "query", sign)
    assert open_cursor(text, "reader", "query", sign) == place
    assert "=" not in text


@pytest.mark.parametrize(("reader", "query"), [("other", "query"), ("reader", "other"), ("readerquery", "")])
def test_it_opens_for_its_reader_and_its_query_alone(reader: str, query: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_cursor(seal_cursor([1], "reader", "query", sign), reader, query, sign)
    assert refused.value.status == 400


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_no_byte_of_it_can_be_changed(position: int, change: int) -> None:
    text = seal_cursor(["Patient/p1", 7], "reader", "query", sign)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[position % len(raw)] ^= change
    with pytest.raises(Refusal):
        open_cursor(base64.urlsafe_b64encode(raw).decode().rstrip("="), "reader", "query", sign)


@pytest.mark.parametrize("text", ["", "x", "!!!!", "AAAA", "é", "a b", "=" * 10])
def test_garbage_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        open_cursor(text, "reader", "query", sign)


def test_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "LIFETIME", -1)
    with pytest.raises(Refusal) as refused:
        open_cursor(seal_cursor([1], "reader", "query", sign), "reader", "query", sign)
    assert refused.value.status == 410
