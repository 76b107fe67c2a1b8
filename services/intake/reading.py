"""Reading: from bytes to a message with its source and what is wrong with it.

HL7 v2 2.9.2 (Response). Character set first, then header, then who sends, then structure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from adapters.hl7v2 import strict as standard
from adapters.hl7v2.ack import is_acknowledgement
from adapters.hl7v2.charset import CharsetError, Decoded, codec_of, decode, header
from adapters.hl7v2.check import check, refuses
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message, MessageError
from adapters.hl7v2.query import is_query
from adapters.hl7v2.strict import beside
from services.intake.proof import Sender, fault
from services.sources import Registration, Sources, sender

USUAL = "GB18030"
_MOST_FOUND = 50
_SENDER = Location("MSH", 1, 4)
_ANSWER = Location("MSA", 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a block, and when; `registration` where its sender has proved to be that source.

    Of one that is not `decoded` the message is its header alone.
    """

    message: Message | None
    charset: str
    errors: Sequence[Error]
    registration: Registration | None = None
    decoded: bool = True
    received: datetime = field(default_factory=partial(datetime.now, UTC))

    @property
    def source(self) -> str:
        """The code of the source, empty where it is not proved."""
        return "" if self.registration is None else self.registration.source.code


class Reader:
    """Reads the blocks of one way in."""

    def __init__(self, sources: Sources, processing_ids: Collection[str]) -> None:
        self._sources = sources
        self._processing_ids = processing_ids

    async def read(self, raw: bytes, by: Sender, charset: str | None = None) -> Reading:
        """A block as far as it can be read; `charset` is what the transport says where MSH-18 is silent.

        Neither what is refused nor an answer takes a place among the unregistered sources.
        """
        decoded = _decoded(raw, charset or USUAL)
        message = parse(header(raw) if isinstance(decoded, Error) else decoded.text)
        if message is None:
            return _nobodys(decoded)
        registration = await self._sources.find(sender(message))
        if registration is None:
            return _refused(message, decoded, "unknown-source")
        if charset is None:
            message, decoded = _again(message, decoded, raw, registration.source.charset)
        unproven = fault(by, registration)
        if unproven:
            return _refused(message, decoded, unproven)
        code = registration.source.code
        if is_query(message) and not self._sources.is_registered(code):
            return _refused(message, decoded, "unknown-source")
        reading = self._checked(message, decoded, registration)
        if self._sources.has_place(code):
            return reading
        if is_acknowledgement(message):
            return replace(reading, errors=[Error("unexpected-acknowledgement", _ANSWER)], registration=None)
        if refuses(reading.errors):
            return replace(reading, registration=None)
        return reading if await self._sources.admit(code) else _refused(message, decoded, "too-many-sources")

    def _checked(self, message: Message, decoded: Decoded | Error, registration: Registration) -> Reading:
        """What is wrong with a message of `registration`."""
        if isinstance(decoded, Error):
            spoken = spoken_in(message, registration.source.charset)
            return Reading(message, spoken, [decoded], registration, decoded=False)
        strict = registration.terms.strict
        errors = check(message, processing_ids=self._processing_ids, strict=strict)
        if registration.terms.standard:
            errors += _by_the_standard(message, errors, strict=strict)
        return Reading(message, decoded.charset, errors, registration)


def _by_the_standard(message: Message, errors: Sequence[Error], *, strict: bool) -> list[Error]:
    """What the tables of the standard say besides; the first findings, since a reply holds them all."""
    found = [each for each in beside(standard.strict(message), errors) if each.severity != "I"]
    return [each._replace(severity="E" if strict else "W") for each in found[:_MOST_FOUND]]


def _decoded(raw: bytes, charset: str) -> Decoded | Error:
    try:
        return decode(raw, charset)
    except CharsetError as error:
        return error.error


def _nobodys(decoded: Decoded | Error) -> Reading:
    """What has no header: no message, whatever else it is."""
    if isinstance(decoded, Error):
        return Reading(None, "UTF-8", [decoded] if decoded.rejected else check(None), decoded=False)
    return Reading(None, decoded.charset, check(None))


def _refused(message: Message, decoded: Decoded | Error, key: str) -> Reading:
    """A message of a stranger; what else is wrong with it is of no matter, unless it can't be read."""
    if isinstance(decoded, Error):
        return Reading(message, spoken_in(message), [decoded], decoded=False)
    return Reading(message, decoded.charset, [Error(key, _SENDER)])


def _again(
    message: Message, decoded: Decoded | Error, raw: bytes, charset: str
) -> tuple[Message, Decoded | Error]:
    """Read once more where MSH-18 is silent and this source writes another character set than most."""
    if message.header[18] or codec_of(charset) == codec_of(USUAL):
        return message, decoded
    decoded = _decoded(raw, charset)
    return message if isinstance(decoded, Error) else Message.parse(decoded.text), decoded


def spoken_in(message: Message | None, usual: str = USUAL) -> str:
    """In which character set who sent an undecoded message is answered: as it says, else the usual one."""
    repetitions = message.header[18].repetitions if message is not None else ()
    declared = str(repetitions[0]) if repetitions else ""
    return declared if codec_of(declared) else usual


def parse(text: str) -> Message | None:
    """The message, or None where the text is none."""
    try:
        return Message.parse(text)
    except MessageError:
        return None
