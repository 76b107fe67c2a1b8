"""Accounts of tests: each password is hashed once in a run, at today's cost; each account has that same hash.

A hash takes a fifth of a second, by design; most tests of pages make six accounts with one password.
"""

from auth.login.passwords import Passwords

_HASHES: dict[str, str] = {}


class KnownPasswords(Passwords):
    """As the platform's, but for the salt, which the accounts of one password share."""

    async def hash(self, password: str) -> str:
        """What is stored of `password`."""
        if password not in _HASHES:
            _HASHES[password] = await super().hash(password)
        return _HASHES[password]
