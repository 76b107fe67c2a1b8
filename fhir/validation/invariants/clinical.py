"""Constraints of the clinical record: observations, conditions, allergies, medication, care.

FHIR R4 resourcelist.html: Clinical, Diagnostics and Medications modules.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fhir.validation.date import surely_after
from fhir.validation.invariant import Holds, Names, Rules, apart, coded, holds, needs, some, together
from fhir.validation.invariants.datatypes import UCUM

_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_SEQUENCE = {"genomeBuild", "referenceSeqId", "referenceSeqPointer", "referenceSeqString"}
_ERROR = "entered-in-error"


def _codings(concept: Any) -> Iterator[tuple[Any, ...]]:
    for coding in (concept or {}).get("coding", ()):
        yield tuple(coding.get(key) for key in ("system", "version", "code", "display", "userSelected"))


def _own_component(members: Names) -> Holds:
    """obs-7: a value of its own and a component with the very code of the Observation exclude each other."""
    values = members("value")

    def check(element: Mapping[str, Any]) -> bool:
        components = element.get("component")
        if components is None or values.isdisjoint(element):
            return True
        own = set(_codings(element.get("code")))
        return all(own.isdisjoint(_codings(component.get("code"))) for component in components)

    return check


def _problem(element: Mapping[str, Any]) -> bool:
    """con-3 as it is meant: the expression of 4.0.1 fires on any category."""
    return (
        "clinicalStatus" in element
        or coded(element.get("verificationStatus"), _VERIFICATION, _ERROR)
        or not any(
            coding.get("code") == "problem-list-item"
            for category in element.get("category", ())
            for coding in category.get("coding", ())
        )
    )


def _abated(members: Names) -> Holds:
    abatement = members("abatement")
    ended = ("resolved", "remission", "inactive")
    return lambda element: (
        abatement.isdisjoint(element) or coded(element.get("clinicalStatus"), _CLINICAL, *ended)
    )


def _percent(element: Mapping[str, Any]) -> bool:
    ends = (element[key] for key in ("low", "high") if key in element)
    return all(end.get("code") == "%" and end.get("system") == UCUM for end in ends)


def _probability(element: Mapping[str, Any]) -> bool:
    return bool(element.get("probabilityDecimal", Decimal(0)) <= 100)


RULES: Rules = {
    ("AllergyIntolerance", "ait-1"): holds(
        lambda element: (
            "clinicalStatus" in element or coded(element.get("verificationStatus"), _ALLERGY, _ERROR)
        )
    ),
    ("AllergyIntolerance", "ait-2"): holds(
        lambda element: (
            "clinicalStatus" not in element or not coded(element.get("verificationStatus"), _ALLERGY, _ERROR)
        )
    ),
    ("CarePlan.activity", "cpl-3"): apart("detail", "reference"),
    ("Condition", "con-3"): holds(_problem),
    ("Condition", "con-4"): _abated,
    ("Condition", "con-5"): holds(
        lambda element: (
            "clinicalStatus" not in element
            or not coded(element.get("verificationStatus"), _VERIFICATION, _ERROR)
        )
    ),
    ("Condition.evidence", "con-2"): some("code", "detail"),
    ("Condition.stage", "con-1"): some("summary", "assessment"),
    ("FamilyMemberHistory", "fhs-1"): apart("age", "born"),
    ("FamilyMemberHistory", "fhs-2"): needs("estimatedAge", "age"),
    ("Goal.target", "gol-1"): needs("detail", "measure"),
    ("Immunization.education", "imm-1"): some("documentType", "reference"),
    ("ImmunizationRecommendation.recommendation", "imr-1"): some("vaccineCode", "targetDisease"),
    ("MedicationAdministration.dosage", "mad-1"): some("dose", "rate"),
    ("MedicationDispense", "mdd-1"): holds(
        lambda element: not surely_after(element.get("whenPrepared"), element.get("whenHandedOver"))
    ),
    ("MolecularSequence", "msq-3"): holds(lambda element: element.get("coordinateSystem", 0) in (0, 1)),
    ("MolecularSequence.referenceSeq", "msq-5"): together("chromosome", "genomeBuild"),
    ("MolecularSequence.referenceSeq", "msq-6"): holds(lambda element: len(_SEQUENCE & element.keys()) == 1),
    ("NutritionOrder", "nor-1"): some("oralDiet", "supplement", "enteralFormula"),
    ("Observation", "obs-6"): apart("dataAbsentReason", "value"),
    ("Observation", "obs-7"): _own_component,
    ("Observation.referenceRange", "obs-3"): some("low", "high", "text"),
    ("RiskAssessment.prediction", "ras-2"): holds(_probability),
    ("RiskAssessment.prediction.probability[x]", "ras-1"): holds(_percent),
    ("ServiceRequest", "prr-1"): needs("orderDetail", "code"),
}
