"""Status: which resources hold: no error, no draft, no plan that was not carried out, nothing withdrawn.

FHIR R4, the status elements of each resource; verificationStatus of Condition and AllergyIntolerance.
"""

from fhir.resource import Resource
from fhir.summary.coding import codes

_ERROR = "entered-in-error"
_WITHDRAWN = {_ERROR, "cancelled", "registered"}
_NOT = {
    "Observation": _WITHDRAWN,
    "DiagnosticReport": _WITHDRAWN,
    "DocumentReference": {_ERROR, "superseded"},
    "MedicationRequest": {_ERROR, "draft"},
    "MedicationStatement": {_ERROR, "intended"},
    "MedicationDispense": {_ERROR, "preparation", "cancelled", "declined"},
    "Encounter": {_ERROR, "planned", "cancelled"},
    "Procedure": {_ERROR, "preparation", "not-done"},
    "DeviceUseStatement": {_ERROR, "intended"},
}
_PROPOSED = {"proposal", "option"}


def holds(resource: Resource) -> bool:
    """Does it say what is so or was so? A refuted allergy is told as past, a refuted diagnosis is not."""
    type = resource["resourceType"]
    doubted = codes(resource["verificationStatus"]) if "verificationStatus" in resource else ()
    return not (
        resource.get("status") in _NOT.get(type, {_ERROR})
        or resource.get("docStatus") == _ERROR
        or _ERROR in doubted
        or (type == "Condition" and "refuted" in doubted)
        or (type == "MedicationRequest" and resource.get("intent") in _PROPOSED)
    )
