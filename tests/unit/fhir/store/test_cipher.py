"""Sealing with both ciphers; SM4-GCM held against the example of RFC 8998, A.1."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from fhir.store.cipher import Aead, Sm4Gcm, Suite, aead, open_sealed, seal
from tests.support.without_sm3 import without_sm3

KEY = bytes(range(32))
SUITES = st.sampled_from(Suite)


def test_sm4_gcm_gives_the_bytes_of_the_standard() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    plain = b"".join(bytes([each]) * 8 for each in bytes.fromhex("AABBCCDDEEFFEEAA"))
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    sealed = Sm4Gcm(key).encrypt(nonce, plain, associated)
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert Sm4Gcm(key).decrypt(nonce, sealed, associated) == plain


@given(st.binary(max_size=600), st.binary(max_size=20), SUITES, st.booleans())
def test_what_is_sealed_opens_with_its_key_and_place_alone(
    plain: bytes, bound: bytes, suite: Suite, salted: bool
) -> None:
    sealed = seal(KEY, plain, bound, suite, salted=salted)
    assert open_sealed(KEY, sealed, bound) == plain
    for key, place in ((KEY[::-1], bound), (KEY, bound + b"x")):
        with pytest.raises(InvalidTag):
            open_sealed(key, sealed, place)


@given(st.data(), st.binary(max_size=300), SUITES, st.booleans())
def test_no_bit_of_it_can_be_changed(data: st.DataObject, plain: bytes, suite: Suite, salted: bool) -> None:
    sealed = bytearray(seal(KEY, plain, b"", suite, salted=salted))
    bit = data.draw(st.integers(0, 8 * len(sealed) - 1).filter(lambda bit: bit != 6))  # 6: see below
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(InvalidTag):
        open_sealed(KEY, bytes(sealed), b"")


@given(st.binary(max_size=300), SUITES, st.booleans())
def test_it_can_not_pass_for_what_older_versions_sealed(plain: bytes, suite: Suite, salted: bool) -> None:
    """Bit 6 says that the first byte is authenticated: without it, it is not."""
    sealed = bytearray(seal(KEY, plain, b"", suite, salted=salted))
    sealed[0] ^= 0x40
    with pytest.raises(InvalidTag):
        open_sealed(KEY, bytes(sealed), b"")


@given(st.binary(max_size=60))
def test_anything_else_is_refused(noise: bytes) -> None:
    with pytest.raises(InvalidTag):
        open_sealed(KEY, noise, b"")


def test_what_older_versions_sealed_opens() -> None:
    sealed = b"\x01" + bytes(12) + aead(Suite.AES, KEY).encrypt(bytes(12), b"plain", b"place")
    assert open_sealed(KEY, sealed, b"place") == b"plain"


def test_each_salt_and_suite_has_its_own_key() -> None:
    made = {
        aead(suite, KEY, salt).encrypt(bytes(12), b"x" * 16, b"")
        for suite in Suite
        for salt in (b"", b"1", b"2")
    }
    assert len(made) == 6


def test_sm4_seals_where_the_openssl_of_python_is_without_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = [seal(KEY, b"HTEST", b"place", Suite.SM4, salted=salted) for salted in (False, True)]
    without_sm3(monkeypatch)
    assert [open_sealed(KEY, each, b"place") for each in sealed] == [b"HTEST", b"HTEST"]
    again = seal(KEY, b"HTEST", b"place", Suite.SM4)
    monkeypatch.undo()
    assert open_sealed(KEY, again, b"place") == b"HTEST"


@pytest.mark.parametrize("suite", Suite)
def test_a_cipher_that_was_made_once_opens_what_its_key_sealed(suite: Suite) -> None:
    known: dict[Suite, Aead] = {}
    sealed = [seal(KEY, text, b"place", suite) for text in (b"one", b"two")]
    assert [open_sealed(KEY, each, b"place", known) for each in sealed] == [b"one", b"two"]
    assert set(known) == {suite}
    salted = seal(KEY, b"three", b"place", suite, salted=True)
    assert open_sealed(KEY, salted, b"place", known) == b"three"
    with pytest.raises(InvalidTag):
        open_sealed(KEY, sealed[0], b"elsewhere", known)
