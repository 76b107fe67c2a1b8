"""ACK: the acknowledgement of a message.

HL7 v2 chapter 2.9 (Message processing) and 2.15 (MSA, ERR). Original mode when MSH-15 and MSH-16 are both
empty (AA, AE, AR); else enhanced mode, in which the accept level (CA, CE, CR) obeys MSH-15 and the
application level (AA, AE, AR) obeys MSH-16.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from adapters.hl7v2 import escape
from adapters.hl7v2.charset import codec_of
from adapters.hl7v2.delimiters import USUAL, Delimiters
from adapters.hl7v2.error import CONDITIONS, Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment

Level = Literal["accept", "application"]

_TABLE = "99FURONG"
_WITHOUT_HEADER = "MSH|^~\\&" + "|" * 9 + "P|2.5.1"


def is_enhanced(message: Message) -> bool:
    """Whether the sender asks for enhanced mode (MSH-15 or MSH-16 valued)."""
    return bool(message.header[15] or message.header[16])


def wants(message: Message, level: Level) -> bool:
    """Whether the sender may want an acknowledgement of this level, according to how things go."""
    return any(_is_wanted(message, code, level) for code in ("AA", "AE"))


def is_acknowledgement(message: Message) -> bool:
    """Whether the message is itself an answer, which nobody acknowledges."""
    return "MSA" in message or message.header[9][1].value.strip().upper() in ("ACK", "MCF")


def acknowledge(
    message: Message | None,
    errors: Sequence[Error],
    received_at: datetime,
    control_id: str,
    *,
    level: Level = "accept",
    sequence_number: int | None = None,
    accept: str = "",
) -> str | None:
    """The acknowledgement of `message` (None: unreadable), to be sent in the message's character set.

    `received_at` is aware and becomes MSH-7, `control_id` MSH-10, `sequence_number` MSA-4; `accept` MSH-15,
    for an acknowledgement that is a message of its own. In original mode both levels give the one
    acknowledgement. None when the sender wants none, or sent an acknowledgement.
    """
    if message is not None and is_acknowledgement(message):
        return None
    code = code_of(message, errors, level)
    if message is not None and not _is_wanted(message, code, level):
        return None
    lines = head(
        message, errors, received_at, control_id, code, sequence_number=sequence_number, accept=accept
    )
    return "".join(line + "\r" for line in lines)


def head(
    message: Message | None,
    errors: Sequence[Error],
    received_at: datetime,
    control_id: str,
    code: str,
    *,
    type: Sequence[str] = (),
    sequence_number: int | None = None,
    accept: str = "",
) -> list[str]:
    """What every answer begins with: MSH, MSA, the ERRs; `type` are the components of MSH-9 (none: ACK)."""
    header = message.header if message is not None else Segment(_WITHOUT_HEADER, USUAL)
    modern = _version(header) >= (2, 5)
    # Up to 2.4 an ERR segment has no severity: a warning would look like a refusal.
    reported = [error for error in errors if error.severity == "E" or (modern and error.severity == "W")]
    lines = [
        _msh(header, received_at, control_id, accept, type),
        _msa(header, code, reported, modern, sequence_number),
    ]
    chinese = _carries_chinese(message)
    lines += [_err(error, header, chinese) for error in reported] if modern else _old_err(reported, header)
    return [line.rstrip(header.delimiters.field) for line in lines]


def code_of(message: Message | None, errors: Sequence[Error], level: Level = "accept") -> str:
    """The acknowledgement code (table 0008): AA, AE, AR, or in enhanced mode at accept level CA, CE, CR."""
    enhanced = message is not None and is_enhanced(message) and level == "accept"
    refusing = [error for error in errors if error.severity == "E"]
    # In enhanced mode our own fault is a commit error (CE): the sender may try again.
    rejected = any(error.rejected and not (enhanced and error.transient) for error in refusing)
    return ("C" if enhanced else "A") + ("R" if rejected else "E" if refusing else "A")


def _is_wanted(message: Message, code: str, level: Level) -> bool:
    """Whether MSH-15 or MSH-16 (table 0155) asks for this acknowledgement."""
    if not is_enhanced(message):
        return True
    condition = message.header[15 if level == "accept" else 16].value.strip().upper()
    unwanted = ("", "NE", "ER" if code[1] == "A" else "SU")
    return condition not in unwanted


def _version(header: Segment) -> tuple[int, ...]:
    """MSH-12 as numbers; an empty or strange one counts as old, whose form every receiver reads."""
    match = re.fullmatch(r"(\d+)\.(\d+).*", header[12][1].value.strip(), re.DOTALL)
    return (int(match[1]), int(match[2])) if match else (2, 1)


def _msh(header: Segment, received_at: datetime, control_id: str, accept: str, type: Sequence[str]) -> str:
    delimiters = header.delimiters
    fields = [""] * 19
    declared = _echo(header, 2)
    fields[0] = "MSH"
    fields[2] = declared if declared[:1] == delimiters.component else delimiters.encoding_characters
    fields[3], fields[4], fields[5], fields[6] = (_echo(header, n) for n in (5, 6, 3, 4))
    fields[7] = f"{received_at:%Y%m%d%H%M%S}.{received_at.microsecond // 1000:03}{received_at:%z}"
    fields[9] = delimiters.component.join(type) if type else _type(header)
    fields[10] = escape.encode(control_id, delimiters)
    fields[11], fields[12], fields[18] = (_echo(header, n) for n in (11, 12, 18))
    fields[15], fields[16] = accept, "NE" if accept else ""
    del fields[1]
    return delimiters.field.join(fields)


def _echo(header: Segment, position: int) -> str:
    """A field of the received header as it stands; never more than one line of it."""
    return header[position].raw.partition("\n")[0]


def _type(header: Segment) -> str:
    """MSH-9 as the version writes it: ACK, ACK^A01 (from 2.2), ACK^A01^ACK (from 2.3.1)."""
    event, version = header[9][2].raw.partition("\n")[0], _version(header)
    if version < (2, 2) or not event:
        return "ACK"
    long = version > (2, 3) or header[12][1].value.strip().startswith("2.3.")
    return header.delimiters.component.join(("ACK", event, "ACK") if long else ("ACK", event))


def _msa(
    header: Segment, code: str, errors: Sequence[Error], modern: bool, sequence_number: int | None
) -> str:
    """MSA; from 2.5 on the text stands in ERR instead of MSA-3, which says what decided the code."""
    decisive = next((error for error in errors if error.rejected), errors[0] if errors else None)
    text = "" if modern or decisive is None else escape.encode(decisive.text.english, header.delimiters)
    number = "" if sequence_number is None else str(sequence_number)
    return header.delimiters.field.join(("MSA", code, _echo(header, 10), text, number))


def _err(error: Error, header: Segment, carries_chinese: bool) -> str:
    """ERR since 2.5: location, code, severity, our own code, ERR-7 in English, ERR-8 in Chinese."""
    delimiters = header.delimiters
    text = error.text
    chinese = escape.encode(text.chinese, delimiters) if carries_chinese else ""
    location = delimiters.component.join(_positions(error.location)).rstrip(delimiters.component)
    code = delimiters.component.join((text.code, CONDITIONS[text.code], "HL70357"))
    own = delimiters.component.join((error.text_key, "", _TABLE))
    english = escape.encode(text.english, delimiters)
    return delimiters.field.join(("ERR", "", location, code, error.severity, own, "", english, chinese))


def _old_err(errors: Sequence[Error], header: Segment) -> list[str]:
    """ERR up to 2.4: one segment whose ERR-1 repeats as segment^sequence^field^code."""
    if not errors:
        return []
    delimiters = header.delimiters
    return [
        "ERR" + delimiters.field + delimiters.repetition.join(_eld(error, delimiters) for error in errors)
    ]


def _eld(error: Error, delimiters: Delimiters) -> str:
    code = delimiters.subcomponent.join((error.code, CONDITIONS[error.code], "HL70357"))
    return delimiters.component.join((*_positions(error.location)[:3], code))


def _positions(location: Location) -> list[str]:
    return ["" if position is None else str(position) for position in location]


def _carries_chinese(message: Message | None) -> bool:
    """Whether the sender reads Chinese: by the character set it declares, else by what it wrote itself."""
    if message is None:
        return False
    repetitions = message.header[18].repetitions
    if not repetitions:
        return not message.encode().isascii()
    return codec_of(str(repetitions[0])) in ("utf-8", "gb18030", None)
