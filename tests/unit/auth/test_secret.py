"""Secrets: long, different, known by their hash alone."""

from auth import secret


def test_256_bits_and_never_twice() -> None:
    made = {secret.new() for _ in range(500)}
    assert len(made) == 500
    assert all(len(one) == 43 for one in made)


def test_only_the_secret_matches_its_digest() -> None:
    plain = secret.new()
    stored = secret.digest(plain)
    assert plain not in stored
    assert secret.matches(plain, stored)
    assert not secret.matches(stored, stored)
    assert not secret.matches(plain + " ", stored)
    assert not secret.matches("", stored)
    assert not secret.matches("\udcff", stored)
