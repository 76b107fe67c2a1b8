"""Constraints of persons, organisations, appointments, consent, tasks and insurance.

FHIR R4 resourcelist.html: Base, Security and Financial modules.
"""

from collections.abc import Mapping
from typing import Any

from fhir.definitions.structures import resource_types
from fhir.validation.date import surely_after
from fhir.validation.invariant import (
    Rules,
    apart,
    coded,
    distinct,
    has,
    holds,
    never_when,
    one,
    only_when,
    some,
    together,
)


def _scheduled(element: Mapping[str, Any]) -> bool:
    unscheduled = element.get("status") in ("proposed", "cancelled", "waitlist")
    return unscheduled or (has(element, "start") and has(element, "end"))


def _patient_for(code: str) -> Any:
    """The patient is named when the scope is `code` (4.0.1 writes the system as 'something')."""
    return holds(lambda element: "patient" in element or not coded(element.get("scope"), "something", code))


def _on_behalf(element: Mapping[str, Any]) -> bool:
    """ctm-1, as far as the literal reference tells the member's type."""
    if element.keys().isdisjoint(("onBehalfOf", "_onBehalfOf")):
        return True
    type, _, _ = element.get("member", {}).get("reference", "").partition("/")
    return type not in resource_types or type == "Practitioner"


def _preferred_once(element: Mapping[str, Any]) -> bool:
    preferred = [one.get("type") for one in element.get("uniqueId", ()) if one.get("preferred") is True]
    return distinct(preferred)


def _strata(element: Mapping[str, Any]) -> bool:
    stratifiers = (one for group in element.get("group", ()) for one in group.get("stratifier", ()))
    strata = (stratum for one in stratifiers for stratum in one.get("stratum", ()))
    return all(("value" in stratum) != ("component" in stratum) for stratum in strata)


def _single_or_composed(element: Mapping[str, Any]) -> bool:
    """mea-1: a stratifier says one criterion or lists components."""
    stratifiers = (one for group in element.get("group", ()) for one in group.get("stratifier", ()))
    own = {"code", "description", "criteria"}
    return all(own.isdisjoint(one) != ("component" not in one) for one in stratifiers)


RULES: Rules = {
    ("Measure", "mea-1"): holds(_single_or_composed),
    ("Appointment", "app-2"): together("start", "end"),
    ("Appointment", "app-3"): holds(_scheduled),
    ("Appointment", "app-4"): only_when("cancelationReason", "status", "no-show", "cancelled"),
    ("Appointment.participant", "app-1"): some("type", "actor"),
    ("AppointmentResponse", "apr-1"): some("participantType", "actor"),
    ("AuditEvent.entity", "sev-1"): apart("name", "query"),
    ("Consent", "ppc-1"): some("policy", "policyRule"),
    ("Consent", "ppc-2"): _patient_for("patient-privacy"),
    ("Consent", "ppc-3"): _patient_for("research"),
    ("Consent", "ppc-4"): _patient_for("adr"),
    ("Consent", "ppc-5"): _patient_for("treatment"),
    ("CoverageEligibilityResponse.insurance.item", "ces-1"): one("category", "productOrService"),
    ("Group", "grp-1"): holds(lambda element: "member" not in element or element.get("actual") is True),
    ("InsurancePlan", "ipn-1"): some("identifier", "name"),
    ("Linkage", "lnk-1"): holds(lambda element: len(element.get("item", ())) > 1),
    ("Organization", "org-1"): some("identifier", "name"),
    ("Organization.address", "org-2"): never_when("use", "use", "home"),
    ("Organization.telecom", "org-3"): never_when("use", "use", "home"),
    ("Patient.contact", "pat-1"): some("name", "telecom", "address", "organization"),
    ("Task", "inv-1"): holds(
        lambda element: not surely_after(element.get("authoredOn"), element.get("lastModified"))
    ),
    ("RequestGroup.action", "rqg-1"): one("resource", "action"),
    ("List", "lst-1"): apart("emptyReason", "entry"),
    ("List", "lst-2"): holds(
        lambda element: (
            element.get("mode") == "changes"
            or all("deleted" not in entry and "_deleted" not in entry for entry in element.get("entry", ()))
        )
    ),
    ("List", "lst-3"): holds(
        lambda element: (
            element.get("mode") == "working"
            or all("date" not in entry and "_date" not in entry for entry in element.get("entry", ()))
        )
    ),
    ("CareTeam.participant", "ctm-1"): holds(_on_behalf),
    ("MeasureReport", "mrp-2"): holds(_strata),
    ("NamingSystem", "nsd-2"): holds(_preferred_once),
    ("MeasureReport", "mrp-1"): holds(
        lambda element: element.get("type") != "data-collection" or "group" not in element
    ),
    ("Composition.section", "cmp-1"): some("text", "entry", "section"),
    ("Composition.section", "cmp-2"): apart("emptyReason", "entry"),
    ("NamingSystem", "nsd-1"): holds(
        lambda element: (
            element.get("kind") != "root"
            or all(identifier.get("type") != "uuid" for identifier in element.get("uniqueId", ()))
        )
    ),
}
