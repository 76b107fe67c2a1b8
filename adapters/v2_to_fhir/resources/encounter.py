"""Encounter of PV1 and PV2, and the prior one of MRG-5 and MRG-6.

The guide's PV1[Encounter]; hl7v2.md, checklist 44 and 45. Status, period and locations are not said here: the
trigger event goes along with the draft and `adapters.v2_to_fhir.encounter` folds it into those known.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, cx, dtm, pl
from adapters.v2_to_fhir.draft import FIRST_HAND, SECOND_HAND, SHELL
from adapters.v2_to_fhir.encounter import CANCELS, Event
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.resources.patient import NAMING
from adapters.v2_to_fhir.sortable import sortable
from adapters.v2_to_fhir.table import table

UNKNOWN_CLASS = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
    "code": "UNK",
    "display": "unknown",
}

PRIOR = frozenset(("A06", "A07", "A42", "A45", "A50", "A51"))
"""The events whose MRG-5 (else MRG-6) is the visit that the one of PV1 was."""


def complete(assembly: Assembly, context: Context) -> bool:
    """The Encounter's id, class, event and hospital; False when PV1 tells of no visit."""
    if assembly.first.name == "MRG":
        return _prior(assembly, context)
    pv1 = assembly.segment("PV1")
    draft, header = assembly.draft, context.header
    if pv1 is None or not _tells(pv1) or not _identify(assembly, pv1, context):
        leave_fields(assembly, context)
        return False
    draft.standing = FIRST_HAND if header.first_hand else SECOND_HAND
    draft.event_time = header.event_time
    subject.put_patient(assembly, context)
    draft.put("serviceProvider", {"reference": context.source.organization})
    draft.put("class", _class(pv1, context), *context.valued(pv1, 2))
    patient_class = draft.elements.get("class", {}).get("code", pv1[2].value.strip())
    draft.defaults["class"] = UNKNOWN_CLASS
    draft.event = _event(pv1, patient_class, assembly, context)
    _trace(pv1, assembly, context)
    return True


def _trace(pv1: Segment, assembly: Assembly, context: Context) -> None:
    """What this message says of the elements that the fold of all events makes."""
    draft, told = assembly.draft, []
    if context.header.first_hand:
        told = [*context.valued(context.message.header, 9), *context.valued(context.message["EVN"], 1)]
    draft.trace("status", *(told or context.valued(pv1, 2)), *context.valued(pv1, 45))
    times = [place for place, known in ((context.header.moment_place, told),) if known]
    draft.trace("period", *(context.valued(pv1, 44, 45) or times))
    if beds := context.valued(pv1, 3, 6):
        draft.trace("location", *beds, *times)
    draft.trace("classHistory", *context.valued(pv1, 2), *times)


def _prior(assembly: Assembly, context: Context) -> bool:
    """The visit that was; False, with its numbers listed, where the event is not about visits."""
    draft, around = assembly.draft, assembly.scope.parent
    numbers = draft.elements.get("identifier", [])
    present = around.one("Patient") if around else None
    if context.header.trigger not in PRIOR or not numbers or present is None:
        for position in (5, 6):
            if assembly.first[position]:
                context.leave(context.at(assembly.first, str(position)))
        return False
    draft.standing = SHELL
    draft.id = context.identified("Encounter", numbers[0]["system"], numbers[0]["value"])
    draft.authority = numbers[0]["system"]
    fields = {"MRG-5": "PV1-19", "MRG-6": "PV1-50"}
    draft.lists["identifier"] = {fields[name]: count for name, count in draft.lists["identifier"].items()}
    who = {"reference": present.draft.reference}
    draft.put("subject", who, *subject.number_places(present, context))
    draft.defaults |= {"status": "unknown", "class": UNKNOWN_CLASS}
    return True


def _tells(pv1: Segment) -> bool:
    """Whether PV1 has more than its set id and a class of "not applicable"."""
    return any(field for position, field in enumerate(pv1.fields, start=1) if position > 2)


def leave_fields(assembly: Assembly, context: Context) -> None:
    """List what PV1 and PV2 said, and drop the numbers of a visit that is none."""
    for segment in assembly.segments:
        for position, field in enumerate(segment.fields, start=1):
            if field and position > 1:
                context.leave(context.at(segment, str(position)))


def _identify(assembly: Assembly, pv1: Segment, context: Context) -> bool:
    """By visit number, else account number, else patient and admission time; an ADT else by the message.

    A merge, a move or a link speaks of visits by their own number alone.
    """
    draft = assembly.draft
    naming = context.header.first_hand and context.header.trigger in NAMING
    numbers = draft.elements.get("identifier") or ([] if naming else _account(assembly, context))
    who = subject.patient(assembly)
    if numbers:
        draft.authority = numbers[0]["system"]
        draft.id = context.identified("Encounter", numbers[0]["system"], numbers[0]["value"])
    elif naming:
        return False
    elif who and pv1[44] and dtm.moment(pv1[44].first, context):
        draft.id = context.identified("Encounter", who["reference"], pv1[44].value.strip())
    elif context.header.first_hand:
        context.place = context.at(pv1, "19")
        context.warn("a visit without a number")
        subject.by_position(assembly, context)
    return bool(draft.id)


def _account(assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    """PID-18, for sources that number their visits there."""
    patient = assembly.scope.one("Patient")
    pid = patient.segment("PID") if patient else None
    if pid is None or not pid[18]:
        return []
    context.place = context.at(pid, "18")
    context.take(context.place)
    numbers = cx.identifiers(pid[18].first, context, "account")
    assembly.draft.add("identifier", "PID-18", numbers, context.place)
    return numbers


def _class(pv1: Segment, context: Context) -> dict[str, Any] | None:
    context.place = context.at(pv1, "2")
    return cwe.coding(pv1[2].first, context, table("PatientClass_EncounterClass")) if pv1[2] else None


def _event(pv1: Segment, patient_class: str, assembly: Assembly, context: Context) -> Event:
    header = context.header
    occurred = header.occurred if header.trigger in CANCELS else None
    context.place = context.at(pv1, "3")
    location = pl.location(pv1[3].first, context) if pv1[3] else None
    context.place = context.at(pv1, "6")
    prior = pl.location(pv1[6].first, context) if pv1[6] else None
    coding = assembly.draft.elements.get("class", {})
    if not location and pv1[3]:
        context.leave(context.at(pv1, "3"))
    return Event(
        trigger=header.trigger if header.first_hand else "",
        time=sortable(header.event_time),
        moment=header.moment,
        occurred=sortable(occurred) if occurred else "",
        start=_time(pv1, 44, context),
        end=_time(pv1, 45, context),
        patient_class=patient_class,
        location=location["reference"] if location else "",
        prior=prior["reference"] if prior else "",
        vacated=pv1[3].null,
        unsaid=" ".join(name for name, position in (("start", 44), ("end", 45)) if pv1[position].null),
        coding=coding,
        sent=header.told.partition(" ")[2],
    )


def _time(pv1: Segment, position: int, context: Context) -> str:
    if not pv1[position]:
        return ""
    context.place = context.at(pv1, str(position))
    found = dtm.date_time(pv1[position].first, context)
    if not found:
        context.leave(context.place)
    return found or ""
