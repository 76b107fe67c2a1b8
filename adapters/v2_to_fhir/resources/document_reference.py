"""DocumentReference of TXA: what each event of MDM does to a document.

The guide's TXA[DocumentReference]; hl7v2.md, checklist 48. Known by TXA-12. `current` is only what is
presumed: a replacement (T09, T10) and a cancel (T11) say otherwise, in whatever order they arrive.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import ei
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.resources import document_content, subject

ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_RELATIONS = {"T05": "appends", "T06": "appends", "T09": "replaces", "T10": "replaces"}
_EDITS = ("T07", "T08")


def complete(assembly: Assembly, context: Context) -> bool:
    """The DocumentReference's id, content, state and parent; False without a TXA or a patient."""
    draft, txa = assembly.draft, assembly.segment("TXA")
    if txa is None:
        subject.leave(assembly, context, "a text without a document header")
        return False
    if not subject.belongs(assembly, context):
        return False
    number = ei.key(txa[12].first) if txa[12] else ""
    if number:
        draft.id = _id(number, context)
    else:
        subject.by_position(assembly, context)
    visit = subject.encounter(assembly)
    places = subject.number_places(assembly.scope.one("Encounter"), context)
    draft.put("context.encounter", [visit] if visit else None, *places)
    draft.put("context.related", _orders(txa, context), *context.valued(txa, 14, 15))
    draft.event_time = context.header.event_time
    content = document_content.content(assembly, context)
    told = [place for obx in assembly.segments if obx.name == "OBX" for place in context.valued(obx, 5, 3)]
    draft.put("content", content, *told)
    draft.defaults |= {"status": "current", "content": [{"attachment": _presented(txa, content, context)}]}
    _state(txa, draft, context)
    _parent(txa, number, draft, context)
    return True


def _id(number: str, context: Context) -> str:
    return context.identified("DocumentReference", context.source.urn, number)


def _orders(txa: Segment, context: Context) -> list[dict[str, Any]]:
    """The order numbers (TXA-14, TXA-15), as references by identifier."""
    found = [
        ei.identifier(one, context, type_)
        for position, type_ in ((14, "PLAC"), (15, "FILL"))
        for one in (txa[position].repetitions if txa[position] else ())
    ]
    return [{"type": "ServiceRequest", "identifier": one} for one in found if one]


def _presented(txa: Segment, content: list[Any], context: Context) -> dict[str, Any]:
    """The attachment of a document without content: at most its media type is known."""
    known = context.find("DocumentContentPresentation", txa[3].value.strip()) if txa[3] else None
    if txa[3] and not known and not content:
        context.leave(context.at(txa, "3"))
    return {"contentType": known.code} if known else ABSENT


def _state(txa: Segment, draft: Draft, context: Context) -> None:
    if context.header.trigger == "T11":
        draft.put("status", "entered-in-error", "MSH[1]-9")
        draft.elements["docStatus"] = "entered-in-error"
        draft.origins["docStatus"] = ["MSH[1]-9"]
        draft.elements.pop("_docStatus", None)
        return
    known = context.find("DocumentAvailabilityStatus", txa[19].value.strip()) if txa[19] else None
    if known and known.code != "current":
        draft.put("status", known.code, *context.valued(txa, 19))
    if txa[19] and not known:
        context.leave(context.at(txa, "19"))


def _parent(txa: Segment, number: str, draft: Draft, context: Context) -> None:
    """What the document appends or replaces; the other one may not have arrived yet."""
    relation = _RELATIONS.get(context.header.trigger)
    parent = ei.key(txa[13].first) if txa[13] else ""
    if context.header.trigger in _EDITS and parent and parent != number:
        relation = "replaces"
    if not relation or not parent or parent == number:
        context.place = context.at(txa, "13")
        if relation:
            context.warn("an addendum or a replacement that names no other document")
        if parent and parent != number:
            context.leave(context.place)
        return
    other = Draft("DocumentReference", _id(parent, context), event_time=draft.event_time)
    context.place = context.at(txa, "13")
    other.put("masterIdentifier", ei.identifier(txa[13].first, context, kind="document"))
    other.put("subject", draft.elements["subject"], *draft.origins.get("subject", ()))
    other.defaults |= {"status": "current", "content": [{"attachment": ABSENT}]}
    if relation == "replaces":
        other.put("status", "superseded", "MSH[1]-9")
    related = [{"code": relation, "target": context.refer(other)}]
    draft.put("relatesTo", related, context.place, "MSH[1]-9")
