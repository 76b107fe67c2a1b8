"""Observation of OBX.

The guide's OBX[Observation], OBX[Observation-Component]; hl7v2.md, rules 7 and 8, checklist 33, 46 and 58.
Known by its report, code, sub-id and instance; a result taken back (D, W) loses its value but keeps its
history.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import code_table, cwe, ed, ei, nm, reference_range, varies, xad
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.encounter import Json
from adapters.v2_to_fhir.resources import subject
from adapters.v2_to_fhir.table import table

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ATTACHED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Observation.value"
VALUE_UNIT = ("value[x]", "component", "dataAbsentReason", "interpretation", "referenceRange")
"""What changes together: a flag of an old value must not stay beside a new one."""

DOCUMENTS = {"ED": ed.attachment, "RP": ed.pointer}
_TAKEN_BACK = frozenset(("D", "W"))
_REPORTED = frozenset(("final", "preliminary", "corrected", "amended", "registered", "cancelled"))


def complete(assembly: Assembly, context: Context) -> bool:
    """The Observation's id, value, flags and place; False when it is a document of its report."""
    obx, draft = assembly.first, assembly.draft
    report = _report(assembly)
    if obx[2].value.strip().upper() in DOCUMENTS and _attach(assembly, report, context):
        return False
    if "code" not in draft.elements:
        context.place = context.at(obx, "3")
        context.warn("a result without a code")
        draft.defaults["code"] = {"text": "-"}
    _identify(assembly, obx, report, context)
    subject.put_patient(assembly, context)
    subject.put_encounter(assembly, context)
    _value(obx, assembly, context)
    _state(obx, assembly, report, context)
    _classify(obx, assembly, report, context)
    _address(obx, assembly, context)
    _report_facts(assembly, report, context)
    return True


def _report(assembly: Assembly) -> Assembly | None:
    return next((one for one in assembly.scope.all("DiagnosticReport") if one.draft.id), None)


def _identify(assembly: Assembly, obx: Segment, report: Assembly | None, context: Context) -> None:
    draft = assembly.draft
    within = [report.draft.id] if report else _within(obx, assembly, context)
    code = subject.concept_key(context, draft.elements.get("code"))
    if not within or not code:
        subject.by_position(assembly, context)
        return
    subject.identify(assembly, context, *within, code, str(obx[4]).strip(), ei.key(obx[21].first))


def _within(obx: Segment, assembly: Assembly, context: Context) -> list[str]:
    """Without a report: the vaccination or order; else the visit or patient, and when it was observed.

    Nothing when neither is known.
    """
    around = _around(assembly)
    if around:
        return [around.draft.id]
    owner = subject.encounter(assembly) or subject.patient(assembly)
    time = obx[14].value.strip() or context.header.moment
    return [owner["reference"], time] if owner and time else []


def _around(assembly: Assembly) -> Assembly | None:
    """The vaccination or the order of the same group."""
    found = (one for type_ in ("Immunization", "ServiceRequest") for one in assembly.scope.all(type_))
    return next((one for one in found if one.draft.id), None)


def _value(obx: Segment, assembly: Assembly, context: Context) -> None:
    """Value, unit, reference range and flags; of a result taken back none of them."""
    draft = assembly.draft
    if obx[11].value.strip().upper() in _TAKEN_BACK:
        draft.nulls.update(VALUE_UNIT)
        return
    if obx[5].null:
        draft.nulls.add("value[x]")
    kind = obx[2].value.strip().upper()
    if kind in DOCUMENTS and _attached(draft):
        return
    if kind == "ED":
        if obx[5]:
            context.leave(context.at(obx, "5"))
        return
    units = nm.unit(obx[6].first, context) if obx[6] else {}
    context.place = context.at(obx, "5")
    context.question = code_table.blood_group(obx[3], draft.elements.get("code", {}))
    found = varies.values(obx[5], kind, units, context) if obx[5] else []
    context.question = ""
    _put_values(found, assembly, context.valued(obx, 5, 6))
    if obx[5] and not found:
        context.leave(context.place)
    limits = reference_range.reference_range(obx[7], units) if obx[7] else None
    draft.put("referenceRange", limits, *context.valued(obx, 7, 6))
    if obx[6] and not _has_unit(draft.elements, str(units.get("unit", ""))):
        context.leave(context.at(obx, "6"))
    draft.put("interpretation", _interpretation(obx, context), *context.valued(obx, 8))


