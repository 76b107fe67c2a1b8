"""DTM, TS, DT, TM: times, with their precision kept.

The guide's DTM[dateTime], TS[dateTime]; HL7 v2 chapter 2A.3 (DTM). The zone is the value's own, else the
source's. FHIR has no hour without minutes and no minutes without seconds, so those are filled with zeros.
Zero and impossible dates become nothing, with a warning: never 1970. What is written otherwise is read when
the year comes first, also with a warning; which of two numbers is the day is never guessed.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from unicodedata import normalize

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

_STANDARD = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)"
    r"(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?)?)?)?)?"
    r"(?P<zone>[+-]\d{4})?",
    re.ASCII,
)
_CLOCK = (
    r"(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?)?"
    r"|(?P<hour_>\d\d?):(?P<minute_>\d\d)(?::(?P<second_>\d\d)(?:\.(?P<fraction_>\d+))?)?)"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_WRITTEN = [
    re.compile(f"{day}(?:{between}{_CLOCK})?", re.ASCII)
    for day, between in (
        (r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", "[T ]?"),
        (r"(?P<year>\d{4})(?P<separator>[-/.])(?P<month>\d\d?)(?P=separator)(?P<day>\d\d?)", "(?:T| +)"),
        (r"(?P<year>\d{4})年(?P<month>\d\d?)月(?P<day>\d\d?)日", "(?:T| *)"),
    )
] + [re.compile(r"(?P<year>\d{4})[-/年](?P<month>\d\d?)月?", re.ASCII)]
"""As people and programs write it: the year first, so that day and month can't be taken for each other."""
_TIME = re.compile(r"(\d\d?(?=:)|\d\d):?(\d\d)?(?::?(\d\d)(\.\d+)?)?(?:[+-]\d{4})?", re.ASCII)
_NOT_AS_HL7 = "read, though not written as HL7 writes dates and times"


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
    text = _plain(value)
    match = _TIME.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59 or int(match[3] or 0) > 59:
        context.warn("not a time")
        return None
    if ":" in text:
        context.warn(_NOT_AS_HL7)
    return f"{match[1]:>02}:{match[2] or '00'}:{match[3] or '00'}{match[4] or ''}"


def _stamp(moment: datetime, fraction: str) -> str:
    text = moment.isoformat(timespec="seconds")
    return text[:19] + (f".{fraction}" if fraction else "") + (text[19:] or "Z")


def _plain(value: Element) -> str:
    """The text of a value, full-width digits as plain ones."""
    text = value.value.strip()
    return text if text.isascii() else normalize("NFKC", text)


def _parse(value: Element, context: Context) -> tuple[str, datetime | None, str] | None:
    """The date as text (without an hour), or the moment (with one) and its fraction of a second."""
    text = _plain(value)
    standard = _STANDARD.fullmatch(text)
    match = standard or next((found for each in _WRITTEN if (found := each.fullmatch(text))), None)
    if match is None:
        context.warn("not a date or time")
        return None
    try:
        read = _read(match.groupdict(), context)
    except (ValueError, OverflowError):
        context.warn("an impossible date or time")
        return None
    if standard is None or text != value.value.strip():
        context.warn(_NOT_AS_HL7)
    return read


def _read(found: dict[str, str | None], context: Context) -> tuple[str, datetime | None, str]:
    year, month, day = (found.get(name) for name in ("year", "month", "day"))
    hour, minute, second, fraction = (
        found.get(name) or found.get(f"{name}_") for name in ("hour", "minute", "second", "fraction")
    )
    start = datetime(int(year or 0), int(month or 1), int(day or 1))
    if hour is None:
        return "-".join(part.zfill(2) for part in (year, month, day) if part), None, ""
    numbers = hours, minutes, seconds = int(hour), int(minute or 0), int(second or 0)
    if numbers > (24, 0, 0) or minutes > 59 or seconds > 60:
        raise ValueError
    if seconds == 60:
        context.warn("a leap second was read as the second before it")
    naive = start + timedelta(hours=hours, minutes=minutes, seconds=min(seconds, 59))
    return "", naive.replace(tzinfo=_zone(found.get("zone")) or context.zone), fraction or ""


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes > 14 * 60:
        raise ValueError
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
