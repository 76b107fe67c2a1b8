"""MSH and EVN: what a message says of itself.

HL7 v2 chapters 2.14.9 (MSH) and 3.4.1 (EVN); hl7v2.md, checklist 31 to 36.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.hl7v2.field import Element
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import dtm
from adapters.v2_to_fhir.encounter import CANCELS
from adapters.v2_to_fhir.sortable import told


@dataclass(frozen=True, slots=True)
class Header:
    """Kind, trigger event and times (UTC) of one message.

    `sent` is MSH-7, where that is empty the moment of arrival; `recorded` when the sender wrote it down
    (EVN-2, else `sent`), `occurred` when it happened (EVN-6);
    `noted` is `recorded`, `moment` is `occurred` (else `recorded`) as FHIR writes it, in the sender's
    precision and zone.
    `moment_place` and `noted_place` are the fields that these two stand in. `control` is MSH-10; `body` names
    what stands after the header, whatever control id it comes with. `arrived`: its place in the order of
    arrival, sortable: nanoseconds since 1970 as sixteen hexadecimal digits.
    """

    code: str
    trigger: str
    structure: str
    control: str
    sent: datetime | None
    recorded: datetime | None
    occurred: datetime | None
    moment: str
    noted: str
    moment_place: str
    noted_place: str
    body: str
    arrived: str = ""

    @property
    def event_time(self) -> datetime | None:
        """When what the message tells became so; a cancel counts from when it was recorded."""
        return self.recorded if self.trigger in CANCELS else self.occurred or self.recorded

    @property
    def told(self) -> str:
        """The event time; of messages about one moment which was sent, then which came first; sortable."""
        return told(self.event_time, self.sent, self.arrived)

    @property
    def first_hand(self) -> bool:
        """Whether the message is about the patient and the visit themselves."""
        return self.code == "ADT"


def header(context: Context, as_sent: Message | None = None) -> Header:
    """The header of the context's message; `as_sent` is the message before an overlay's defaults."""
    msh, evn = context.message.header, context.message["EVN"]
    event = msh[9]
    sent = _moment(msh[7], context, "MSH[1]-7") or _arrival(context.arrived)
    recorded = (_moment(evn[2], context, "EVN[1]-2") if evn else None) or sent
    occurred = _moment(evn[6], context, "EVN[1]-6") if evn else None
    told = next((field for field in ((evn[6], evn[2]) if evn else ()) if field), msh[7])
    written = evn[2] if evn and evn[2] else msh[7]
    context.place = "MSH[1]-7"
    return Header(
        code=event[1].value.strip().upper(),
        trigger=(event[2].value or (evn[1].value if evn else "")).strip().upper(),
        structure=event[3].value.strip(),
        control=str(msh[10]).strip(),
        sent=sent,
        recorded=recorded,
        occurred=occurred,
        moment=(dtm.date_time(told, context) or "") if told else "",
        noted=(dtm.date_time(written, context) or "") if written else "",
        moment_place=_place(evn, 6, 2),
        noted_place=_place(evn, 2),
        body=_body(as_sent or context.message),
        arrived=context.arrived,
    )


def _arrival(arrived: str) -> datetime | None:
    """When a message came in that does not say when it was sent."""
    return datetime.fromtimestamp(int(arrived, 16) / 1e9, UTC) if arrived else None


def _place(evn: Segment | None, *positions: int) -> str:
    """The first of some fields of EVN that says something, else MSH-7."""
    return next((f"EVN[1]-{one}" for one in positions if evn and evn[one]), "MSH[1]-7")


def _moment(field: Element, context: Context, place: str) -> datetime | None:
    context.place = place
    return dtm.moment(field, context) if field else None


def _body(message: Message) -> str:
    lines = "\r".join(segment.raw for segment in message.segments[1:])
    return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
