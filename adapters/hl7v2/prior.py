"""Check of MRG: what is wrong with a merge before anybody looks who the patients are.

HL7 v2 chapter 3.3.18 to 3.3.51 and 3.4.10; hl7v2.md, checklist 51. Only what the message itself tells.
"""

from collections.abc import Iterator, Mapping

from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.field import Field
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment
from adapters.hl7v2.structure import event_of

_PATIENTS = {"A18", "A30", "A34", "A36", "A39", "A40"}
_RENUMBERED = {"A43", "A46", "A47", "A48"}
_PAIRS: Mapping[str, tuple[int, str, int]] = dict.fromkeys(_PATIENTS | _RENUMBERED, (1, "PID", 3)) | {
    "A35": (3, "PID", 18),
    "A41": (3, "PID", 18),
    "A42": (5, "PV1", 19),
}
"""The merges and changes of numbers: a field of MRG, and the segment and field of the number that remains."""
_NUMBERS = {
    **dict.fromkeys(("A35", "A41", "A49"), ("PID", (18,), (3,))),
    **dict.fromkeys(("A42", "A50", "A51"), ("PV1", (19, 50), (5, 6))),
}
"""Where the number of an account or a visit stands that it has now, and in MRG the one that it had."""
_TWO_PATIENTS = ("ADT^A17", "ADT^A24", "ADT^A37")


def check(message: Message) -> Iterator[Error]:
    """A merge into itself, of two authorities, or a message of two patients with one."""
    event = event_of(message)
    if event in _TWO_PATIENTS and len(message.all("PID")) < 2:
        yield Error("segment-missing", Location("PID", 2))
    if event[4:] in _NUMBERS and event.startswith("ADT^"):
        yield from _numbers(message, *_NUMBERS[event[4:]])
    if not event.startswith("ADT^") or event[4:] not in _PAIRS:
        return
    position, name, other = _PAIRS[event[4:]]
    for sequence, (mrg, remains) in enumerate(_pairs(message, name), 1):
        was, now = mrg[position], remains[other]
        if not was.first[1] or not now.first[1]:
            continue
        if _number(was) == _number(now):
            if event[4:] in _RENUMBERED:
                continue
            yield Error("merge-with-itself", Location("MRG", sequence, position))
        elif position == 1 and _apart(was, now, message.header[4][1].value.strip()):
            yield Error("authorities-differ", Location("MRG", sequence, position, 1, 4))


def _numbers(message: Message, name: str, now: tuple[int, ...], was: tuple[int, ...]) -> Iterator[Error]:
    """Both numbers must be there: one of the fields for each."""
    for segment, fields in ((name, now), ("MRG", was)):
        if segment == "PV1" and segment not in message:
            yield Error("segment-missing", Location(segment, 1))
        for sequence, each in enumerate(message.all(segment), 1):
            if not any(each[position].first[1] for position in fields):
                yield Error("field-missing", Location(segment, sequence, fields[0]))


def _pairs(message: Message, name: str) -> Iterator[tuple[Segment, Segment]]:
    """Each MRG with the PID before it, or the PV1 behind it."""
    patient = prior = None
    for segment in message.segments:
        if segment.name == "PID":
            patient = segment
        elif segment.name == "MRG":
            prior = segment
            if name == "PID" and patient is not None:
                yield segment, patient
        elif segment.name == name and prior is not None:
            yield prior, segment


def _number(field: Field) -> tuple[str, str]:
    """The first number of a field and its authority."""
    return field.first[1].value.strip(), field.first[4][1].value.strip()


def _apart(was: Field, now: Field, facility: str) -> bool:
    """Is the first old number of an authority that no present number has? The sender's may be left out."""
    own = {"", facility}
    authority = was.first[4][1].value.strip()
    known = {one[4][1].value.strip() for one in now.repetitions}
    return authority not in own and not known & {authority, ""}
