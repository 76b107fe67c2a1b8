"""Password hashes: Argon2id, with a cap on how many are computed at once.

RFC 9106 (the low-memory profile of its section 4: 64 MiB, three passes). Without the cap forty threads would
take 2.5 GiB. One-time passwords made by the thousand have 128 random bits, and a SHA-256 of them is enough.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from auth import secret

LONGEST = 256
HASHER = PasswordHasher()
"""At today's cost."""
_ROOM = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
"""What all hashers of a process share."""

_RANDOM = "sha256$"
_Result = TypeVar("_Result")


class Passwords:
    """Hashes and verifies, off the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or HASHER
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """What is stored of `password`."""
        return await self._compute(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Is it the password? Whatever is stored, the same work is done; without a stored hash it is not."""
        if len(password) > LONGEST:
            password = ""
        if stored is not None and not stored.startswith(_RANDOM):
            return await self._compute(lambda: self._check(stored, password))
        nobody = self._nobody = self._nobody or await self.hash("nobody has this password")
        await self._compute(lambda: self._check(nobody, password))
        return stored is not None and secret.matches(_typed(password), stored.removeprefix(_RANDOM))

    def outdated(self, stored: str) -> bool:
        """Was it hashed at another cost than today's?"""
        return self._hasher.check_needs_rehash(stored)

    def _check(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _compute(self, work: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(_ROOM, work)


def random_hash(password: str) -> str:
    """What is stored of a password of at least 128 random bits (`password_policy.RANDOM_GROUPS`)."""
    return _RANDOM + secret.digest(_typed(password))


def _typed(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
