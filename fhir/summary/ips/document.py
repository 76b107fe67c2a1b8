"""Bundle of type document: the International Patient Summary of one person.

IPS 2.0 Bundle-uv-ips; FHIR R4 documents.html. The Composition first, the Patient, what the sections list,
what that refers to; every reference within leads to an entry.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from fhir.identity import new_id
from fhir.resource import Resource, instant, reference_of
from fhir.summary.file import HealthFile
from fhir.summary.ips.composition import composition
from fhir.summary.ips.narrative import LANGUAGE, narrative, paragraph
from fhir.summary.ips.part import Part
from fhir.summary.ips.patient import one_patient
from fhir.summary.ips.references import Resolving
from fhir.summary.terms import Words

PROFILE = "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips"
_INCOMPLETE = Words("记录很多，只读了较新的部分。", "The file is long: only its newer part was read.")


def chosen(parts: Iterable[Part]) -> list[Resource]:
    """The resources of the sections, each once."""
    return list({reference_of(each): each for part in parts for each in part.entries}.values())


def document(
    file: HealthFile,
    parts: Sequence[Part],
    companions: Sequence[Resource],
    base: str,
    now: datetime,
    *,
    incomplete: bool = False,
) -> Resource:
    """The document of `parts`; `companions` are what their resources refer to.

    One that is `incomplete` says that of a very long file only the newest was read.
    """
    listed = [*chosen(parts), *companions]
    resolving = Resolving.of(base, file, listed)
    patient = one_patient(file.patients)
    stored = [resolving.within(each) for each in (patient, *listed)]
    id, device = new_id(), str(uuid.uuid4())
    head = composition(file, parts, stored, base, f"urn:uuid:{device}", now)
    entries = [{"fullUrl": f"{base}/{reference_of(each)}", "resource": each} for each in stored]
    if incomplete:
        head["text"] = narrative(paragraph(_INCOMPLETE))
    return {
        "resourceType": "Bundle",
        "id": id,
        "meta": {"profile": [PROFILE]},
        "language": LANGUAGE,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "type": "document",
        "timestamp": instant(now),
        "entry": [_made(head), *entries, _made(_platform(device))],
    }


def _made(resource: Resource) -> Resource:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def _platform(id: str) -> Resource:
    """What put the document together."""
    name = {"name": "Furong 芙蓉", "type": "user-friendly-name"}
    return {"resourceType": "Device", "id": id, "deviceName": [name]}
