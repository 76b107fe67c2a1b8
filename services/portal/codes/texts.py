"""Texts: what a source calls a code, in the newest messages that have it. Shown to stewards alone."""

import re
from collections.abc import Iterator
from typing import Any

from adapters.hl7v2.field import Field
from adapters.hl7v2.message import Message, MessageError
from services.inbox import DONE, RECEIVED, Inbox
from services.portal.console.message import text_of
from services.portal.console.visible import visible
from services.sources import Registration
from services.unmapped_codes import Waiting, place

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\.\d+)?")
_LONGEST = 200


async def texts(inbox: Inbox, registration: Registration | None, task: Waiting, messages: int) -> list[str]:
    """The different texts that stand beside the code, in its last messages."""
    waiting = {"codes": task.id, "state": {"$in": [DONE, RECEIVED]}}
    rows = await inbox.collection.find(waiting).sort("_id", -1).limit(messages).to_list()
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(await _in_row(inbox, registration, row, task)))
    return [visible(text)[:_LONGEST] for text in found]


async def _in_row(
    inbox: Inbox, registration: Registration | None, row: dict[str, Any], task: Waiting
) -> list[str]:
    at = _PLACE.fullmatch(place(task.resource))
    try:
        message = Message.parse(text_of(await inbox.raw(row), registration) or "")
    except MessageError:
        return []
    if at is None:
        return []
    return [text for segment in message.all(at[1]) for text in beside(segment[int(at[2])], task.code.code)]


def beside(field: Field, code: str) -> Iterator[str]:
    """The texts next to a code in a field: CWE.2 of CWE.1, CWE.5 of CWE.4, CWE.11 of CWE.10."""
    for repetition in field.repetitions:
        parts = [component.value.strip() for component in repetition.components]
        for start in (0, 3, 9):
            if len(parts) > start + 1 and " ".join(parts[start].split()) == code and parts[start + 1]:
                yield parts[start + 1]
