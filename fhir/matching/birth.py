"""Birth date, as far as it is known, and how far two agree.

china.md, "Matching persons". `turned`: day and month; `lunar`: one was given by the lunar calendar; `slip`:
one digit or two neighbours; `year`: one of them tells the year alone, or is its first of January, put in for
want of better; `near`: the same year or the next.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from borax.calendars.lunardate import LunarDate

from fhir.matching.citizen_number import one_slip

LEVELS = ("same", "turned", "lunar", "slip", "year", "near", "different", "missing")
SAME, TURNED, LUNAR, SLIP, YEAR, NEAR, DIFFERENT, MISSING = range(len(LEVELS))
_NEAR = 1


@dataclass(frozen=True, slots=True)
class Birth:
    """A birth date as far as it is known; month and day are 0 where they are not."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def text(self) -> str:
        """As eight digits."""
        return f"{self.year:04}{self.month:02}{self.day:02}"


def birth(text: str) -> Birth | None:
    """A FHIR date as a Birth; None where it is none."""
    parts = text.split("-")
    if not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    return Birth(*(int(part) for part in parts[:3]))


def born(number: str) -> Birth:
    """The birth date within a valid citizen number."""
    return Birth(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def agreement(a: Birth, b: Birth) -> int:
    """The level in which two birth dates agree."""
    if a == b:
        return SAME
    if a.year == b.year:
        return _same_year(a, b)
    if _lunar(a, b):
        return LUNAR
    if one_slip(a.text, b.text):
        return SLIP
    return NEAR if abs(a.year - b.year) <= _NEAR else DIFFERENT


def _same_year(a: Birth, b: Birth) -> int:
    if (a.month, a.day) == (b.day, b.month):
        return TURNED
    if _lunar(a, b):
        return LUNAR
    if _vague(a) or _vague(b):
        return YEAR
    return SLIP if one_slip(a.text, b.text) else NEAR


def _vague(birth: Birth) -> bool:
    return birth.day == 0 or (birth.month, birth.day) == (1, 1)


def _lunar(a: Birth, b: Birth) -> bool:
    """Is one date the other's, written by the lunar calendar?"""
    return solar(a) == (b.year, b.month, b.day) or solar(b) == (a.year, a.month, a.day)


@lru_cache(maxsize=65_536)
def solar(birth: Birth) -> tuple[int, int, int] | None:
    """The solar date of what is read as a lunar one (no leap month); None where there is no such day."""
    try:
        found: date = LunarDate(birth.year, birth.month, birth.day).to_solar_date()
    except ValueError:
        return None
    return found.year, found.month, found.day
