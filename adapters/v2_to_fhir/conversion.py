"""Conversion: one message to drafts of FHIR resources.

The guide's order: message map, segment maps, datatype and vocabulary maps; then what several fields make
together (`resources/`). Every content of the message is in a draft or listed as unmapped, and that is counted
for each message (hl7v2.md, checklist 62).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.assembly import Assembly, Walk
from adapters.v2_to_fhir.concept_map import Code
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.draft import TAKEN_BACK, Draft
from adapters.v2_to_fhir.header import header
from adapters.v2_to_fhir.message_map import message_map
from adapters.v2_to_fhir.patient_link import PatientLink
from adapters.v2_to_fhir.prior import ANOTHERS, Fault, prior
from adapters.v2_to_fhir.resources import COMPLETE, ORDER
from adapters.v2_to_fhir.snapshot import Snapshot, snapshots
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.visit_move import Move

ENVELOPE = frozenset(("MSH", "EVN"))
_SHARED = {"AllergyIntolerance": frozenset(("reaction", "category"))}
"""Lists to which each segment of one resource adds."""
_SEVERE = "high"


@dataclass(slots=True)
class Conversion:
    """What came of a message.

    `drafts` in the order to write them; every reference in them resolves among them or is the source's
    organization. `unmapped`: places (`PID[1]-10`, `ZPI[1]-2`) that had content and no map. `warnings`: places
    and reasons, never a value. `snapshots`: lists that the message gave whole. `map`: the message map used.
    `represented`: positions of the segments that are in a draft. `counts`: of each kind of segment how many
    were sent, how many of them are in a draft, and how many are only listed. `links` and `moves`: which
    Patients are said to be one, and which visits and accounts are another one or another patient's from now
    on; `faults`: why the message must not be followed in that. `unknown`: codes that wait for a map, with a
    field of each; `first_hand`: the message is about the patients and visits themselves; `told`: when what it
    tells became so, when it was sent, and its place in the order of arrival, sortable.
    """

    drafts: list[Draft] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    map: str = ""
    represented: frozenset[int] = frozenset()
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    links: tuple[PatientLink, ...] = ()
    moves: tuple[Move, ...] = ()
    faults: tuple[Fault, ...] = ()
    unknown: Mapping[Code, str] = field(default_factory=dict)
    first_hand: bool = False
    told: str = ""


def convert(
    message: Message, source: Source, identify: Callable[[str], str], arrived: str = ""
) -> Conversion:
    """Convert `message` of `source`; `identify` makes a resource id of a key, always the same one.

    `arrived` sorts as the messages came in: of two that tell of one moment and were sent in one second the
    later one counts, however often they are processed. A message without a map makes no drafts: all of it is
    unmapped, with a warning. MapError when a map file is wrong; nothing in a message raises.
    """
    sent = message
    if source.overlay is not None:
        message = source.overlay.filled(message)
    context = Context(message, source, identify, arrived)
    context.header = header(context, sent)
    map = message_map(message)
    if map is None:
        return _without_map(context)
    assemblies = Walk(map, context).through(message)
    kept = _complete(assemblies, context)
    said = prior(assemblies, context)
    _date(context)
    _count(kept, context)
    return Conversion(
        list(context.drafts.values()),
        context.unmapped,
        context.warnings,
        snapshots(kept, context),
        map.name,
        frozenset(context.represented),
        _counts(context),
        said.links,
        said.moves,
        (*context.faults, *said.faults),
        context.unknown,
        context.header.first_hand,
        context.header.told,
    )


def _complete(assemblies: list[Assembly], context: Context) -> list[Assembly]:
    """Give every resource its id and references, those that others refer to first, those that were last."""
    kept = []
    for assembly in sorted(assemblies, key=lambda one: (ORDER.index(one.type), one.first.name == "MRG")):
        if COMPLETE[assembly.type](assembly, context):
            kept.append(assembly)
            _keep(assembly.draft, context)
    return kept


def _date(context: Context) -> None:
    """Every draft knows when its message was sent and came in."""
    for draft in context.drafts.values():
        for each in (draft, draft.instead):
            if each is not None:
                each.sent, each.arrived = context.header.sent, context.header.arrived


def _keep(draft: Draft, context: Context) -> None:
    """One resource once: a second draft of the same id adds what the first does not say.

    What stands counts before what is taken back, whichever comes first: better an old
    allergy than a lost one.
    """
    held = context.drafts.get(draft.reference)
    if held is None:
        context.drafts[draft.reference] = draft
        return
    if (held.action == TAKEN_BACK, held.event_time is None) > (
        draft.action == TAKEN_BACK,
        draft.event_time is None,
    ):
        context.drafts[draft.reference], held, draft = draft, draft, held
    if (held.action == TAKEN_BACK) != (draft.action == TAKEN_BACK):
        _warn_of(
            draft.origins.get("verificationStatus", ()),
            "taken back and told in one message: it stands",
            context,
        )
        return
    if held.patient and draft.patient and held.patient != draft.patient:
        context.faults.append(Fault(draft.told_by, ANOTHERS))
    held.cuts += draft.cuts
    for element, value in draft.elements.items():
        if element in held.elements:
            _share(held, element, value)
            _leave_lost(held.elements[element], value, draft.origins.get(element, ()), context)
        else:
            held.elements[element] = value
            if element in draft.origins:
                held.origins[element] = draft.origins[element]
            if element in draft.lists:
                held.lists[element] = draft.lists[element]


def _leave_lost(held: Any, value: Any, places: Iterable[str], context: Context) -> None:
    """List, and warn of, where a second draft says something else than the first."""
    lost = value != held
    if isinstance(value, list) and isinstance(held, list):
        lost = any(item not in held for item in value)
    _warn_of(places if lost else (), "says something else than another segment of the same resource", context)


def _warn_of(places: Iterable[str], reason: str, context: Context) -> None:
    for place in places:
        context.leave(place)
        context.place = place
        context.warn(reason)


def _share(held: Draft, element: str, value: Any) -> None:
    """Both reactions of one allergy count, and the worse danger."""
    if element in _SHARED.get(held.type, ()):
        held.elements[element] = [
            *held.elements[element],
            *(one for one in value if one not in held.elements[element]),
        ]
    elif element == "criticality" and value == _SEVERE:
        held.elements[element] = value


def _counts(context: Context) -> dict[str, tuple[int, int, int]]:
    """Sent, in a draft, listed; what is neither would be lost, so the message must not count as done."""
    counts: dict[str, tuple[int, int, int]] = {}
    listed = {place.partition("-")[0] for place in context.unmapped}
    for segment in context.message.segments:
        if segment.name in ENVELOPE:
            continue
        sent, told, left = counts.get(segment.name, (0, 0, 0))
        if segment.index in context.represented:
            told += 1
        elif context.at(segment) in listed:
            left += 1
        counts[segment.name] = (sent + 1, told, left)
    return counts


def _count(kept: list[Assembly], context: Context) -> None:
    """Every segment is in a draft or listed (the envelope is the Provenance's).

    One that is listed whole, such as the second RXR of an order, is in none, though it stood beside it.
    """
    whole = set(context.unmapped)
    beside = (segment for assembly in kept for segment in assembly.segments)
    context.represented |= {segment.index for segment in beside if context.at(segment) not in whole}
    listed = {place.split("-", 1)[0] for place in context.unmapped}
    for segment in context.message.segments:
        name = context.at(segment)
        if segment.name not in ENVELOPE and segment.index not in context.represented and name not in listed:
            context.leave(name)


def _without_map(context: Context) -> Conversion:
    context.place = "MSH[1]-9"
    context.warn("no map for this kind of message")
    for segment in context.message.segments:
        for position, content in enumerate(segment.fields, start=1):
            if content and segment.name != "MSH":
                context.leave(context.at(segment, str(position)))
    return Conversion([], context.unmapped, context.warnings, counts=_counts(context))
