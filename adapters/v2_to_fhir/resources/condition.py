"""Condition of DG1, and Encounter.diagnosis.

The guide's DG1[Condition], DG1[Encounter]. Known by visit (else patient) and DG1-20, else code and words.
Before v2.4 the code system stands in DG1-2 and the words in DG1-4.
"""

import re
from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe, nm
from adapters.v2_to_fhir.draft import CHANGED, TAKEN_BACK
from adapters.v2_to_fhir.resources import problem, subject
from adapters.v2_to_fhir.table import table

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_ICD_10 = re.compile(r"[A-Z]\d\d(\.[0-9Xx]\d{0,3}\S{0,4})?[*+†]?")


def complete(assembly: Assembly, context: Context) -> bool:
    """The Condition's id, code, state and visit; False without a code or a patient."""
    if assembly.segment("PRB"):
        return problem.complete(assembly, context)
    dg1, draft = assembly.first, assembly.draft
    code = _code(dg1, context)
    if code is None:
        subject.leave(assembly, context, "a diagnosis without a code or words")
        return False
    if not subject.belongs(assembly, context):
        return False
    draft.put("code", code, *context.valued(dg1, 3, 2, 4))
    visit = subject.encounter(assembly)
    subject.put_encounter(assembly, context)
    owner = (visit or draft.elements["subject"])["reference"]
    number = next(iter(draft.elements.get("identifier", ())), None)
    own = (owner, "number", number["system"], number["value"]) if number else ()
    subject.identify_said(assembly, context, code, (owner,), own)
    if visit:
        draft.put("category", [_concept(CATEGORY, "encounter-diagnosis")], context.at(dg1))
    _state(dg1, assembly, context)
    draft.event_time = context.header.event_time
    if context.header.first_hand and context.header.noted:
        draft.defaults["recordedDate"] = context.header.noted
        if "recordedDate" not in draft.elements:
            draft.trace("recordedDate", context.header.noted_place)
    encounter = assembly.scope.one("Encounter")
    if encounter and encounter.draft.id:
        told = _diagnosis(dg1, draft.reference, context)
        encounter.draft.add("diagnosis", _part(dg1), [told], *context.valued(dg1, 3, 4, 6, 15))
    return True


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _code(dg1: Segment, context: Context) -> dict[str, Any] | None:
    """DG1-3, with the system of DG1-2 (or of the code's own shape); DG1-4 is what the doctor wrote of it."""
    context.place = context.at(dg1, "3")
    code = " ".join(dg1[3][1].value.split())
    named = cwe.system_of(dg1[2].value.strip(), context, code) if dg1[2] else ""
    system = named or (ICD_10 if _ICD_10.fullmatch(code) else "")
    sent = cwe.codeable_concept(dg1[3].first, context, system=system) if dg1[3] else None
    found: dict[str, Any] = sent or {}
    words = str(dg1[4]).strip()
    for coding in reversed(found.get("coding", ()) if words and not dg1[3][3] else ()):
        if coding["code"] == code:
            coding.setdefault("display", words)
            break
    if words and ("text" not in found or "coding" in found):
        found["text"] = words
    return found or None


def _state(dg1: Segment, assembly: Assembly, context: Context) -> None:
    draft, action = assembly.draft, dg1[21].value.strip().upper()
    draft.action = {"D": TAKEN_BACK, "U": CHANGED}.get(action, "")
    if action == "D":
        draft.put("verificationStatus", _concept(VERIFICATION, "entered-in-error"), *context.valued(dg1, 21))
        draft.nulls.add("clinicalStatus")
        return
    certain = context.find("DiagnosisCertainty", dg1[6].value.strip()) if dg1[6] else None
    certainty = _concept(VERIFICATION, certain.code) if certain else None
    draft.put("verificationStatus", certainty, *context.valued(dg1, 6))
    draft.put("clinicalStatus", _concept(CLINICAL, "active"), context.at(dg1))


def _part(dg1: Segment) -> str:
    """The part of Encounter.diagnosis: a discharge diagnosis does not replace that of admission."""
    kind = dg1[6].value.strip()
    known = table("DiagnosisType").find(kind)
    return "/".join(("DG1", *([known.code if known else kind.upper().replace("-", "_")] if kind else [])))


def _diagnosis(dg1: Segment, reference: str, context: Context) -> dict[str, Any]:
    """Encounter.diagnosis: the kind of diagnosis (DG1-6) and its rank (DG1-15)."""
    found: dict[str, Any] = {"condition": {"reference": reference}}
    context.place = context.at(dg1, "6")
    use = cwe.codeable_concept(dg1[6].first, context, table("DiagnosisType")) if dg1[6] else None
    if use:
        found["use"] = use
    rank = nm.decimal(dg1[15].value) if dg1[15] else None
    if rank and rank == int(rank) and rank > 0:
        found["rank"] = int(rank)
    return found
