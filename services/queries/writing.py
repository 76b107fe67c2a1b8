"""Writing: the reply to a query, as original and enhanced mode want it.

HL7 v2 chapter 2.9.2 and 2.9.3. In original mode the answer itself. In enhanced mode the acceptance that
MSH-15 wants, then the answer as MSH-16 wants it; who leaves MSH-16 empty and asks something wants its answer.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.hl7v2.ack import Level, acknowledge, code_of, is_enhanced, wants
from adapters.hl7v2.charset import fitted
from adapters.hl7v2.check import refuses
from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message
from adapters.hl7v2.response import respond
from services.intake.reading import Reading
from services.intake.reply import Reply
from services.queries.answers import Answer

_ZONE = ZoneInfo("Asia/Shanghai")


def written(reading: Reading, found: Answer, errors: Sequence[Error]) -> Reply:
    """What is told of what was `found`, or of what is wrong."""
    message = reading.message
    assert message is not None
    now, id = datetime.now(_ZONE), f"F{time.time_ns():X}"
    if is_enhanced(message) and refuses(reading.errors):
        level: Level = "accept" if wants(message, "accept") else "application"
        refusal = acknowledge(message, errors, now, id, level=level)
        return Reply(_bytes(refusal, reading), code_of(message, errors))
    code = code_of(message, errors, "application")
    transient = any(error.transient for error in errors)
    accept = acknowledge(message, [], now, f"{id}A") if is_enhanced(message) else None
    if not _is_wanted(message, code):
        return Reply(None, code, _bytes(accept, reading), transient=transient)
    text = respond(message, errors, now, id, segments=found.segments, hits=found.hits, pointer=found.pointer)
    return Reply(_bytes(text, reading), code, _bytes(accept, reading), found.patients, transient)


def _is_wanted(message: Message, code: str) -> bool:
    if not is_enhanced(message):
        return True
    condition = message.header[16].value.strip().upper()
    return condition not in ("NE", "ER" if code == "AA" else "SU")


def _bytes(text: str | None, reading: Reading) -> bytes | None:
    if text is None:
        return None
    escape = "" if reading.message is None else reading.message.delimiters.escape
    return fitted(text, reading.charset, escape)
