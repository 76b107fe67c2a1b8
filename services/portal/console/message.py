"""Message: the whole way of one message, from its bytes to FHIR (checklist 40, 62, 66).

What each element was read from is computed anew, from the bytes as they came and with today's maps.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.error import TEXTS
from adapters.hl7v2.message import Message, MessageError
from adapters.v2_to_fhir.conversion import Conversion, convert
from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REFUSED, REPLACED
from services.portal.catalogue import mark
from services.portal.console.reasons import Advice, advice
from services.portal.console.visible import lines, visible
from services.sources import Identify, Registration

STATES = {
    RECEIVED: mark("等待处理"),
    DONE: mark("已处理"),
    DEAD: mark("死信"),
    REFUSED: mark("已拒收"),
    REPLACED: mark("已由改正的消息代替"),
    DISCARDED: mark("已放弃"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a list; `advice` and `places` where it is a dead letter."""

    id: str
    received: datetime
    source: str
    event: str
    control_id: str
    code: str
    state: str
    old: int
    advice: Advice | None
    places: list[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check at the door found: severity, place, and the text in both languages."""

    severity: str
    place: str
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One message: its line, times, answer, what was found, left out and written, and the origins."""

    line: Line
    processed: datetime | None
    replayed: datetime | None
    charset: str
    acknowledgement: list[str]
    findings: list[Finding]
    warnings: list[str]
    unmapped: list[str]
    versions: list[str]
    origins: list[tuple[str, list[tuple[str, str]]]]
    replaces: str
    replaced_by: str
    discarded: str


def line(row: dict[str, Any], now: datetime) -> Line:
    """The line of an inbox row; `old` is its age in whole hours."""
    received, reason = _utc(row["received"]), row.get("reason") or {}
    assert received is not None
    return Line(
        id=row["_id"],
        received=received,
        source=row["source"],
        event=visible(row["event"]),
        control_id=visible(row["control_id"]),
        code=row.get("code", ""),
        state=STATES[row["state"]],
        old=int((now - received).total_seconds() // 3600),
        advice=advice(reason.get("text", "")) if row["state"] == DEAD else None,
        places=[place for issue in reason.get("issues", ()) for place in _paths(issue.get("path"))],
    )


def trace(row: dict[str, Any], conversion: Conversion | None, now: datetime) -> Trace:
    """The page of an inbox row; `conversion` is what its bytes become today."""
    return Trace(
        line=line(row, now),
        processed=_utc(row.get("processed")),
        replayed=_utc(row.get("replayed")),
        charset=row["charset"],
        acknowledgement=_answer(bytes(row["acknowledgement"]), row["charset"]),
        findings=[_finding(each) for each in row.get("findings", ())],
        warnings=list(row.get("warnings", ())),
        unmapped=list(row.get("unmapped", ())),
        versions=list(row.get("versions", ())),
        origins=_origins(conversion) if conversion else [],
        replaces=row.get("replaces", ""),
        replaced_by=row.get("replaced_by", ""),
        discarded=(row.get("discarded") or {}).get("reason", ""),
    )


def text_of(raw: bytes, registration: Registration | None) -> str | None:
    """The text of a message's bytes, or None where no character set reads them."""
    try:
        return decode(raw, registration.source.charset if registration else "GB18030").text
    except CharsetError:
        return None


def converted(text: str | None, registration: Registration | None, identify: Identify) -> Conversion | None:
    """What a message becomes with today's maps; None where it can't be read or mapped."""
    if text is None or registration is None:
        return None
    try:
        return convert(Message.parse(text), registration.source, identify)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError):
        return None


def patients(row: dict[str, Any], conversion: Conversion | None) -> tuple[str, ...]:
    """The Patients that a look at this message is about, for the audit record."""
    written = {version.split("/_history/")[0] for version in row.get("versions", ())}
    drafts = {draft.reference for draft in conversion.drafts} if conversion else set()
    return tuple(sorted(each for each in written | drafts if each.startswith("Patient/")))


def _origins(conversion: Conversion) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (draft.reference, [(element, "、".join(places)) for element, places in draft.origins.items()])
        for draft in conversion.drafts
        if draft.origins
    ]


def _finding(found: dict[str, Any]) -> Finding:
    text = TEXTS.get(found["text"])
    known = (text.chinese, text.english) if text else (found["code"], found["code"])
    return Finding(found["severity"], found["location"], *known)


def _answer(raw: bytes, charset: str) -> list[str]:
    try:
        return lines(raw.decode(charset or "utf-8")) if raw else []
    except (UnicodeDecodeError, LookupError):
        return lines(raw.decode("gb18030", "backslashreplace"))


def _paths(path: Any) -> list[str]:
    return [path] if isinstance(path, str) else [str(each) for each in path or ()]


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
