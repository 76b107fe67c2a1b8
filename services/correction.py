"""Correction: an edited message that is to stand for a dead letter, checked as at the door (checklist 63).

It is written in the character set of the original and comes from the same source.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.hl7v2.ack import acknowledge, code_of
from adapters.hl7v2.charset import CharsetError, decode, encode
from adapters.hl7v2.check import check, refuses
from adapters.hl7v2.message import Message, MessageError
from services.arriving import event, finding, identifiers, orders
from services.inbox import RECEIVED, Arrival, arrived

_ZONE = ZoneInfo("Asia/Shanghai")


class NotEditable(Exception):
    """Why an edited message can't stand for the dead letter: one of the keys of the page's texts.

    `characters`: those that its character set does not have, with their places; `findings`: what refuses it.
    """

    def __init__(
        self,
        key: str,
        *,
        characters: Sequence[tuple[str, str]] = (),
        findings: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(key)
        self.characters, self.findings = characters, findings


def corrected(
    keyed: Callable[[str], str], old: Mapping[str, Any], text: str, processing_ids: Collection[str]
) -> Arrival:
    """`text` as it would arrive in the place of the row `old`; NotEditable where it would not be taken."""
    charset = old["charset"]
    try:
        message = Message.parse(text)
        raw = encode(text, charset)
        legible = decode(raw, charset).text == text
    except MessageError:
        raise NotEditable("header") from None
    except UnicodeEncodeError:
        raise NotEditable("characters", characters=unwritable(message, charset)) from None
    except (LookupError, CharsetError):
        legible = False
    if not legible:
        raise NotEditable("charset")
    faults = check(message, processing_ids=processing_ids)
    if refuses(faults):
        raise NotEditable("refused", findings=[finding(fault) for fault in faults])
    answer = acknowledge(message, faults, datetime.now(_ZONE), f"F{time.time_ns():X}")
    return Arrival(
        raw=raw,
        acknowledgement=b"" if answer is None else _encode(answer, charset),
        state=RECEIVED,
        peer="console",
        source=old["source"],
        application=message.header[3][1].value.strip(),
        control_id=message.header[10].value,
        event=event(message),
        charset=charset,
        keys=sorted({keyed(value) for value in identifiers(message)}),
        orders=sorted({keyed(value) for value in orders(message)}),
        findings=[finding(fault) for fault in faults],
        code=code_of(message, faults),
        arrived=arrived(old),
    )


def unwritable(message: Message, charset: str) -> list[tuple[str, str]]:
    """The places (`PID[1]-5`) and characters that `charset` does not have, each once."""
    found: dict[tuple[str, str], None] = {}
    for name in dict.fromkeys(segment.name for segment in message):
        for nth, segment in enumerate(message.all(name), start=1):
            for position, field in enumerate(segment, start=1):
                place = f"{name}[{nth}]-{position}"
                found |= dict.fromkeys((place, one) for one in field.raw if not _writable(one, charset))
    return list(found)


def _writable(character: str, charset: str) -> bool:
    try:
        encode(character, charset)
    except UnicodeEncodeError:
        return False
    return True


def _encode(answer: str, charset: str) -> bytes:
    try:
        return encode(answer, charset)
    except UnicodeEncodeError:
        return encode(answer, "UTF-8")
