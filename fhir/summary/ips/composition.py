"""Composition: the head of the document.

IPS 2.0 Composition-uv-ips. Authors are the platform that put it together and the institutions whose data
stand in it; the custodian is the institution that keeps the person's health file.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from fhir.resource import Resource, instant, reference_of
from fhir.summary.coding import LOINC, many
from fhir.summary.file import HealthFile
from fhir.summary.home import is_open
from fhir.summary.ips.narrative import LANGUAGE, absence_text, section_narrative
from fhir.summary.ips.part import Absence, Part
from fhir.summary.source import target

PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips"
TITLE = "患者摘要 International Patient Summary"
_EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_REASONS = {Absence.NO_DATA: "Unavailable", Absence.WITHHELD: "Information Withheld"}
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


def composition(
    file: HealthFile,
    parts: Sequence[Part],
    entries: Sequence[Resource],
    base: str,
    author: str,
    now: datetime,
) -> Resource:
    """The Composition over `parts`, whose resources are among `entries`; `author` is what put it together."""
    id = str(uuid.uuid4())
    houses = [f"{base}/{reference_of(each)}" for each in entries if each["resourceType"] == "Organization"]
    custodian = f"{base}/{keeper(file)}"
    made: Resource = {
        "resourceType": "Composition",
        "id": id,
        "meta": {"profile": [PROFILE], **_labels(entries)},
        "language": LANGUAGE,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "status": "final",
        "type": {"coding": [_loinc("60591-5", "Patient summary Document")]},
        "subject": {"reference": f"{base}/{reference_of(file.patients[0])}"},
        "date": instant(now),
        "author": [{"reference": each} for each in (author, *houses)],
        "title": TITLE,
        "confidentiality": _confidentiality(entries),
    }
    if custodian in houses:
        made["custodian"] = {"reference": custodian}
    return made | {"section": [_section(part, base) for part in parts]}


def _section(part: Part, base: str) -> Resource:
    heading = part.heading
    made: Resource = {
        "title": f"{heading.title.zh} {heading.title.en}",
        "code": {"coding": [_loinc(heading.loinc, heading.display)]},
        "text": section_narrative(part),
    }
    if part.entries:
        return made | {"entry": [{"reference": f"{base}/{reference_of(each)}"} for each in part.entries]}
    reason = part.absence or Absence.NO_DATA
    coding = {"system": _EMPTY, "code": reason.value, "display": _REASONS.get(reason, "Nil Known")}
    said = absence_text(part)
    return made | {"emptyReason": {"coding": [coding], "text": f"{said.zh} {said.en}"}}


def _loinc(code: str, display: str) -> Resource:
    return {"system": LOINC, "code": code, "display": display}


def keeper(file: HealthFile) -> str:
    """The house that keeps the health file, else the one that the Patient belongs to."""
    kept = [each for each in file.of("EpisodeOfCare") if is_open(each)]
    newest = max(kept, key=lambda each: str((each.get("period") or {}).get("start", "")), default={})
    return target(newest.get("managingOrganization")) or target(file.patients[0].get("managingOrganization"))


def _security(entries: Iterable[Resource]) -> list[Resource]:
    return [each for entry in entries for each in many((entry.get("meta") or {}).get("security"))]


def _confidentiality(entries: Iterable[Resource]) -> str:
    """The highest of all entries, normal at least."""
    given = {each.get("code") for each in _security(entries) if each.get("system") == _CONFIDENTIALITY}
    return next((code for code in ("V", "R") if code in given), "N")


def _labels(entries: Iterable[Resource]) -> Resource:
    """A document about a made-up person says so."""
    made_up = [each for each in _security(entries) if each.get("code") == "HTEST"]
    return {"security": made_up[:1]} if made_up else {}
