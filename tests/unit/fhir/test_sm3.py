"""SM3 by the examples of GB/T 32905-2016, annex A."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir import sm3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_examples_of_the_standard(text: bytes, expected: str) -> None:
    assert sm3.hexdigest(text) == sm3.portable(text).hex() == expected


@given(st.binary(max_size=300))
def test_both_implementations_agree(data: bytes) -> None:
    assert sm3.digest(data) == sm3.portable(data)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_it_has_the_face_of_a_hash(first: bytes, second: bytes) -> None:
    hash = sm3.Portable(first)
    before = hash.copy()
    hash.update(second)
    assert hash.digest() == sm3.digest(first + second)
    assert hash.hexdigest() == sm3.hexdigest(first + second)
    assert before.digest() == sm3.digest(first)
    key = first or b"k"
    assert hmac.digest(key, second, sm3.Portable) == hmac.digest(key, second, "sm3")


def test_hmac_takes_what_hashlib_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (sm3.known("sm3"), sm3.known("sha256")) == ("sm3", "sha256")
    monkeypatch.setattr(sm3, "_NATIVE", False)
    assert (sm3.known("sm3"), sm3.known("sha256")) == (sm3.Portable, "sha256")
