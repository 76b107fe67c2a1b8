"""Cell: what one cell of the directory's file says, checked; the numbers and codes of China by their tables.

GB 32100 (social-credit code), GB 11643 (citizen number), GB/T 2260 (area), WS 218 (kind of institution).
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from fhir.definitions.terminology import shipped
from fhir.matching import citizen_number, social_credit_code
from fhir.terminology.code_system import CodeSystem

AREAS, KINDS, ZONES = "gbt-2260-chengdu", "ws-218", "reporting-zone-chengdu"
CONNECTIONS = "endpoint-connection-type"
_LONGEST = 200
_YES, _NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")
_SEXES = {"male": "male", "1": "male", "男": "male", "female": "female", "2": "female", "女": "female"}
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/^-]{0,63}")
_LICENCE = re.compile(r"[A-Za-z0-9]{6,30}")
_ADDRESS = re.compile(r"(https?|mllps?)://[^\s]+")
_PHONE = re.compile(r"[+(0-9][0-9 ()-]{2,30}[0-9]")


class WrongCell(ValueError):
    """What is wrong in a cell; the text says it without repeating the cell."""


class Said(NamedTuple):
    """What a cell says, and what about it should be looked at."""

    value: Any
    warning: str = ""


@cache
def table(id: str) -> CodeSystem:
    """A shipped code table."""
    return CodeSystem(shipped("CodeSystem")[id].resource())


def coding(id: str, code: str) -> dict[str, str]:
    """A code of a shipped table, with its name where the table has it."""
    found = table(id).find(code)
    return {"system": table(id).url, "code": code} | ({"display": found.display or ""} if found else {})


def decimal(degrees: str) -> Decimal:
    """Degrees as the number that they are, with the digits in which they are written."""
    return Decimal(degrees)


def text(cell: str) -> Said:
    """Any short text."""
    if len(cell) > _LONGEST or not cell.isprintable():
        raise WrongCell(f"at most {_LONGEST} printable characters")
    return Said(cell)


def number(cell: str) -> Said:
    """A business number; one that holds a citizen number is hidden in the directory, and not looked for."""
    if not _NUMBER.fullmatch(cell):
        raise WrongCell("a number is 1 to 64 letters, digits and . _ / ^ -")
    hidden = "" if citizen_number.valid(cell) is None else "is a citizen number: the directory will hide it"
    return Said(cell, hidden)


def system(cell: str) -> Said:
    """Whose numbers they are."""
    if not re.fullmatch(r"(urn:|https?://)[^\s|]+", cell):
        raise WrongCell("a system is a URI, such as urn:oid:2.16.156.10011.1.5")
    return Said(cell)


def truth(cell: str) -> Said:
    """yes or no."""
    if cell.lower() not in (*_YES, *_NO):
        raise WrongCell("yes or no")
    return Said(cell.lower() in _YES)


def day(cell: str) -> Said:
    """A calendar day."""
    try:
        return Said(date.fromisoformat(cell).isoformat())
    except ValueError:
        raise WrongCell("a day is written 2026-01-31") from None


def sex(cell: str) -> Said:
    """male or female, in letters or as in GB/T 2261.1."""
    found = _SEXES.get(cell.lower())
    if found is None:
        raise WrongCell("male or female")
    return Said(found)


def citizen(cell: str) -> Said:
    """A citizen number whose check digit and birth date are right."""
    found = citizen_number.valid(cell)
    if found is None:
        raise WrongCell("no citizen number: length, birth date or check digit is wrong")
    return Said(found)


def social_credit(cell: str) -> Said:
    """A social-credit code whose check character is right."""
    found = social_credit_code.valid(cell)
    if found is None:
        raise WrongCell("no social-credit code: form or check character is wrong")
    return Said(found)


def licence(cell: str) -> Said:
    """The number of a licence to practise."""
    if not _LICENCE.fullmatch(cell):
        raise WrongCell("a licence number is 6 to 30 letters and digits")
    return Said(cell)


def area(cell: str) -> Said:
    """An area code of GB/T 2260; of a city that is listed whole each must be there."""
    if not re.fullmatch(r"[1-9][0-9]{5}", cell):
        raise WrongCell("an area code has six digits")
    found = table(AREAS).find(cell)
    if found is None and table(AREAS).find(cell[:4] + "00"):
        raise WrongCell("GB/T 2260 has no such code")
    if found is None:
        return Said(cell, "is not in the part of GB/T 2260 that ships with Furong: not checked")
    return Said(cell, "was withdrawn from GB/T 2260" if found.inactive else "")


def zone(cell: str) -> Said:
    """A reporting zone, by its code or its name."""
    concepts = table(ZONES).listed()
    found = next((each.code for each in concepts if cell in (each.code, each.display)), None)
    if found is None:
        raise WrongCell("there is no such reporting zone; the code system is urn:furong:table:reporting-zone")
    return Said(found)


def kind(cell: str) -> Said:
    """A kind of institution of WS 218."""
    if not re.fullmatch(r"[A-Z][0-9]{3}", cell):
        raise WrongCell("a kind of WS 218 is a letter and three digits, such as B100")
    known = table(KINDS).find(cell) is not None
    return Said(cell, "" if known else "is not in the part of WS 218 that ships with Furong: not checked")


def connection(cell: str) -> Said:
    """How an endpoint is spoken to."""
    if table(CONNECTIONS).find(cell) is None:
        raise WrongCell(f"none of {', '.join(each.code for each in table(CONNECTIONS).listed())}")
    return Said(cell)


def address(cell: str) -> Said:
    """Where an endpoint is."""
    if not _ADDRESS.fullmatch(cell) or len(cell) > _LONGEST:
        raise WrongCell("an address begins with https://, http://, mllps:// or mllp://")
    return Said(cell)


def phone(cell: str) -> Said:
    """A telephone number of the work."""
    if not _PHONE.fullmatch(cell):
        raise WrongCell("a telephone number is digits, with + ( ) - and spaces")
    return Said(cell)


def _degrees(most: int) -> Callable[[str], Said]:
    def degrees(cell: str) -> Said:
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,8})?", cell) or abs(float(cell)) > most:
            raise WrongCell(f"degrees from -{most} to {most}, such as 30.66")
        return Said(cell)

    return degrees


latitude, longitude = _degrees(90), _degrees(180)
