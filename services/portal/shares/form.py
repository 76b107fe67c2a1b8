"""Form: what a resident wants to share, for minutes on his screen or for days on paper, read and checked.

ADR 25: what lasts longer than a code on a screen may has a passcode, and one that the paper does not betray.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.datastructures import FormData

from auth.secret import digest
from auth.smart import health_link
from auth.store.shares import LONGEST_OPEN
from services.portal.catalogue import mark
from services.portal.shares.document import SECTIONS
from services.portal.shares.passcode import Known, guessable, typed

MINUTES, DAYS = (5, 15, 30, 60), (1, 7, 30)
SHORTEST, SHORTEST_ON_PAPER, LONGEST = 4, 6, 64
_NOTHING, _HOW_LONG = mark("请至少选一类内容。"), mark("请选择多长时间。")
_SHORT = mark("口令要有4个字以上。")
_NEEDED = mark("纸上的二维码要有口令，6个字以上：纸丢了，捡到的人也看不到。")
_GUESSABLE = mark(
    "这个口令太容易猜。请不要用自己或家人的生日、姓名（拼音和字母缩写也算）、证件号、电话，"
    "也不要用 123456、abc123、qwerty 这样很多人用的。"
)


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

    def sent_as(self, form: str) -> str:
        """What tells this from all else that was ever sent, another choice in the same `form` too; the form's
        random name is kept nowhere, so it betrays no passcode."""
        return digest(f"{form}\0{self!r}")


def on_screen(form: FormData, *known: Known) -> Asked:
    """A link for minutes, with a passcode where one is wanted; `known` as for paper. A WrongShare."""
    minutes, passcode = str(form.get("minutes", "")), typed(form.get("passcode"))
    sections = _sections(form)
    if minutes not in map(str, MINUTES):
        raise WrongShare(_HOW_LONG)
    if passcode and not SHORTEST <= len(passcode) <= LONGEST:
        raise WrongShare(_SHORT)
    if passcode and any(guessable(passcode, each) for each in known):
        raise WrongShare(_GUESSABLE)
    label = str(form.get("label", "")).strip()[: health_link.LONGEST_LABEL]
    return Asked(sections, _sensitive(form), timedelta(minutes=int(minutes)), label, passcode)


def on_paper(form: FormData, *known: Known) -> Asked:
    """A sheet, with a link for days or without one; `known` is of whom it is about and of who makes it. A
    WrongShare."""
    days, passcode = str(form.get("days", "")), typed(form.get("passcode"))
    if days == "0":
        return Asked((), _sensitive(form), None, "", "")
    sections = _sections(form)
    if days not in map(str, DAYS):
        raise WrongShare(_HOW_LONG)
    life = timedelta(days=int(days))
    if life > LONGEST_OPEN and not SHORTEST_ON_PAPER <= len(passcode) <= LONGEST:
        raise WrongShare(_NEEDED)
    if any(guessable(passcode, each) for each in known):
        raise WrongShare(_GUESSABLE)
    return Asked(sections, _sensitive(form), life, "", passcode)


def usual(**life: str) -> FormData:
    """What a form shows at first: the sections that most want to share, and the usual `life`."""
    chosen = ("allergies", "problems", "medications", "results")
    return FormData([*life.items(), *(("sections", each) for each in chosen)])


def _sections(form: FormData) -> tuple[str, ...]:
    sections = tuple(each for each in SECTIONS if each in form.getlist("sections"))
    if not sections:
        raise WrongShare(_NOTHING)
    return sections


def _sensitive(form: FormData) -> bool:
    return form.get("sensitive") == "1"
