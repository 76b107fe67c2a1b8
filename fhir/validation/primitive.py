"""Primitive types: the JSON type, format and range of each.

FHIR R4 datatypes.html 2.24.0.1. The regular expressions are those of 4.0.1 where they are right; `string` and
`markdown` also allow every white space of Unicode (U+3000 is common in Chinese) and refuse control
characters.
"""

import re
from binascii import Error, a2b_base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fhir.validation.date import DATE, DATE_TIME, INSTANT, TIME, in_calendar
from fhir.validation.finding import Findings, Test, fault, shape
from fhir.validation.xhtml import narrative_fault

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]").search
_SPACE = re.compile(r"\s+").sub
_LONGEST = 1024 * 1024
_SCALE = 400  # digits before or after the point; beyond it arithmetic on the number could be abused
_BEYOND = 10**_SCALE

CODE = re.compile(r"[^\s]+(\s[^\s]+)*").fullmatch
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
URI = re.compile(r"\S+").fullmatch
OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+", re.ASCII).fullmatch
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


def string(value: Any) -> Findings:
    """A string: not empty, not only white space, no control characters, at most 1 MB."""
    if type(value) is not str:
        return fault("structure", f"a string is needed here, not {shape(value)}")
    if not value or value.isspace():
        return fault("value", "a string must not be empty")
    if _CONTROL(value):
        return fault("value", "a string must not hold control characters or half of a surrogate pair")
    return fault("value", "a string holds at most 1 MB") if len(value) > _LONGEST else None


def boolean(value: Any) -> Findings:
    """JSON true or false."""
    return (
        None if value is True or value is False else fault("structure", f"not a boolean but {shape(value)}")
    )


def decimal(value: Any) -> Findings:
    """A JSON number, kept as Decimal or int."""
    if type(value) is int:
        return None if abs(value) < _BEYOND else fault("value", "the number is beyond any use")
    if not isinstance(value, Decimal):
        return fault("structure", f"a number is needed here, not {shape(value)}")
    if not value.is_finite() or abs(value.adjusted()) > _SCALE:
        return fault("value", "the number is beyond any use")
    return None


def base64(value: Any) -> Findings:
    """A string of base64 (RFC 4648), white space allowed."""
    if type(value) is not str:
        return fault("structure", f"a string is needed here, not {shape(value)}")
    compact = value if value.isalnum() else _SPACE("", value)
    try:
        a2b_base64(compact, strict_mode=True)
    except (Error, ValueError):
        return fault("value", "this is not base64")
    whole = compact and len(compact) % 4 == 0
    return None if whole else fault("value", "this is not base64, or empty")


def integer(name: str, least: int) -> Test:
    """The test of an integer type: a whole JSON number from `least` to 2^31 - 1."""

    def test(value: Any) -> Findings:
        if type(value) is not int:
            return fault("structure", f"a whole number is needed here, not {shape(value)}")
        return None if least <= value <= 2147483647 else fault("value", f"out of the range of {name}")

    return test


def text(name: str, match: Callable[[str], object]) -> Test:
    """The test of a string type whose format `match` knows."""

    def test(value: Any) -> Findings:
        if type(value) is not str:
            return fault("structure", f"a string is needed here, not {shape(value)}")
        return None if match(value) else fault("value", f"this does not have the format of {name}")

    return test


def day(name: str, match: Callable[[str], object]) -> Test:
    """The test of a type with a calendar day."""

    def test(value: Any) -> Findings:
        if type(value) is not str:
            return fault("structure", f"a string is needed here, not {shape(value)}")
        if not match(value):
            return fault("value", f"this does not have the format of {name}")
        return None if in_calendar(value) else fault("value", "the calendar has no such day")

    return test


def xhtml(value: Any) -> Findings:
    """A Narrative.div: txt-1 and txt-2."""
    if type(value) is not str:
        return fault("structure", f"a string is needed here, not {shape(value)}")
    problem = narrative_fault(value)
    return None if problem is None else fault("invariant", problem)


ELEMENT_ID = text("id (no white space)", URI)
TESTS: dict[str, Test] = {
    "base64Binary": base64,
    "boolean": boolean,
    "canonical": text("canonical", URI),
    "code": text("code", CODE),
    "date": day("date (YYYY, YYYY-MM or YYYY-MM-DD)", DATE),
    "dateTime": day("dateTime (a time needs seconds and a zone)", DATE_TIME),
    "decimal": decimal,
    "id": text("id", ID),
    "instant": day("instant (a full time with seconds and zone)", INSTANT),
    "integer": integer("integer", -2147483648),
    "markdown": string,
    "oid": text("oid", OID),
    "positiveInt": integer("positiveInt", 1),
    "string": string,
    "time": text("time (hh:mm:ss)", TIME),
    "unsignedInt": integer("unsignedInt", 0),
    "uri": text("uri", URI),
    "url": text("url", URI),
    "uuid": text("uuid", UUID),
    "xhtml": xhtml,
}
