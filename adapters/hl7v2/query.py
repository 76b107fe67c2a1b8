"""Query: what a QBP asks for, and which one a QCN takes back.

HL7 v2 chapter 5.4 (query by parameter: QPD, RCP, DSC, QID) and 3.3.56 to 3.3.58 (Q21, Q22, Q23); IHE ITI TF-2
3.9 (PIX Query) and 3.21 (Patient Demographics Query), which name the structures of the answers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.field import Field, Repetition
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment
from adapters.hl7v2.structure import event_of

DEMOGRAPHICS, CANDIDATES, CORRESPONDING = "QBP^Q21", "QBP^Q22", "QBP^Q23"
CANCEL = "QCN^J01"
ANSWERS: Mapping[str, tuple[str, str, str]] = {
    DEMOGRAPHICS: ("RSP", "K21", "RSP_K21"),
    CANDIDATES: ("RSP", "K22", "RSP_K21"),
    CORRESPONDING: ("RSP", "K23", "RSP_K23"),
}
"""MSH-9 of what answers each query; IHE has one structure for K21 and K22."""
_DOMAINS = {DEMOGRAPHICS: 4, CANDIDATES: 8, CORRESPONDING: 4}
_QUANTITY = re.compile(r"0*[1-9]\d{0,8}", re.ASCII)
_NOTHING = Segment("QPD")


def is_query(message: Message) -> bool:
    """Whether it is a query that is answered here, or takes one back: what is answered and not filed."""
    event = event_of(message)
    return event == CANCEL or event in ANSWERS


@dataclass(frozen=True, slots=True)
class Query:
    """One query; `asked` is QPD-3, `domains` QPD-4 (QPD-8 of Q22), `quantity` RCP-2 and `pointer` DSC-1."""

    event: str
    tag: str
    asked: Field
    domains: tuple[Repetition, ...]
    quantity: int | None
    pointer: str

    @classmethod
    def of(cls, message: Message) -> Self:
        """What a message asks for that `check` finds nothing wrong with."""
        event, qpd = event_of(message), message["QPD"] or _NOTHING
        tag = str(qpd[2] if event != CANCEL else message.get("QID-1")).strip()
        quantity = message.get("RCP-2").value.strip()
        return cls(
            event=event,
            tag=tag,
            asked=qpd[3],
            domains=qpd[domains_of(event)].repetitions,
            quantity=int(quantity) if quantity else None,
            pointer=message.get("DSC-1").value.strip(),
        )


def domains_of(event: str) -> int:
    """The field of QPD that says which domains are wanted."""
    return _DOMAINS.get(event, 4)


def check(message: Message) -> Iterator[Error]:
    """What is wrong with a query as such; nothing of a message that is none."""
    event = event_of(message)
    if not is_query(message):
        if event.startswith(("QBP^", "QCN^")):
            yield Error("event-unsupported", Location("MSH", 1, 9, 1, 2))
        return
    for name, position, severity in _required(event):
        segment = message[name]
        if segment is not None and not segment[position]:
            yield Error("field-missing", Location(name, 1, position), "E" if severity == "E" else "W")
    if message.get("RCP-1").value.strip().upper() not in ("", "I"):
        yield Error("code-unknown", Location("RCP", 1, 1))
    quantity = message.get("RCP-2.1").value.strip()
    if quantity and not _QUANTITY.fullmatch(quantity):
        yield Error("number", Location("RCP", 1, 2, 1, 1))
    if message.get("RCP-2.2").value.strip().upper() not in ("", "RD"):
        yield Error("code-unknown", Location("RCP", 1, 2, 1, 2))


def _required(event: str) -> tuple[tuple[str, int, str], ...]:
    """The fields that a query has: its tag, by which it is cancelled, what it asks for, and its name."""
    if event == CANCEL:
        return (("QID", 1, "E"), ("QID", 2, "W"))
    return (("QPD", 1, "W"), ("QPD", 2, "E"), ("QPD", 3, "E"))
