"""Frequency: how often a drug is taken, from a code, from words or from numbers, said in two languages.

HL7 v3 GTSAbbreviation and the repeat patterns of HL7 v2 (BID, Q8H, QOD); FHIR R4 Timing.repeat.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fhir.summary.coding import folded
from fhir.summary.duration import UNITS, length
from fhir.summary.wording import Wording

_CODES = {
    "qd": (1, 1, "d"), "bid": (2, 1, "d"), "tid": (3, 1, "d"), "qid": (4, 1, "d"), "qod": (1, 2, "d"),
    "wk": (1, 1, "wk"), "mo": (1, 1, "mo"), "qw": (1, 1, "wk"), "biw": (2, 1, "wk"), "tiw": (3, 1, "wk"),
    "qh": (1, 1, "h"),
}  # fmt: skip
_NUMBERS = dict(zip("一二三四五六123456", [*range(1, 7)] * 2, strict=True)) | {"两": 2}
_N = "([一两二三四五六1-6])"
_DAILY = re.compile(rf"(?:[每一1][日天]{_N}次|{_N}次/[日天])")
_WEEKLY = re.compile(rf"(?:[每一1]周{_N}次|{_N}次/周)")
_HOURLY = re.compile(r"(?:每(\d{1,2})(?:小时|h)(?:[一1]次)?|q(\d{1,2})h)")
_OTHER_DAY = re.compile(r"隔[日天](?:[一1]次)?")
_NIGHTLY = re.compile(r"(?:每晚(?:[一1]次)?|qn)")
_TIMES = {1: "once", 2: "twice", 3: "three times"}


@dataclass(frozen=True, slots=True)
class Frequency:
    """So many times in so many hours, days or weeks; at night where that is said."""

    times: int
    period: Decimal
    unit: str
    night: bool = False

    @classmethod
    def of(cls, repeat: dict[str, Any]) -> "Frequency | None":
        """What the numbers of Timing.repeat say; None where they say none, or a span. (Without a frequency it
        is once in each period: R4 2.24.0.14.)"""
        times, period, unit = repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit")
        if not times or not period or unit not in UNITS or "frequencyMax" in repeat or "periodMax" in repeat:
            return None
        return cls(int(times), Decimal(str(period)), unit)

    def agrees(self, other: "Frequency") -> bool:
        """Is it as often? (Every night is once a day; every 24 hours is too.)"""
        if self._hours is None or other._hours is None:
            return (self.times, self.period, self.unit) == (other.times, other.period, other.unit)
        return self.times * other._hours == other.times * self._hours

    @property
    def _hours(self) -> Decimal | None:
        hours = {"h": 1, "d": 24, "wk": 168}.get(self.unit)
        return self.period * hours if hours else None

    @property
    def chinese(self) -> str:
        """In Chinese: 每天2次."""
        if self.night:
            return "每晚1次" if self.times == 1 else f"每晚{self.times}次"
        return f"每{'' if self.period == 1 else _number(self.period)}{UNITS[self.unit][0]}{self.times}次"

    @property
    def counted(self) -> str:
        """How many times, in English: twice."""
        return _TIMES.get(self.times, f"{self.times} times")

    @property
    def english(self) -> str:
        """In English: twice a day."""
        unit, times = UNITS[self.unit][1], self.counted
        if self.night:
            return "every night" if self.times == 1 else f"{times} every night"
        if self.period == 1:
            return f"{times} {'an' if unit == 'hour' else 'a'} {unit}"
        span = "other day" if self.period == 2 and self.unit == "d" else f"{_number(self.period)} {unit}s"
        return f"every {span}" if self.times == 1 else f"{times} every {span}"


def _number(period: Decimal) -> str:
    return f"{period.normalize():f}"


@lru_cache(maxsize=4096)
def frequency(said: str) -> Frequency | None:
    """The frequency that a code or a phrase means as a whole; None where it is no known one."""
    text = folded(said)
    if text in _CODES:
        times, period, unit = _CODES[text]
        return Frequency(times, Decimal(period), unit)
    for pattern, unit in ((_DAILY, "d"), (_WEEKLY, "wk")):
        if found := pattern.fullmatch(text):
            return Frequency(_NUMBERS[found[1] or found[2]], Decimal(1), unit)
    if found := _HOURLY.fullmatch(text):
        hours = Decimal(found[1] or found[2])
        return Frequency(1, hours, "h") if hours else None
    if _OTHER_DAY.fullmatch(text):
        return Frequency(1, Decimal(2), "d")
    return Frequency(1, Decimal(1), "d", night=True) if _NIGHTLY.fullmatch(text) else None


def spanned(repeat: dict[str, Any]) -> Wording | None:
    """Between two numbers of times or two periods: 每天2–3次, 每4–6小时1次. None where it is no such span."""
    least, most = repeat.get("frequency", 1), repeat.get("frequencyMax")
    period, longest, unit = repeat.get("period"), repeat.get("periodMax"), repeat.get("periodUnit")
    if not (most or longest) or not period or unit not in UNITS:
        return None
    if (most is not None and most <= least) or (longest is not None and longest <= period):
        return None
    once = Frequency(int(least), Decimal(str(period)), unit)
    span = length(unit, once.period, None if longest is None else Decimal(str(longest)))
    times = f"{least}" if most is None else f"{least}–{most}"
    said = once.counted if most is None else f"{least} to {most} times"
    if longest is None and once.period == 1:
        chinese, article = UNITS[unit][0], "an" if unit == "h" else "a"
        return Wording(f"每{chinese}{times}次", f"{said} {article} {UNITS[unit][1]}")
    often = f"every {span.english}" if said == "once" else f"{said} every {span.english}"
    return Wording(f"每{span}{times}次", often)
