"""Criteria: the demographics by which a QBP^Q22 finds people, in the words of FHIR.

HL7 v2 chapter 3.3.57 and 2.A.65 (QIP: `@PID.5.1.1^张`); IHE ITI TF-2 3.21.4.1.2.2. A parameter that is not
served is an error with its place; one without a value asks for nothing. `*` may end a name or an address.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from adapters.hl7v2 import timestamp
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.field import Field, Repetition
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import hd

_PATH = re.compile(
    r"@?PID[.-](?P<field>\d{1,2})(?:\.(?P<component>\d{1,2}))?(?:\.(?P<part>\d{1,2}))?", re.ASCII
)
_PLACES = {3: "address-city", 4: "address-state", 5: "address-postalcode", 6: "address-country"}
_NUMBERS = {3: "number", 18: "account"}
_NAME, _BIRTH, _SEX, _ADDRESS, _PHONE = 5, 7, 8, 11, 13


class Word(NamedTuple):
    """What a name or an address is, or (`open`) begins with."""

    text: str
    open: bool = False


class Number(NamedTuple):
    """An identifier, and the assigning authority that the query names for it (HD: three empty ones: none)."""

    value: str = ""
    authority: hd.Designator = ("", "", "")


@dataclass(slots=True)
class Criteria:
    """What all has to hold of one person; `addresses` are pairs of a search parameter and a word."""

    number: Number = field(default_factory=Number)
    account: Number = field(default_factory=Number)
    families: list[Word] = field(default_factory=list)
    givens: list[Word] = field(default_factory=list)
    birth_date: str = ""
    gender: str = ""
    addresses: list[tuple[str, Word]] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Does it ask for nobody in particular?"""
        return self == Criteria(Number("", self.number.authority), Number("", self.account.authority))


class _ValueError(Exception):
    """The text key of what is wrong with a value."""


def criteria(asked: Field, context: Context) -> tuple[Criteria, list[Error]]:
    """What the repetitions of QPD-3 ask for, and what is wrong with them."""
    made, errors = Criteria(), []
    for number, repetition in enumerate(asked.repetitions, 1):
        place = Location("QPD", 1, 3, number)
        take = _taker(repetition[1].value.strip().upper())
        if take is None:
            errors += [Error("query-parameter", place._replace(component=1))] if repetition else []
            continue
        try:
            take(made, repetition, context)
        except _ValueError as error:
            errors.append(Error(str(error), place._replace(component=2)))
    if made.empty and not errors:
        errors.append(Error("field-missing", Location("QPD", 1, 3)))
    return made, errors


_Take = Callable[[Criteria, Repetition, Context], None]


def _taker(path: str) -> _Take | None:
    """What takes the value of a parameter; None for one that is not served."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    position, component, part = (int(digits or 0) for digits in match.groups())
    if part > (3 if component == 4 else 1):
        return None
    if position in _NUMBERS and component in (0, 1):
        return partial(_number, name=_NUMBERS[position])
    if position in _NUMBERS and component == 4:
        return partial(_authority, name=_NUMBERS[position], part=part)
    if position == _ADDRESS and component in (0, 1, 2, 8, *_PLACES):
        return partial(_address, parameter=_PLACES.get(component, "address"))
    return _TAKERS.get((position, component))


def _number(made: Criteria, value: Repetition, context: Context, *, name: str) -> None:
    """A number; of who writes all of CX there also its assigning authority."""
    known: Number = getattr(made, name)
    given = value[2].value.strip()
    if known.value and given and known.value != given:
        raise _ValueError("too-many-repetitions")
    if "*" in given:
        raise _ValueError("query-value")
    setattr(made, name, Number(given or known.value, hd.parts(value[5]) if value[5] else known.authority))


def _authority(made: Criteria, value: Repetition, context: Context, *, name: str, part: int) -> None:
    """An assigning authority, whole (`part` 0) or one sub-component of it."""
    known: Number = getattr(made, name)
    written = list(known.authority) if part else list(hd.parts(value[2]))
    if part:
        written[part - 1] = value[2].value.strip()
    setattr(made, name, Number(known.value, (written[0], written[1], written[2])))


def _family(made: Criteria, value: Repetition, context: Context) -> None:
    made.families += _words(value[2].value)


def _given(made: Criteria, value: Repetition, context: Context) -> None:
    made.givens += _words(value[2].value)


def _whole(made: Criteria, value: Repetition, context: Context) -> None:
    """`@PID.5^张^三`: the components of XPN."""
    _family(made, value, context)
    made.givens += _words(value[3].value)


def _address(made: Criteria, value: Repetition, context: Context, *, parameter: str) -> None:
    made.addresses += [(parameter, word) for word in _words(value[2].value)]


def _words(text: str) -> list[Word]:
    text = text.strip()
    word = Word(text.removesuffix("*").strip(), text.endswith("*"))
    if "*" in word.text or (word.open and not word.text):
        raise _ValueError("query-value")
    return [word] if word.text else []


def _birth_date(made: Criteria, value: Repetition, context: Context) -> None:
    text = value[2].value.strip()
    if not text:
        return
    if not timestamp.is_valid(text):
        raise _ValueError("timestamp")
    digits = re.split(r"[+-]", text)[0][:8]
    _once(made, "birth_date", "-".join(filter(None, (digits[:4], digits[4:6], digits[6:]))))


def _sex(made: Criteria, value: Repetition, context: Context) -> None:
    code = value[2].value.strip()
    known = context.find("AdministrativeSex", code) if code else None
    if code and known is None:
        raise _ValueError("code-unknown")
    if known is not None:
        _once(made, "gender", known.code)


def _once(made: Criteria, name: str, value: str) -> None:
    if getattr(made, name) not in ("", value):
        raise _ValueError("too-many-repetitions")
    setattr(made, name, value)


def _phone(made: Criteria, value: Repetition, context: Context) -> None:
    _contact(made.phones, value)


def _mail(made: Criteria, value: Repetition, context: Context) -> None:
    _contact(made.mails, value)


def _contact(found: list[str], value: Repetition) -> None:
    text = value[2].value.strip()
    if "*" in text:
        raise _ValueError("query-value")
    found += [text] if text else []


_TAKERS: dict[tuple[int, int], _Take] = {
    (_NAME, 0): _whole,
    (_NAME, 1): _family,
    (_NAME, 2): _given,
    (_BIRTH, 0): _birth_date,
    (_BIRTH, 1): _birth_date,
    (_SEX, 0): _sex,
    (_SEX, 1): _sex,
    **dict.fromkeys(((_PHONE, 0), (_PHONE, 1), (_PHONE, 7), (_PHONE, 12)), _phone),
    (_PHONE, 4): _mail,
}
