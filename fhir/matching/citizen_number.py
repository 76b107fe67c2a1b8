"""Citizen number (GB 11643-1999): 18 characters, the last a check digit.

The check digit catches every single wrong digit and every swap of neighbours; date and sequence are
checked beside it. The old form of 15 digits is brought up to 18.
"""

import unicodedata
from datetime import date, datetime
from zoneinfo import ZoneInfo

SYSTEM = "urn:oid:2.16.156.10011.1.3"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CENTURIES = ("18", "19", "20")
_ZONE = ZoneInfo("Asia/Shanghai")


def normalise(text: str) -> str:
    """Full-width digits, spaces and a small x are habits of typing, not faults."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def check_digit(first_17: str) -> str:
    """The 18th character for the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECKS[total % 11]


def valid(text: str) -> str | None:
    """The number in its 18-character form, or None where it can't be one."""
    number = normalise(text)
    if len(number) == 15 and number.isascii() and number.isdigit():
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return None
    return number if number[17] == check_digit(number[:17]) and birth_date(number) else None


def birth_date(number: str) -> date | None:
    """The birth date within an 18-character number; None where there is no such past day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if date(1850, 1, 1) <= born <= datetime.now(_ZONE).date() else None


def sex(number: str) -> str:
    """`male` or `female`, from the parity of the 17th digit."""
    return "male" if int(number[16]) % 2 else "female"


def shaped(text: str) -> str | None:
    """18 characters that were meant as a citizen number, right or wrong; the old form brought up to 18.

    What stands in for a missing number is none: one of no century, without a month and a day, or with the
    sequence 000.
    """
    number = normalise(text)
    if len(number) == 15 and number.isascii() and number.isdigit():
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
    plain = len(number) == 18 and number.isascii() and number[:17].isdigit()
    ends = plain and (number[17].isdigit() or number[17] == "X")
    meant = number[6:8] in _CENTURIES and number[10:14] != "0000" and number[14:17] != "000"
    return number if ends and meant else None


def one_slip(one: str, other: str) -> bool:
    """Do two numbers of 18 characters differ by one wrong character or one swap of neighbours?"""
    apart = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) == 1:
        return True
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return one[first] == other[second] and one[second] == other[first]
