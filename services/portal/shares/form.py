"""Form: what a resident wants to share, for minutes on his screen or for days on paper, read and checked.

ADR 25: what lasts longer than a code on a screen may has a passcode, and one that the paper does not betray.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from unicodedata import normalize

from starlette.datastructures import FormData

from auth.smart import health_link
from auth.store.shares import LONGEST_OPEN
from services.portal.catalogue import mark
from services.portal.shares.document import SECTIONS

MINUTES, DAYS = (5, 15, 30, 60), (1, 7, 30)
SHORTEST, SHORTEST_ON_PAPER, LONGEST = 4, 6, 64
_NOTHING, _HOW_LONG = mark("请至少选一类内容。"), mark("请选择多长时间。")
_SHORT = mark("口令要有4个字以上。")
_NEEDED = mark("纸上的二维码要有口令，6个字以上：纸丢了，捡到的人也看不到。")
_GUESSABLE = mark("这个口令太容易猜。不要用生日，也不要用 123456、888888 这样的。")
_DIGITS = "01234567890 09876543210"


class WrongShare(ValueError):
    """What was filled in can't be shared; the text is a msgid."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted; without a `life` no link."""

    sections: tuple[str, ...]
    sensitive: bool
    life: timedelta | None
    label: str
    passcode: str


def on_screen(form: FormData) -> Asked:
    """A link for minutes, with a passcode where one is wanted; a WrongShare."""
    minutes, passcode = str(form.get("minutes", "")), typed(form.get("passcode"))
    sections = _sections(form)
    if minutes not in map(str, MINUTES):
        raise WrongShare(_HOW_LONG)
    if passcode and not SHORTEST <= len(passcode) <= LONGEST:
        raise WrongShare(_SHORT)
    label = str(form.get("label", "")).strip()[: health_link.LONGEST_LABEL]
    return Asked(sections, _sensitive(form), timedelta(minutes=int(minutes)), label, passcode)


def on_paper(form: FormData, births: Collection[date], names: Collection[str] = ()) -> Asked:
    """A sheet, with a link for days or without one; a WrongShare."""
    days, passcode = str(form.get("days", "")), typed(form.get("passcode"))
    if days == "0":
        return Asked((), _sensitive(form), None, "", "")
    sections = _sections(form)
    if days not in map(str, DAYS):
        raise WrongShare(_HOW_LONG)
    life = timedelta(days=int(days))
    if life > LONGEST_OPEN and not SHORTEST_ON_PAPER <= len(passcode) <= LONGEST:
        raise WrongShare(_NEEDED)
    if guessable(passcode, births, names):
        raise WrongShare(_GUESSABLE)
    return Asked(sections, _sensitive(form), life, "", passcode)


def usual(**life: str) -> FormData:
    """What a form shows at first: the sections that most want to share, and the usual `life`."""
    chosen = ("allergies", "problems", "medications", "results")
    return FormData([*life.items(), *(("sections", each) for each in chosen)])


def typed(passcode: object) -> str:
    """A passcode as it is kept and checked: １ is 1, and whoever hears it hears no capitals and no blanks."""
    return "".join(normalize("NFKC", str(passcode or "")).casefold().split())


def guessable(passcode: str, births: Collection[date], names: Collection[str] = ()) -> bool:
    """Would who holds the paper try it among the first: a part of a birth date, a name, one sign, a row of
    digits?"""
    digits = "".join(sign for sign in passcode if sign.isdigit())
    plain = len(digits) == len([sign for sign in passcode if sign.isalnum() and sign not in "年月日"])
    dates = {said for each in births for said in _written(each)}
    dated = bool(digits) and any(digits in said for said in dates)
    named = any(typed(each) in passcode for each in names if each)
    return named or len(set(passcode)) < 3 or (plain and (dated or digits in _DIGITS))


def _written(day: date) -> set[str]:
    """A date in digits, as people write it: with noughts or without."""
    forms = ("%Y%m%d", "%y%m%d", "%d%m%Y", "%m%d%Y")
    return {day.strftime(form) for form in forms} | {
        f"{day.year}{day.month}{day.day}",
        f"{day.day}{day.month}{day.year}",
        f"{day.month}{day.day}{day.year}",
    }


def _sections(form: FormData) -> tuple[str, ...]:
    sections = tuple(each for each in SECTIONS if each in form.getlist("sections"))
    if not sections:
        raise WrongShare(_NOTHING)
    return sections


def _sensitive(form: FormData) -> bool:
    return form.get("sensitive") == "1"