def _put_values(found: list[tuple[str, Any]], assembly: Assembly, places: list[str]) -> None:
    draft = assembly.draft
    if len(found) == 1:
        element, value = found[0]
        draft.put(f"value{element}", value, *places)
    elif found:
        code = draft.elements.get("code", {"text": "-"})
        parts = [{"code": code, f"value{element}": value} for element, value in found]
        draft.put("component", parts, *places)


def _has_unit(elements: Json, unit: str) -> bool:
    if unit and str(elements.get("valueString", "")).endswith(unit):
        return True
    held = elements.get("component") or [elements]
    return any(
        name in one for one in held for name in ("valueQuantity", "valueRange", "valueRatio")
    ) or "unit" in str(elements.get("referenceRange", ""))


def _interpretation(obx: Segment, context: Context) -> list[Json]:
    context.place = context.at(obx, "8")
    flags = table("InterpretationCodes")
    concepts = [cwe.codeable_concept(one, context, flags) for one in obx[8].repetitions if one]
    return [concept for concept in concepts if concept]


def _state(obx: Segment, assembly: Assembly, report: Assembly | None, context: Context) -> None:
    """OBX-11; without it the report's state."""
    draft, place = assembly.draft, context.valued(obx, 11)
    sent = obx[11].value.strip().upper()
    if sent == "N" and not _valued(draft.elements):
        draft.put("dataAbsentReason", {"coding": [{"system": ABSENT, "code": "not-asked"}]}, *place)
    if sent == "X":
        coding = {"system": "http://terminology.hl7.org/CodeSystem/v2-0085", "code": "X"}
        kept = {"url": cwe.ALTERNATE, "valueCodeableConcept": {"coding": [coding]}}
        draft.put("_status", {"extension": [kept]}, *place)
    told = (report.draft.elements.get("status") if report else None) or ""
    draft.defaults["status"] = told if told in _REPORTED else "unknown"
    if report and told in _REPORTED and "status" not in draft.elements:
        draft.trace("status", *report.draft.origins.get("status", ()))


def _attached(draft: Draft) -> bool:
    return any(one["url"] == ATTACHED for one in draft.elements.get("extension", ()))


def _valued(elements: Json) -> bool:
    return "component" in elements or any(name.startswith("value") for name in elements)


def _classify(obx: Segment, assembly: Assembly, report: Assembly | None, context: Context) -> None:
    """The category: vital signs by their code, else that of OBR-24, else laboratory if it looks like one."""
    vital = table("VitalSign")
    codes = [one.get("code", "") for one in assembly.draft.elements.get("code", {}).get("coding", ())]
    if any(code in vital.entries for code in codes):
        category, places = "vital-signs", context.valued(obx, 3)
    elif report and (section := _section(report, context)):
        category, places = section, context.valued(report.segment("OBR"), 24)
    elif report and "category" in report.draft.defaults:
        category, places = "laboratory", context.valued(obx, 2, 6, 7)
    else:
        return
    assembly.draft.put("category", [{"coding": [{"system": CATEGORY, "code": category}]}], *places)


def _section(report: Assembly, context: Context) -> str:
    obr = report.segment("OBR")
    known = context.find("DiagnosticServiceSectionID", obr[24].value.strip()) if obr and obr[24] else None
    return known.code if known else ""


