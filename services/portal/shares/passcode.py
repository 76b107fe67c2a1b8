"""Passcode: as it is kept and checked, and which ones others would try among the first.

ADR 25: what stands on the paper, or on the cards that lie beside it in the purse, is no passcode.
"""

from calendar import month_abbr, month_name
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.moment import moment
from fhir.summary.patient import names_of, phones
from services.portal.shares.commonest import commonest

_DIGITS = "01234567890 09876543210"
_BETWEEN = "年月日号"
_HAN = "〇一二三四五六七八九"
_ADDED = 4
"""So few signs less one before or after a date or a number make no other passcode of it."""
_NUMBER = 6
"""A shorter number stands in others by chance."""


@dataclass(frozen=True, slots=True)
class Known:
    """What others know, or read on his paper and cards, of a resident or of who acts for him."""

    births: tuple[date, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def known_of(patients: Iterable[Resource]) -> Known:
    """Birthdays, names and numbers of these Patients: identifiers, and telephones, those of contacts too."""
    found = list(patients)
    called = [each for patient in found for each in (patient, *many(patient.get("contact")))]
    identified = [each.get("value") for patient in found for each in many(patient.get("identifier"))]
    return Known(
        tuple(known.day for patient in found if (known := moment(patient.get("birthDate")))),
        tuple(name for patient in found for name in names_of(patient)),
        tuple(str(each) for each in (*identified, *(n for each in called for n in phones(each))) if each),
    )


def typed(passcode: object) -> str:
    """A passcode as it is kept and checked: １ is 1, and whoever hears it hears no capitals and no blanks."""
    return "".join(normalize("NFKC", str(passcode or "")).casefold().split())


def guessable(passcode: str, known: Known) -> bool:
    """Would who holds the paper try it among the first: a birthday, a number or a part of one, a name (in
    pinyin too), one sign, a row, a word that many take?"""
    bare, said = _bare(passcode), [*_said(known)]
    named = any(typed(each) in passcode for each in known.names if each)
    if named or len(set(passcode)) < 3 or bare in _DIGITS or any(_is(bare, each) for each in said):
        return True
    return commonest(passcode, known.names, lambda digits: any(digits in each for each in said))


def _is(bare: str, said: str) -> bool:
    """Is it that or a part of it, or that with hardly a sign more?"""
    return bare in said or (said in bare and len(bare) - len(said) < _ADDED)


def _said(known: Known) -> Iterator[str]:
    for day in known.births:
        yield from _written(day)
    yield from (bare for each in known.numbers if len(bare := _bare(typed(each))) >= _NUMBER)


def _bare(passcode: str) -> str:
    return "".join(sign for sign in passcode if sign.isalnum() and sign not in _BETWEEN)


def _written(day: date) -> Iterator[str]:
    """A date as people write it, without what stands between: in digits with noughts or without, in Chinese
    numerals, with an English month."""
    for form in ("%Y%m%d", "%y%m%d", "%d%m%Y", "%m%d%Y", "%d%m%y", "%m%d%y"):
        yield day.strftime(form)
    years = (f"{day.year:04}", f"{day.year:04}"[2:])
    months = (str(day.month), month_name[day.month].casefold(), month_abbr[day.month].casefold())
    for year in years:
        for month in months:
            yield from (f"{year}{month}{day.day}", f"{day.day}{month}{year}", f"{month}{day.day}{year}")
        for nought in "〇零":
            told = "".join(_HAN[int(sign)] for sign in year).replace("〇", nought)
            yield f"{told}{_numeral(day.month)}{_numeral(day.day)}"


def _numeral(number: int) -> str:
    """1 to 31 in Chinese."""
    tens, ones = divmod(number, 10)
    return f"{_HAN[tens] if tens > 1 else ''}{'十' if tens else ''}{_HAN[ones] if ones else ''}"
