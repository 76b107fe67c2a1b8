"""Password policy: long enough, not common, not about the person.

NIST SP 800-63B section 3.1.1.2 (length and a list of refused passwords, no rules of composition).
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from auth.login.passwords import LONGEST
from auth.roles import STAFF, Role

SHORTEST = {True: 12, False: 8}
"""By whether the account has a staff role."""

RANDOM_GROUPS = 7
"""As many groups of a one-time password hold 138 bits, so that no slow hash is needed."""

_WORD, _OWN = 2, 6
_SHORTEST_NUMBER = 14
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_KEYBOARD = (
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "abcdefghijklmnopqrstuvwxyz",
)
_DIGITS = "01234567890123456789"
_YEAR_OR_PHONE = re.compile(r"(19|20)\d{6}|1[3-9]\d{9}|\d{17}[\dx]")


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def objection(password: str, roles: Iterable[Role], about: Iterable[str]) -> str | None:
    """Why `password` is refused, or None. `about` are words that it must not be made of (login, name)."""
    shortest = SHORTEST[not STAFF.isdisjoint(roles)]
    if len(password) < shortest:
        return f"a password needs at least {shortest} characters"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    text = unicodedata.normalize("NFKC", password).casefold()
    if _is_common(text):
        return "this password is among the first that anyone would try"
    if _is_about(text, about):
        return "a password must not be made of the name or the login"
    return None


def _is_about(text: str, about: Iterable[str]) -> bool:
    """Is little left of it without those words?"""
    rest = text
    for word in {word for words in about for word in (words.casefold(), *words.casefold().split())}:
        if len(word) >= _WORD:
            rest = rest.replace(word, "")
    return rest != text and len(rest) < _OWN


def _is_common(text: str) -> bool:
    core = text.strip("0123456789!@#$%^&*.?_- ")
    if text in _common() or core in _common():
        return True
    if text.isdecimal() and len(text) < _SHORTEST_NUMBER:
        return True
    return len(set(text)) < 5 or _walks(text) or _YEAR_OR_PHONE.fullmatch(text) is not None


def _walks(text: str) -> bool:
    """Is it one walk along the keyboard, the alphabet or the digits, forwards or backwards?"""
    rows = (*_KEYBOARD, _DIGITS)
    return any(text in row or text[::-1] in row for row in rows)


def one_time(groups: int = 4) -> str:
    """A password for one log-in, in groups of 20 bits that can be read out: 80 bits in four of them."""
    return "-".join("".join(secrets.choice(_UNMISTAKABLE) for _ in range(4)) for _ in range(groups))
