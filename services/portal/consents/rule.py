"""Rule: what a resident forbids or allows, to whom, of what, and how long; as a FHIR Consent and back.

FHIR R4 consent.html; IHE Privacy Consent on FHIR (PCF). One rule is one root provision without exceptions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auth.access.provision import RESOURCE_TYPES
from auth.audit.purpose import EMERGENCY, FAMILY, TREATMENT
from fhir.resource import Resource, instant
from fhir.sensitivity import ACT_CODE
from services.portal.catalogue import mark

_TERMS = "http://terminology.hl7.org/CodeSystem/"
NOTICE = "urn:furong:privacy-notice:2026-1"
"""The version of the privacy notice that the pages show beside the form."""

EFFECTS = {"deny": mark("不许看"), "permit": mark("允许看")}
SENSITIVE = {
    "HIV": mark("艾滋病病毒"),
    "STD": mark("性传播疾病"),
    "PSY": mark("精神和心理"),
    "ETH": mark("成瘾物质"),
    "SEX": mark("生育和生殖"),
    "GDIS": mark("遗传"),
    "SDV": mark("家庭暴力和性侵害"),
}
"""What the labels of `fhir.sensitivity` are called."""

KINDS = {
    "results": (mark("检查结果"), ("Observation", "DiagnosticReport", "ImagingStudy", "Specimen", "Media")),
    "diagnoses": (mark("诊断"), ("Condition", "ClinicalImpression", "FamilyMemberHistory")),
    "medications": (
        mark("用药"),
        ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration"),
    ),
    "allergies": (mark("过敏记录"), ("AllergyIntolerance", "AdverseEvent")),
    "visits": (mark("就诊记录"), ("Encounter", "EpisodeOfCare", "Appointment")),
    "procedures": (mark("手术和操作"), ("Procedure", "ServiceRequest")),
    "vaccinations": (mark("疫苗接种"), ("Immunization", "ImmunizationRecommendation")),
    "documents": (mark("文书"), ("DocumentReference", "Composition", "DocumentManifest")),
}
"""Categories of a file: the name, and the resource types of each."""

PURPOSES = {
    "": mark("任何目的"),
    TREATMENT: mark("平时看病（紧急打开不算）"),
    EMERGENCY: mark("紧急打开"),
}
"""For what somebody may look (`auth.audit.purpose`), as the form offers it."""

FORMER = {
    FAMILY: mark("代您查看"),
    "HPAYMT": mark("结算"),
    "PUBHLTH": mark("公共卫生"),
    "HRESCH": mark("科研"),
}
"""What other purposes are called that a Consent may name."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `actor` is a reference, None for all. Of `labels`, `kinds` and `document` at most one is
    said: none means everything. `parts` belong to the document and go with it."""

    effect: str
    actor: str | None = None
    labels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    document: str | None = None
    parts: tuple[str, ...] = ()
    purpose: str = ""
    start: str | None = None
    end: str | None = None

    @property
    def opens(self) -> bool:
        """Does it permit something to a house or doctor by name, thus of a file that may be closed to it?"""
        return self.effect == "permit" and (self.actor or "").startswith(("Organization/", "Practitioner/"))

    @property
    def family(self) -> bool:
        """Is it on a member of the family or guardian?"""
        return (self.actor or "").startswith("RelatedPerson/")

    @property
    def closes(self) -> bool:
        """Does it deny everybody everything?"""
        return self.effect == "deny" and not (self.actor or self.labels or self.kinds or self.document)


def consent(rule: Rule, patient: str, at: datetime, *, channel: str, note: str = "") -> Resource:
    """The Consent that says so, given at a moment by `channel`: `web`, or `paper` with an officer's note."""
    policy = {"deny": "OPTIN", "permit": "OPTOUT"}[rule.effect]
    made: Resource = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": _TERMS + "consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": patient},
        "dateTime": instant(at),
        "performer": [{"reference": patient}],
        "sourceAttachment": {"title": f"{channel}: {note}" if note else channel, "creation": instant(at)},
        "policy": [{"uri": NOTICE}],
        "policyRule": {"coding": [{"system": _TERMS + "v3-ActCode", "code": policy}]},
        "verification": [{"verified": True, "verificationDate": instant(at)}],
        "provision": _provision(rule),
    }
    return made


def _provision(rule: Rule) -> dict[str, Any]:
    made: dict[str, Any] = {"type": rule.effect}
    period = {name: day for name, day in (("start", rule.start), ("end", rule.end)) if day}
    if period:
        made["period"] = period
    if rule.actor:
        role = {"coding": [{"system": _TERMS + "v3-ParticipationType", "code": "PRCP"}]}
        made["actor"] = [{"role": role, "reference": {"reference": rule.actor}}]
    if rule.labels:
        made["securityLabel"] = [{"system": ACT_CODE, "code": each} for each in rule.labels]
    if rule.purpose:
        made["purpose"] = [{"system": _TERMS + "v3-ActReason", "code": rule.purpose}]
    if rule.kinds:
        types = [type for kind in rule.kinds for type in KINDS[kind][1]]
        made["class"] = [{"system": RESOURCE_TYPES, "code": type} for type in types]
    if rule.document:
        meaning = "related" if rule.effect == "deny" else "instance"
        document = [{"meaning": meaning, "reference": {"reference": rule.document}}]
        parts = [{"meaning": "instance", "reference": {"reference": each}} for each in rule.parts]
        made["data"] = [*document, *parts]
    return made


def rule_of(consent: Resource) -> Rule | None:
    """The rule that a Consent says; None for one that says more than one rule can."""
    root: Mapping[str, Any] = consent.get("provision") or {}
    rule = _read(root)
    return rule if rule is not None and _alike(_provision(rule), root) else None


def _alike(made: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Is it what the form makes, or made when a permission named a document with what is related?"""
    former = [each | {"meaning": "related"} for each in made.get("data", ())[:1]]
    return root in (made, {**made, "data": [*former, *made["data"][1:]]} if former else made)


def _read(root: Mapping[str, Any]) -> Rule | None:
    codes = {each.get("code") for each in root.get("class", ())}
    kinds = tuple(kind for kind, (_, types) in KINDS.items() if codes.issuperset(types))
    actors = [(each.get("reference") or {}).get("reference") for each in root.get("actor", ())]
    data = [str((each.get("reference") or {}).get("reference")) for each in root.get("data", ())]
    purposes = [each.get("code") for each in root.get("purpose", ())]
    if root.get("type") not in EFFECTS or len(actors) > 1 or len(purposes) > 1:
        return None
    period = root.get("period") or {}
    return Rule(
        root["type"],
        actors[0] if actors else None,
        tuple(str(each.get("code")) for each in root.get("securityLabel", ())),
        kinds,
        data[0] if data else None,
        tuple(data[1:]),
        purposes[0] if purposes else "",
        period.get("start"),
        period.get("end"),
    )


def draft(consent: Resource) -> Resource:
    """A Consent that is not stored yet, as a decision reads it."""
    return consent | {"id": "draft", "meta": {"lastUpdated": instant(datetime.now(UTC))}}
