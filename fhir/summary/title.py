"""Title: what one resource is called, in both languages, as the lines of the pages call it.

FHIR R4: its own title where it has one, else what it is about; the source's Chinese words before those of the
standard term.
"""

from fhir.resource import Resource
from fhir.summary.coding import icd10_of, many
from fhir.summary.controlled import controlled, diagnosed
from fhir.summary.drug_name import drug_name
from fhir.summary.procedures import name_of as procedure_of
from fhir.summary.results import name_of
from fhir.summary.visits import department_of
from fhir.summary.wording import Wording, named, texts_of

_OTHERS = ("code", "vaccineCode", "medicationCodeableConcept", "serviceType", "type")
_KINDS = {"AllergyIntolerance": "allergens", "Encounter": "departments"}
"""Which table of words a type's names stand in; those of all others in `names`."""


def title(resource: Resource) -> Wording:
    """What it is called; "" where nothing says so."""
    type, code = resource["resourceType"], resource.get("code")
    own = resource.get("description") or resource.get("title")
    if own:
        return controlled("documents", own) if type == "DocumentReference" else Wording(str(own))
    if type == "DocumentReference":
        return _of_document(resource)
    if type in ("Observation", "DiagnosticReport"):
        return name_of([code])
    if type == "Condition":
        return diagnosed(named(code), icd10_of(code))
    if type == "Procedure":
        return procedure_of(code)
    if type == "Encounter" and (department := department_of(resource)):
        return department
    if "medicationReference" in resource:
        return drug_name(Wording(str(resource["medicationReference"].get("display", ""))))
    concepts = [each for name in _OTHERS for each in many(resource.get(name)) if isinstance(each, dict)]
    found = next(filter(None, map(named, concepts)), Wording(""))
    if "medicationCodeableConcept" in resource:
        return drug_name(found)
    return controlled(_KINDS.get(type, "names"), found)


def _of_document(resource: Resource) -> Wording:
    """Its type in words, else the title of an attachment, else the bare code of its type."""
    kind, contents = resource.get("type"), many(resource.get("content"))
    if not any(texts_of(kind)):
        titles = (str((each.get("attachment") or {}).get("title") or "") for each in contents)
        if found := next(filter(None, titles), ""):
            return controlled("documents", found)
    return controlled("documents", named(kind))
