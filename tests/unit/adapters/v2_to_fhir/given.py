"""What the tests of the conversion start from."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

from adapters.hl7v2.field import Field, Repetition
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.conversion import Conversion, convert
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.header import header
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.resource import Resource

SOURCE = Source("HX", "Organization/hx")
LOCAL = "urn:furong:source:HX"


def identify(text: str) -> str:
    """A resource id of a key, as the store's keyed hash would be one."""
    return str(uuid.UUID(bytes=hashlib.sha256(text.encode()).digest()[:16]))


def message(*segments: str, kind: str = "ADT^A08", sent: str = "20260105100000") -> Message:
    """A message of `segments` after an MSH."""
    msh = f"MSH|^~\\&|HIS|HTEST|FURONG|CD|{sent}||{kind}|M1|P|2.4"
    return Message.parse("\r".join((msh, *segments)))


def context(*segments: str, source: Source = SOURCE, **more: Any) -> Context:
    """The context of a message."""
    made = Context(message(*segments, **more), source, identify)
    made.header = header(made)
    return made


def converted(*segments: str, source: Source = SOURCE, **more: Any) -> Conversion:
    """What such a message becomes."""
    return convert(message(*segments, **more), source, identify)


def resources(conversion: Conversion, type: str) -> list[Resource]:
    """The new resources of a type."""
    return [merge(None, {}, draft)[0] for draft in conversion.drafts if draft.type == type]


def drafts(conversion: Conversion, type: str) -> list[Draft]:
    """The drafts of a type."""
    return [draft for draft in conversion.drafts if draft.type == type]


def repetition(raw: str) -> Repetition:
    """One repetition of a field."""
    return Repetition(raw)


def field(raw: str) -> Field:
    """A field."""
    return Field(raw)


def time(hour: int, minute: int = 0) -> datetime:
    """A time of the fifth of January 2026, UTC."""
    return datetime(2026, 1, 5, hour, minute, tzinfo=UTC)
