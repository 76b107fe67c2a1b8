"""DTM, TS, DT, TM: times, with their precision kept.

The guide's DTM[dateTime], TS[dateTime]; HL7 v2 chapter 2A.3 (DTM). The zone is the value's own, else the
source's. FHIR has no hour without minutes and no minutes without seconds, so those are filled with zeros.
Zero and impossible dates become nothing, with a warning: never 1970.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from unicodedata import normalize

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

_DIGITS = re.compile(
    r"(?P<year>\d{4})(?:[-/.]?(?P<month>\d\d)(?:[-/.]?(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?)?)?)?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_TIME = re.compile(r"(\d\d):?(\d\d)?(?::?(\d\d)(\.\d+)?)?(?:[+-]\d{4})?", re.ASCII)


def date_time(value: Element, context: Context) -> str | None:
    """A FHIR dateTime."""
    parsed = _parse(value, context)
    if parsed is None:
        return None
    text, moment, fraction = parsed
    return _stamp(moment, fraction) if moment else text


def date(value: Element, context: Context) -> str | None:
    """A FHIR date: the day as the sender wrote it, without the time."""
    parsed = _parse(value, context)
    if parsed is None:
        return None
    text, moment, _ = parsed
    return moment.date().isoformat() if moment else text


def instant(value: Element, context: Context) -> str | None:
    """A FHIR instant; a time without the hour is none."""
    parsed = _parse(value, context)
    if parsed is None:
        return None
    _, moment, fraction = parsed
    if moment is None:
        context.warn("a day is no instant")
        return None
    return _stamp(moment, fraction)


def moment(value: Element, context: Context) -> datetime | None:
    """The time as an instant in UTC to sort by; a day counts from its beginning in the source's zone."""
    parsed = _parse(value, context)
    if parsed is None:
        return None
    text, known, _ = parsed
    if known is None:
        parts = [int(part) for part in text.split("-")] + [1, 1]
        known = datetime(parts[0], parts[1], parts[2], tzinfo=context.zone)
    return known.astimezone(UTC)


def birth_time(value: Element, context: Context) -> dict[str, str] | None:
    """The patient-birthTime extension, when the birth date carries a time."""
    parsed = _parse(value, context)
    if parsed is None or parsed[1] is None:
        return None
    url = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"
    return {"url": url, "valueDateTime": _stamp(parsed[1], parsed[2])}


def time(value: Element, context: Context) -> str | None:
    """A FHIR time."""
    match = _TIME.fullmatch(_plain(value))
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59 or int(match[3] or 0) > 59:
        context.warn("not a time")
        return None
    return f"{match[1]}:{match[2] or '00'}:{match[3] or '00'}{match[4] or ''}"


def _stamp(moment: datetime, fraction: str) -> str:
    text = moment.isoformat(timespec="seconds")
    return text[:19] + (f".{fraction}" if fraction else "") + (text[19:] or "Z")


def _plain(value: Element) -> str:
    """The text of a value, full-width digits as plain ones."""
    text = value.value.strip()
    return text if text.isascii() else normalize("NFKC", text)


def _parse(value: Element, context: Context) -> tuple[str, datetime | None, str] | None:
    """The date as text (without an hour), or the moment (with one) and its fraction of a second."""
    match = _DIGITS.fullmatch(_plain(value))
    if match is None:
        context.warn("not a date or time")
        return None
    try:
        return _read(match, context)
    except (ValueError, OverflowError):
        context.warn("an impossible date or time")
        return None


def _read(match: re.Match[str], context: Context) -> tuple[str, datetime | None, str]:
    year, month, day = match["year"], match["month"], match["day"]
    start = datetime(int(year), int(month or 1), int(day or 1))
    if match["hour"] is None:
        return "-".join(part for part in (year, month, day) if part), None, ""
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError
    if second == 60:
        context.warn("a leap second was read as the second before it")
    naive = start + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return "", naive.replace(tzinfo=_zone(match["zone"]) or context.zone), match["fraction"] or ""


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60:
        raise ValueError
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
