"""Resource types by who may see them at all.

FHIR R4 CompartmentDefinition/patient, and this platform's written rule for what lies outside it. A type in
none of these lists does not exist as far as access is concerned.
"""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMPARTMENT = _names(
    """
    Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic BodyStructure
    CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest
    Composition Condition Consent Coverage CoverageEligibilityRequest CoverageEligibilityResponse
    DetectedIssue DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
    Encounter EnrollmentRequest EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
    ImagingStudy
    Immunization ImmunizationEvaluation ImmunizationRecommendation Invoice List MeasureReport Media
    MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MolecularSequence
    NutritionOrder Observation Patient Person Procedure Provenance QuestionnaireResponse RelatedPerson
    RequestGroup ResearchSubject RiskAssessment Schedule ServiceRequest Specimen SupplyDelivery SupplyRequest
    VisionPrescription
    """
)
"""The Patient compartment, Patient itself included."""

DIRECTORY = _names(
    """
    Endpoint HealthcareService Location Medication MedicationKnowledge Organization OrganizationAffiliation
    Practitioner PractitionerRole Substance
    ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem CompartmentDefinition ConceptMap
    DeviceDefinition EventDefinition GraphDefinition ImplementationGuide Library Measure MessageDefinition
    NamingSystem ObservationDefinition OperationDefinition PlanDefinition Questionnaire SearchParameter
    SpecimenDefinition StructureDefinition StructureMap TerminologyCapabilities ValueSet
    """
)
"""Shared by all who have the scope: directory of care (of professionals what `fhir.directory` shows),
terminology, definitions; they name no resident."""

CONTEXTUAL = frozenset({"Binary", "Device", "Task"})
"""In the file of the Patient that it names: a Binary as its securityContext (FHIR R4 binary.html), a Device
(an implant, a pump) as its patient, a Task (what becomes of a referral) as its `for`. Without one it is for
regional clients only."""

REGIONAL = _names(
    """
    BiologicallyDerivedProduct Bundle CatalogEntry Contract DeviceMetric EffectEvidenceSynthesis
    EnrollmentResponse Evidence EvidenceVariable ExampleScenario GuidanceResponse InsurancePlan Linkage
    MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
    MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
    MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageHeader
    PaymentNotice PaymentReconciliation ResearchDefinition ResearchElementDefinition ResearchStudy
    RiskEvidenceSynthesis Slot Subscription SubstanceNucleicAcid SubstancePolymer SubstanceProtein
    SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification TestReport TestScript
    VerificationResult
    """
)
"""Outside the Patient compartment and not shared: who owns them can't be told, so only regional clients."""

ACROSS_PERSONS = frozenset({"Group", "Person"})
"""In the compartment of several residents; one must not open the others: regional clients only."""

KNOWN = COMPARTMENT | CONTEXTUAL | DIRECTORY | REGIONAL
