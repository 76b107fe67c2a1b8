"""Timing: how often and when something is done, and for how long, in words of two languages.

FHIR R4 2.24.0.14 (datatypes.html#Timing). None stands for what the words leave out: what is unknown, or what
does not fit together (once a day at 08:00 and at 20:00).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from fhir.summary.coding import folded, many, text_of
from fhir.summary.controlled import table
from fhir.summary.duration import UNITS, Part, duration, length, time_unit
from fhir.summary.frequency import Frequency, frequency, spanned
from fhir.summary.moment import Moment, Precision, moment
from fhir.summary.quantity import number_of, plain
from fhir.summary.wording import Wording, speaks_chinese

WHEN_NEEDED = Wording("必要时", "when needed")
_OFTEN = frozenset({"frequency", "frequencyMax", "period", "periodMax", "periodUnit"})
_PLACED = frozenset({"dayOfWeek", "timeOfDay", "when", "offset"})
_BOUNDS = ("boundsDuration", "boundsRange", "boundsPeriod")
_COURSE = frozenset({*_BOUNDS, "count", "countMax", "duration", "durationMax", "durationUnit"})
_KNOWN = _OFTEN | _PLACED | _COURSE
_DAYS = {
    "mon": ("一", "Monday"), "tue": ("二", "Tuesday"), "wed": ("三", "Wednesday"), "thu": ("四", "Thursday"),
    "fri": ("五", "Friday"), "sat": ("六", "Saturday"), "sun": ("日", "Sunday"),
}  # fmt: skip
_CLOCK = re.compile(r"(\d\d:\d\d):00(?:\.0+)?")
_MEALS = frozenset({"AC", "C", "PC"})
"""Codes that name no single time of a day."""
_NIGHT = frozenset({"HS", "NIGHT"})
_LENGTHS = {Precision.YEAR: 4, Precision.MONTH: 7}


def frequencies(timing: dict[str, Any] | None) -> list[Frequency]:
    """What the code and the numbers of a Timing say."""
    timing = timing or {}
    return [
        often
        for often in (frequency(text_of(timing.get("code"))), Frequency.of(timing.get("repeat") or {}))
        if often
    ]


def rhythm(timing: dict[str, Any] | None) -> list[Part]:
    """How often and when; of what contradicts itself only the code, as it came."""
    if not timing:
        return []
    word, stated, repeat = text_of(timing.get("code")), frequencies(timing), timing.get("repeat") or {}
    if any(not one.agrees(other) for one, other in pairwise(stated)):
        return [Wording(word), None]
    said = _often(word, stated, repeat)
    if not repeat.keys().isdisjoint(_PLACED):
        said = _placed(said, stated[0] if stated and (not word or frequency(word)) else None, repeat)
    strange = timing.keys() - {"code", "repeat", "id"} or repeat.keys() - _KNOWN
    return [*said, None] if strange else said


def course(timing: dict[str, Any] | None) -> list[Part]:
    """How long each time, for how long, how many times in all."""
    repeat = (timing or {}).get("repeat") or {}
    if repeat.keys().isdisjoint(_COURSE):
        return []
    said: list[Part] = []
    if not repeat.keys().isdisjoint({"duration", "durationMax", "durationUnit"}):
        said.append(_each_time(repeat))
    said += [_BOUND[element](repeat[element]) for element in _BOUNDS if element in repeat]
    if not repeat.keys().isdisjoint({"count", "countMax"}):
        said.append(_count(repeat))
    return said


def dates(timing: dict[str, Any] | None) -> Part:
    """From which day until which; None where it is not said."""
    bounds = ((timing or {}).get("repeat") or {}).get("boundsPeriod")
    return _period(bounds) if bounds else None


def overlap(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool | None:
    """Do two Timings hold on the same days; None where either doesn't say from when.

    A day on which one ends and the other begins is not the same.
    """
    (start, end), (begin, until) = _bounds(one), _bounds(other)
    if start is None or begin is None:
        return None
    return start == begin or not ((end and end <= begin) or (until and until <= start))


def _bounds(timing: dict[str, Any] | None) -> tuple[Moment | None, Moment | None]:
    period = ((timing or {}).get("repeat") or {}).get("boundsPeriod") or {}
    return moment(period.get("start")), moment(period.get("end"))


def undated(timing: dict[str, Any]) -> dict[str, Any]:
    """A Timing without what says from when, for how long and how many times in all."""
    repeat = timing.get("repeat") or {}
    kept = {name: value for name, value in repeat.items() if name not in (*_BOUNDS, "count", "countMax")}
    return timing | {"repeat": kept}


def _often(word: str, stated: Sequence[Frequency], repeat: dict[str, Any]) -> list[Part]:
    numbers, span = not repeat.keys().isdisjoint(_OFTEN), spanned(repeat)
    if folded(word) == "prn" and not stated:
        return [WHEN_NEEDED, span] if numbers else [WHEN_NEEDED]
    if word and not frequency(word):
        said = Wording(word, table("times").get(folded(word), ""))
        return [said, None] if numbers else [said]
    if not stated:
        return [span] if numbers else []
    first = stated[0]
    often = Wording(word if speaks_chinese(word) else first.chinese, first.english)
    return [often, None] if numbers and Frequency.of(repeat) is None else [often]


def _placed(said: list[Part], often: Frequency | None, repeat: dict[str, Any]) -> list[Part]:
    """With the days of the week, and the times or events of a day."""
    days, whens, hours = (many(repeat.get(each)) for each in ("dayOfWeek", "when", "timeOfDay"))
    shown = [_clock(hours), _events(whens, repeat.get("offset"))]
    known = all(day in _DAYS for day in days) and (not (hours and whens))
    spans = often is None and not repeat.keys().isdisjoint(_OFTEN)
    if not known or None in shown or not _fits(often, days, [*hours, *whens], spans):
        return [*said, None]
    moments = [each for each in shown if each]
    if not days:
        return [*said, *moments]
    ordered = [names for day, names in _DAYS.items() if day in days]
    chinese, english = "、".join(f"周{names[0]}" for names in ordered), _and([names[1] for names in ordered])
    if often is None:
        return [*said, Wording(f"每{chinese}", f"on {english}"), *moments]
    if often.unit == "d":
        that = Wording(f"每{chinese}（当天{often.times}次）", f"on {english} ({often.counted} that day)")
        return [that, *said[1:], *moments]
    return [*said, Wording(chinese, f"on {english}"), *moments]


def _fits(often: Frequency | None, days: list[str], moments: list[str], spans: bool) -> bool:
    """Do days and moments make as many times as the numbers say? (Meals make any number.)"""
    meals = sum(each in _MEALS for each in moments)
    if spans or (often and often.unit not in ("d", "wk", "mo", "a")):
        return not days and meals == len(moments)
    if often is None:
        return True
    if often.night and (days or not _NIGHT.issuperset(moments)):
        return False
    if days and not (often.unit == "wk" or (often.unit == "d" and often.period == 1)):
        return False
    if meals:
        each_day = often.unit == "d" and often.times >= len(moments)
        return each_day or (meals == len(moments) == 1 and often.times == max(len(days), 1))
    a_week = max(len(days), 1) if often.unit == "wk" else 1
    if days and often.unit == "wk" and not moments:
        return often.times == len(days)
    return not moments or often.times == len(moments) * a_week


def _clock(hours: list[str]) -> Part:
    """Times of a day, to the minute; "" where there are none."""
    found = [_CLOCK.fullmatch(each) for each in sorted(str(each) for each in hours)]
    if not all(found):
        return None
    shown = [each[1] for each in found if each]
    return Wording("、".join(shown), f"at {_and(shown)}" if shown else "")


def _events(codes: list[str], offset: Any) -> Part:
    """Events of a day, with the minutes before or after; "" where there are none."""
    if offset is not None and not (codes and type(offset) is int and offset > 0):
        return None
    said = [_event(table("events").get(folded(str(code))), offset) for code in codes]
    known = [each for each in said if each]
    if len(known) < len(said):
        return None
    return Wording("、".join(known), _and([each.english for each in known]))


def _event(names: list[str] | None, offset: int | None) -> Part:
    if names is None or offset is None:
        return Wording(*names[:2]) if names else None
    if len(names) < 3:
        return None
    minutes = length("min", Decimal(offset))
    return Wording(f"{names[0]}{minutes}", f"{minutes.english} {names[2]}")


def _each_time(repeat: dict[str, Any]) -> Part:
    least, most = _number(repeat.get("duration")), _number(repeat.get("durationMax"))
    unit = repeat.get("durationUnit")
    if least is None or unit not in UNITS or (most is not None and most <= least):
        return None
    long = length(unit, least, most)
    return Wording(f"每次持续{long}", f"over {long.english} each time")


def _count(repeat: dict[str, Any]) -> Part:
    least, most = _number(repeat.get("count")), _number(repeat.get("countMax"))
    if least is None or (most is not None and most <= least):
        return None
    if most is not None:
        return Wording(f"共{plain(least)}–{plain(most)}次", f"{plain(least)} to {plain(most)} times in all")
    times = "time" if least == 1 else "times"
    return Wording(f"共{plain(least)}次", f"{plain(least)} {times} in all")


def _duration(value: Any) -> Part:
    long = duration(value)
    return Wording(f"共{long}", f"for {long.english}") if long else None


def _range(value: Any) -> Part:
    low, high = value.get("low"), value.get("high")
    least, most = number_of(low), number_of(high)
    unit = time_unit(low)
    if least is None or most is None or least >= most or unit is None or unit != time_unit(high):
        return None
    long = length(unit, least, most)
    return Wording(f"共{long}", f"for {long.english}")


def _period(value: Any) -> Part:
    start, end = (moment(value.get(each)) for each in ("start", "end"))
    if any(value.get(each) and moment(value.get(each)) is None for each in ("start", "end")):
        return None
    if start and end and end < start:
        return None
    if start and end:
        return Wording(f"{_date(start)}至{_date(end)}", f"from {_date(start)} to {_date(end)}")
    if start:
        return Wording(f"{_date(start)}起", f"from {_date(start)}")
    return Wording(f"至{_date(end)}", f"until {_date(end)}") if end else None


def _date(when: Moment) -> str:
    day = when.day.isoformat()[: _LENGTHS.get(when.precision, 10)]
    return f"{day} {when.start:%H:%M}" if when.precision is Precision.MINUTE else day


def _number(value: Any) -> Decimal | None:
    return number_of({"value": value})


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


_BOUND = {"boundsDuration": _duration, "boundsRange": _range, "boundsPeriod": _period}
