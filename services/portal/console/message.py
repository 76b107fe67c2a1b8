"""Message: the whole way of one message, from its bytes to FHIR (checklist 40, 62, 66).

What each element was read from is computed anew, from the bytes as they came and with today's maps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.error import TEXTS
from adapters.hl7v2.message import Message, MessageError
from adapters.v2_to_fhir.conversion import Conversion, convert
from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REFUSED, REPLACED, REPLY, RESENT
from services.portal.catalogue import mark
from services.portal.console.maps import Version
from services.portal.console.reasons import Advice, advice
from services.portal.console.reply import Reply, reply
from services.portal.console.visible import lines, visible
from services.reasons import code
from services.sources import Identify, Registration

STATES = {
    RECEIVED: mark("等待处理"),
    DONE: mark("已处理"),
    DEAD: mark("死信，待处理"),
    REFUSED: mark("已拒收"),
    REPLACED: mark("已由改正的消息代替"),
    DISCARDED: mark("已放弃"),
    RESENT: mark("应答已重新发送"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a list; `reason`, `advice` and `places` of a dead letter; is it a `reply` of ours?"""

    id: str
    received: datetime
    source: str
    event: str
    control_id: str
    code: str
    state: str
    old: int
    reason: str
    advice: Advice | None
    places: list[str]
    reply: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check at the door found: severity, place, and the text in both languages."""

    severity: str
    place: str
    chinese: str
    english: str


@dataclass(frozen=True, slots=True)
class Count:
    """Of one kind of segment: how many came, how many are in a resource, how many are only listed."""

    segment: str
    sent: int
    told: int
    listed: int


@dataclass(frozen=True, slots=True)
class Reading:
    """By which maps a message was read: their digest, the overlay of that time, and are they today's?"""

    maps: str
    overlay: Version | None
    today: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """What a steward did about a dead letter: who, when, and why where that was asked."""

    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One processing: when it began, was converted, ended; so many `versions`, or the code of a reason."""

    began: datetime | None
    converted: datetime | None
    ended: datetime | None
    versions: int
    reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """One message: its line, times, answers, what was found, left out and written, and the origins.

    `codes`: how many of its codes wait for a map; `held`: newer maps would file it a second time.
    """

    line: Line
    acknowledged: datetime | None
    runs: list[Run]
    replayed: datetime | None
    charset: str
    acknowledgement: list[str]
    findings: list[Finding]
    warnings: list[str]
    unmapped: list[str]
    versions: list[str]
    origins: list[tuple[str, list[tuple[str, str]]]]
    reply: Reply | None
    reading: Reading | None
    counts: list[Count]
    codes: int
    held: bool
    replaces: str
    replaced_by: str
    edited: Deed | None
    retried: Deed | None
    discarded: Deed | None
    resent: Deed | None


def line(row: dict[str, Any], now: datetime) -> Line:
    """The line of an inbox row; `old` is its age in whole hours."""
    received, reason = _utc(row["received"]), row.get("reason")
    told = (reason or {}).get("text", "")
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
        reason=code(told) if row["state"] == DEAD else "",
        advice=advice(told) if row["state"] == DEAD else None,
        places=places(reason),
        reply=row.get("peer") == REPLY,
    )


def trace(
    row: dict[str, Any], conversion: Conversion | None, now: datetime, reading: Reading | None = None
) -> Trace:
    """The page of an inbox row; `conversion` is what its bytes become today."""
    return Trace(
        line=line(row, now),
        acknowledged=_utc(row.get("acknowledged")),
        runs=_runs(row),
        replayed=_utc(row.get("replayed")),
        charset=row["charset"],
        acknowledgement=_answer(bytes(row["acknowledgement"]), row["charset"]),
        findings=[finding(each) for each in row.get("findings", ())],
        warnings=list(row.get("warnings", ())),
        unmapped=list(row.get("unmapped", ())),
        versions=list(row.get("versions", ())),
        origins=_origins(conversion) if conversion else [],
        reply=reply(row),
        reading=reading,
        counts=[Count(name, *numbers) for name, numbers in row.get("counts", {}).items()],
        codes=len(row.get("codes", ())),
        held="held" in row,
        replaces=row.get("replaces", ""),
        replaced_by=row.get("replaced_by", ""),
        edited=_deed(row.get("edited")),
        retried=_deed(row.get("retried")),
        discarded=_deed(row.get("discarded")),
        resent=_deed(row.get("resent")),
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


def places(reason: dict[str, Any] | None) -> list[str]:
    """The places that the reason of a dead letter names."""
    return [place for issue in (reason or {}).get("issues", ()) for place in _paths(issue.get("path"))]


def _origins(conversion: Conversion) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (draft.reference, [(element, "、".join(places)) for element, places in draft.origins.items()])
        for draft in conversion.drafts
        if draft.origins
    ]


def _runs(row: Mapping[str, Any]) -> list[Run]:
    """The runs of a row; of one from before they were remembered its end."""
    kept = row.get("runs") or ([{"written": row["processed"]}] if row.get("processed") else [])
    return [
        Run(
            _utc(each.get("began")),
            _utc(each.get("converted")),
            _utc(each.get("written") or each.get("buried")),
            each.get("versions", 0),
            each.get("reason", ""),
        )
        for each in kept
    ]


def _deed(noted: dict[str, Any] | None) -> Deed | None:
    return (
        None if noted is None else Deed(noted["by"], noted["at"].replace(tzinfo=UTC), noted.get("reason", ""))
    )


def finding(found: dict[str, Any]) -> Finding:
    """A finding of the inbox (`services.arriving.finding`)."""
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
