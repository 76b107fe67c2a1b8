"""Signature of roots: by a key that follows from the master key and from nothing in the database."""

import pytest

from auth.audit.signing import Signer, signed


def test_the_key_follows_from_the_master_key() -> None:
    assert Signer(b"0" * 32).public == Signer(b"0" * 32).public != Signer(b"1" * 32).public


def test_a_signature_is_of_one_text_by_one_key() -> None:
    one, other = Signer(b"0" * 32), Signer(b"1" * 32)
    signature = one.sign(b"text")
    assert signed(b"text", signature, one.public)
    assert not signed(b"texT", signature, one.public)
    assert not signed(b"text", signature, other.public)


@pytest.mark.parametrize("damaged", [None, "", "zz", "00" * 64, 5])
def test_what_can_not_be_read_is_no_signature(damaged: object) -> None:
    one = Signer(b"0" * 32)
    assert not signed(b"text", damaged, one.public)
    assert not signed(b"text", one.sign(b"text"), damaged)
