"""Response: RSP, the answer to a query.

HL7 v2 chapter 5.4.1 (RSP), 5.5.2 (QAK), 5.5.4 (QPD) and 2.15.4 (DSC); IHE ITI TF-2 3.9.4.2.2 and 3.21.4.2.2.
The query is repeated as it came, in the delimiters and the version in which it came.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from adapters.hl7v2 import escape
from adapters.hl7v2.ack import code_of, head, is_enhanced
from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message
from adapters.hl7v2.query import ANSWERS
from adapters.hl7v2.structure import event_of

FOUND, NOTHING = "OK", "NF"


class Hits(NamedTuple):
    """How many were found, how many of them this answer shows, and how many are left."""

    total: int
    shown: int
    left: int


def respond(
    message: Message,
    errors: Sequence[Error],
    moment: datetime,
    control_id: str,
    *,
    segments: Sequence[str] = (),
    hits: Hits | None = None,
    pointer: str = "",
) -> str:
    """The answer to the query `message`: what was found, encoded (`segments`), or what is wrong with it.

    In enhanced mode it is a message of its own, of which no acknowledgement is wanted.
    """
    code = code_of(message, errors, "application")
    accept = "NE" if is_enhanced(message) else ""
    type = ANSWERS.get(event_of(message), ())
    lines = head(message, errors, moment, control_id, code, type=type, accept=accept)
    if type:
        status = code if code != "AA" else FOUND if segments else NOTHING
        lines += [*_query(message, status, hits), *segments]
    if pointer:
        separator = message.delimiters.field
        lines.append(separator.join(("DSC", escape.encode(pointer, message.delimiters), "I")))
    return "".join(line + "\r" for line in lines)


def _query(message: Message, status: str, hits: Hits | None) -> list[str]:
    """QAK, and QPD as it came."""
    qpd, separator = message["QPD"], message.delimiters.field
    tag, name = ("", "") if qpd is None else (_line(qpd[2].raw), _line(qpd[1].raw))
    counts = [] if hits is None else [str(count) for count in hits]
    acknowledged = separator.join(("QAK", tag, status, name, *counts)).rstrip(separator)
    return [acknowledged, *([] if qpd is None else [_line(qpd.raw)])]


def _line(raw: str) -> str:
    return raw.partition("\n")[0]
