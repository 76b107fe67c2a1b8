"""Master keys: which wraps, which unwraps, and what a running process does when they change."""

import pytest

from fhir.store.cipher import Suite
from fhir.store.key_ring import KeyRing, LostKeyError, derive, key_id

OLD, NEW, DATA = b"1" * 32, b"2" * 32, b"d" * 32


@pytest.mark.parametrize("suite", Suite)
@pytest.mark.parametrize("other", Suite)
def test_the_first_wraps_and_all_unwrap(suite: Suite, other: Suite) -> None:
    row = KeyRing([OLD], suite).wrap("Patient/p1", DATA)
    assert (row["under"], row["cipher"]) == (key_id(OLD), suite)
    ring = KeyRing([NEW, OLD], other)
    assert ring.unwrap("Patient/p1", row) == DATA
    assert ring.wrap("Patient/p1", DATA)["under"] == key_id(NEW) == ring.current
    assert ring.former == (key_id(OLD),)


def test_a_key_unwraps_for_its_owner_alone() -> None:
    ring = KeyRing([OLD])
    with pytest.raises(LostKeyError):
        ring.unwrap("Patient/p2", ring.wrap("Patient/p1", DATA))


def test_another_master_key_unwraps_nothing() -> None:
    with pytest.raises(LostKeyError):
        KeyRing([NEW]).unwrap("p", KeyRing([OLD]).wrap("p", DATA))


def test_what_a_new_key_wrapped_is_unwrapped_once_the_keys_are_read_again() -> None:
    held = [OLD]
    ring = KeyRing([OLD], reread=lambda: held)
    held.insert(0, NEW)
    assert ring.unwrap("p", KeyRing([NEW]).wrap("p", DATA)) == DATA
    assert ring.current == key_id(NEW)


def test_rows_of_older_versions_name_no_cipher() -> None:
    row = {"wrapped": KeyRing([OLD]).wrap("p", DATA)["wrapped"]}
    assert KeyRing([OLD]).unwrap("p", row) == DATA


@pytest.mark.parametrize("keys", [[], [b"0" * 31], [OLD, b""]])
def test_a_short_key_is_refused(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(keys)


def test_an_id_and_a_purpose_say_nothing_of_the_key() -> None:
    assert len({key_id(OLD), key_id(NEW), derive(OLD, b"a").hex()[:8], derive(OLD, b"b").hex()[:8]}) == 4