def _report_facts(assembly: Assembly, report: Assembly | None, context: Context) -> None:
    """The report's times, specimen and list of results."""
    draft = assembly.draft
    draft.event_time = report.draft.event_time if report else context.header.event_time
    _of_specimen(assembly, context)
    if report is None:
        _link(assembly, context)
        if context.header.first_hand and context.header.moment:
            draft.defaults["effectiveDateTime"] = context.header.moment
            if not any(name.startswith("effective") for name in draft.elements):
                draft.trace("effectiveDateTime", context.header.moment_place)
        return
    for element in ("effectiveDateTime", "effectivePeriod"):
        if not any(name.startswith("effective") for name in draft.elements):
            _take(element, report, draft)
    _take("issued", report, draft)
    report.draft.add("result", "OBX", [{"reference": draft.reference}], context.at(assembly.first))


def _take(element: str, report: Assembly, draft: Draft) -> None:
    told = report.draft
    draft.put(element, told.elements.get(element), *told.origins.get(element, ()))


def _link(assembly: Assembly, context: Context) -> None:
    """A result without a report is part of its vaccination, or information for its order."""
    around = _around(assembly)
    if around and around.type == "Immunization":
        part = {"reference": around.draft.reference}
        assembly.draft.add("partOf", "RXA", [part], context.at(around.first))
    elif around:
        information = {"reference": assembly.draft.reference}
        around.draft.add("supportingInfo", "OBX", [information], context.at(assembly.first))


def _address(obx: Segment, assembly: Assembly, context: Context) -> None:
    """OBX-24: where the organization of OBX-23 is."""
    if not obx[24]:
        return
    context.place = context.at(obx, "24")
    performers = [one.get("reference", "") for one in assembly.draft.elements.get("performer", ())]
    made = next((one for one in performers if one.startswith("Organization/")), "")
    address = xad.address(obx[24].first, context)
    if obx[23] and made in context.drafts and address:
        context.drafts[made].put("address", [address], context.place)
    else:
        context.leave(context.place)


def _of_specimen(assembly: Assembly, context: Context) -> None:
    """The specimen that OBX-33 names, else the one that it stands by."""
    obx = assembly.first
    context.place = context.at(obx, "33")
    told = [one for part in obx[33].repetitions for one in ei.specimens(part, context)]
    for one in told:
        wanted = (one["identifier"]["system"], one["identifier"]["value"])
        for known in assembly.scope.near("Specimen"):
            numbers = known.draft.elements.get("identifier", ())
            if known.draft.id and wanted in [(each["system"], each["value"]) for each in numbers]:
                assembly.draft.put("specimen", {"reference": known.draft.reference}, context.place)
    found = _specimen(assembly)
    if told:
        assembly.draft.put("specimen", told[0], context.place)
    elif found:
        reference = {"reference": found.draft.reference}
        assembly.draft.put("specimen", reference, *subject.number_places(found, context))


def _specimen(assembly: Assembly) -> Assembly | None:
    """The Specimen before the OBX, else the only one of the group."""
    known = [one for one in assembly.scope.near("Specimen") if one.draft.id]
    before = [one for one in known if one.first.name == "SPM" and one.first.index < assembly.first.index]
    return before[-1] if before else known[0] if len(known) == 1 else None


def _attach(assembly: Assembly, report: Assembly | None, context: Context) -> bool:
    """A document: a presented form of its report; without a report an extension of the Observation."""
    obx = assembly.first
    context.place = context.at(obx, "5")
    title = str(assembly.draft.elements.get("code", {}).get("text", ""))
    read = DOCUMENTS[obx[2].value.strip().upper()]
    found = [read(one, context, title) for one in obx[5].repetitions if one]
    attached = [one for one in found if one]
    if not attached:
        return False
    if report:
        report.draft.add("presentedForm", "OBX", attached, *context.valued(obx, 5, 3))
        context.represented.add(obx.index)
        return True
    extensions = [{"url": ATTACHED, "valueAttachment": one} for one in attached]
    assembly.draft.add("extension", "OBX-5", extensions, *context.valued(obx, 5, 3))
    return False
