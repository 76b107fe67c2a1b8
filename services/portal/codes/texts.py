"""Texts: what a source calls a code, in the newest messages that have it. Shown to stewards alone."""

import re
from collections.abc import Iterator
from typing import Any

from adapters.hl7v2.field import Field
from adapters.hl7v2.message import Message, MessageError
from adapters.v2_to_fhir.concept_map import Code
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes.cwe import Coding, codings, components
from adapters.v2_to_fhir.source import Source
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
    source = registration.source if registration else Source(task.source, "")
    context = Context(message, source, str)
    fields = [segment[int(at[2])] for segment in message.all(at[1])]
    return [text for field in fields for text in beside(field, task.code, context)]


def beside(field: Field, code: Code, context: Context) -> Iterator[str]:
    """The texts next to a code in a field: CWE.2 of CWE.1, CWE.5 of CWE.4, CWE.11 of CWE.10.

    Of its own code system alone: 3 is group O in a hospital's list and AB in the national one.
    """
    for repetition in field.repetitions:
        for coding in codings(components(repetition), context):
            if coding["code"] == code.code and _of_system(coding, code.system, context.source):
                yield from filter(None, [coding.get("display")])


def _of_system(coding: Coding, system: str, source: Source) -> bool:
    """What names no list but `L` or `99…` is known by its field, or by the question that it answers."""
    named, local = coding.get("system", ""), source.local("code")
    if system.startswith(f"{local}:") or not system.startswith(f"{source.urn}:"):
        return named == system
    return not named or named == f"{local}:L" or named.startswith(f"{local}:99")
