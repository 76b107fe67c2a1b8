"""AllergyIntolerance of AL1 and IAM.

The guide's AL1[AllergyIntolerance], IAM[AllergyIntolerance]; hl7v2.md, checklist 43. Known by patient
and IAM-7, else patient and substance. What feeds write for "no known allergy" is never read as a substance.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe
from adapters.v2_to_fhir.draft import CHANGED, TAKEN_BACK, Draft
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.table import table

CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_UNKNOWN = frozenset(("不详", "未知", "不明", "不清楚", "过敏史不详", "药物过敏史不详", "UNK", "UNKNOWN"))
"""What is written where nobody knows: without a reaction neither an allergen nor its absence."""
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


def complete(assembly: Assembly, context: Context) -> bool:
    """The AllergyIntolerance's id, patient, state and reactions; False without a substance or a patient."""
    segment, draft = assembly.first, assembly.draft
    code = draft.elements.get("code")
    if not code:
        subject.leave(assembly, context, "an allergy without a substance")
        return False
    if _UNKNOWN.intersection(_said(code)) and not segment[5]:
        subject.leave(assembly, context, "whether there is an allergy is not known")
        return False
    if not subject.belongs(assembly, context, "patient"):
        return False
    who = draft.elements["patient"]["reference"]
    if _none_known(assembly):
        draft.id = context.identified(draft.type, who, subject.concept_key(context, draft.elements["code"]))
    else:
        number = next(iter(draft.elements.get("identifier", ())), None)
        own = (who, "number", number["system"], number["value"]) if number else ()
        subject.identify_said(assembly, context, code, (who,), own)
    draft.event_time = context.header.event_time
    _state(segment, draft, context)
    _severity(segment, assembly, context)
    return True


def _said(code: dict[str, Any]) -> list[str]:
    """The codes and the words of a substance."""
    said = [one.get("code", "") for one in code.get("coding", ())] + [code.get("text", "")]
    return [one.strip() for one in said]


def _state(segment: Segment, draft: Draft, context: Context) -> None:
    """IAM-6 and IAM-17: D and E are errors; X, no change, only fills gaps; AL1 and the rest are active."""
    action = segment[6].value.strip().upper() if segment.name == "IAM" else ""
    status = segment[17].value.strip().upper() if segment.name == "IAM" else ""
    known = context.find("AllergyClinicalStatus", status) if status else None
    places = (context.valued(segment, 6, 17) if segment.name == "IAM" else []) or [context.at(segment)]
    if status and known is None:
        context.leave(context.at(segment, "17"))
    if action == "X":
        draft.event_time = None
    draft.action = CHANGED if action in ("U", "X") else ""
    verification = "entered-in-error" if action == "D" else known.code if known else ""
    if verification:
        draft.put("verificationStatus", _coding(VERIFICATION, verification), *places)
    else:
        draft.nulls.add("verificationStatus")
    if verification == "entered-in-error":
        draft.action = TAKEN_BACK
        draft.nulls.add("clinicalStatus")
    else:
        draft.put("clinicalStatus", _coding(CLINICAL, "inactive" if status == "I" else "active"), *places)


def _coding(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _none_known(assembly: Assembly) -> bool:
    """Replace what means "none" by its SNOMED CT concept, the words kept; False for a substance."""
    elements = assembly.draft.elements
    code = elements["code"]
    known = next((entry for one in _said(code) if (entry := table("NoKnownAllergy").find(one))), None)
    if known is None:
        return False
    coding = {"system": known.system, "code": known.code, "display": known.display}
    sent = [one for one in code.get("coding", ()) if one.get("code") != known.code]
    elements["code"] = {"coding": [*sent, coding], "text": code.get("text") or known.display}
    return True


def _severity(segment: Segment, assembly: Assembly, context: Context) -> None:
    """Reactions with their severity; the severity is also the criticality, as the guide has it."""
    context.place = context.at(segment, "4")
    sent = segment[4]
    severity = cwe.plain(sent.first, context, table("AllergySeverity_Reaction")) if sent else None
    reactions = [_reaction({"text": str(one).strip()}, severity) for one in segment[5].repetitions if one]
    reactions += _told_apart(assembly, context)
    context.place = context.at(segment, "4")
    draft = assembly.draft
    draft.put("reaction", reactions, *context.valued(segment, 5, *((4,) if severity else ())))
    criticality = context.find("AllergySeverity_Criticality", sent.value.strip()) if sent else None
    draft.put("criticality", criticality.code if criticality else None, context.place)
    if sent and not (criticality or (severity and reactions)):
        context.leave(context.place)


def _told_apart(assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    """Each IAR: a reaction, its severity and what was done; also a second one."""
    found = []
    for iar in (one for one in assembly.segments if one.name == "IAR"):
        context.take(context.at(iar))
        context.place = context.at(iar, "1")
        manifestation = cwe.codeable_concept(iar[1].first, context) if iar[1] else None
        if manifestation is None:
            context.leave(context.at(iar))
            continue
        context.place = context.at(iar, "2")
        severity = cwe.plain(iar[2].first, context, table("AllergySeverity_Reaction")) if iar[2] else None
        if iar[2] and not severity:
            context.leave(context.place)
        done = str(iar[4]).strip()
        found.append(_reaction(manifestation, severity) | ({"note": [{"text": done}]} if done else {}))
    return found


def _reaction(manifestation: dict[str, Any], severity: str | None) -> dict[str, Any]:
    return {"manifestation": [manifestation]} | ({"severity": severity} if severity else {})
