"""Resources: what no row of a map can say, one file per resource type.

Each has `complete(assembly, context)`: it gives the draft its id, its references and what several fields
make together. False: there is nothing to keep, and what was valued has been listed. In the order of
`ORDER`, because the ids of the later ones hang on those before.
"""

from collections.abc import Callable, Mapping

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.resources import (
    account,
    allergy_intolerance,
    appointment,
    care_plan,
    charge_item,
    condition,
    coverage,
    diagnostic_report,
    document_reference,
    encounter,
    goal,
    immunization,
    location,
    medication_administration,
    medication_dispense,
    medication_request,
    observation,
    patient,
    procedure,
    provenance,
    related_person,
    service_request,
    specimen,
)

COMPLETE: Mapping[str, Callable[[Assembly, Context], bool]] = {
    "Patient": patient.complete,
    "Encounter": encounter.complete,
    "Account": account.complete,
    "ServiceRequest": service_request.complete,
    "DiagnosticReport": diagnostic_report.complete,
    "Specimen": specimen.complete,
    "RelatedPerson": related_person.complete,
    "AllergyIntolerance": allergy_intolerance.complete,
    "Condition": condition.complete,
    "Goal": goal.complete,
    "CarePlan": care_plan.complete,
    "ChargeItem": charge_item.complete,
    "Procedure": procedure.complete,
    "Coverage": coverage.complete,
    "MedicationRequest": medication_request.complete,
    "MedicationDispense": medication_dispense.complete,
    "MedicationAdministration": medication_administration.complete,
    "Immunization": immunization.complete,
    "Observation": observation.complete,
    "DocumentReference": document_reference.complete,
    "Appointment": appointment.complete,
    "Location": location.complete,
    "Provenance": provenance.complete,
}
ORDER = tuple(COMPLETE)
