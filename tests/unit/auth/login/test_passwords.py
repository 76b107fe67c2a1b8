"""Password hashes: Argon2id, at most two at once."""

import asyncio
import threading
import time

import pytest
from argon2 import PasswordHasher

from auth.login.passwords import Passwords


async def test_argon2id_at_the_low_memory_profile(costly: PasswordHasher) -> None:
    hashed = await Passwords(costly).hash("teahouse by the river")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not Passwords(costly).outdated(hashed)
    assert await Passwords(costly).verify(hashed, "teahouse by the river")


async def test_verify(passwords: Passwords) -> None:
    hashed = await passwords.hash("Straße")
    assert await passwords.verify(hashed, "Straße")
    assert not await passwords.verify(hashed, "strasse")
    assert not await passwords.verify(hashed, "")
    assert not await passwords.verify("no hash", "Straße")


async def test_forms_of_one_text_are_one_password(passwords: Passwords) -> None:
    assert await passwords.verify(await passwords.hash("e\u0301cole Ａ"), "école A")


@pytest.mark.parametrize("odd", ["\x00", "\udcff", "x" * 100_000, "🐼" * 300])
async def test_odd_passwords_are_only_wrong(passwords: Passwords, odd: str) -> None:
    assert not await passwords.verify(await passwords.hash("right"), odd)


async def test_two_at_once_in_a_whole_process() -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            nonlocal running, most
            with lock:
                running, most = running + 1, max(most, running + 1)
            time.sleep(0.02)
            with lock:
                running -= 1
            return True

    one, other = Passwords(Slow()), Passwords(Slow())
    await asyncio.gather(*(each.verify("hash", "x") for _ in range(4) for each in (one, other)))
    assert most == 2
