"""Password hashes: Argon2id, with a cap on how many are computed at once.

RFC 9106 (the low-memory profile of its section 4: 64 MiB, three passes). Without the cap forty threads would
take 2.5 GiB.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 256
_AT_ONCE = 2
_Result = TypeVar("_Result")


class Passwords:
    """Hashes and verifies, off the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """What is stored of `password`."""
        return await self._compute(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Is it the password? Without a stored hash the same work is done, and the answer is no."""
        if len(password) > LONGEST:
            password = ""
        if stored is None:
            self._nobody = self._nobody or await self.hash("nobody has this password")
        return await self._compute(lambda: self._check(stored or self._nobody or "", password)) and bool(
            stored
        )

    def outdated(self, stored: str) -> bool:
        """Was it hashed at another cost than today's?"""
        return self._hasher.check_needs_rehash(stored)

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _compute(self, work: Callable[[], _Result]) -> _Result:
        async with self._room:
            return await asyncio.to_thread(work)


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
