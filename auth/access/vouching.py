"""Vouching: what a writer may say of others.

A visit opens a file to the organisation that gave it (`auth.access.care`), so a clinic's system reports only
visits at its own organisation.
"""

from auth.access.provision import check_enforceable
from auth.principal import Principal
from auth.store.relations import Relations
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource


def vouch(principal: Principal, resource: Resource) -> None:
    """Refuse a visit at another organisation than the writer's, unless the writer works for the region, and a
    Consent that could not be kept to."""
    if resource["resourceType"] == "Consent":
        check_enforceable(resource)
    if principal.regional or resource["resourceType"] != "Encounter":
        return
    provider = (resource.get("serviceProvider") or {}).get("reference")
    if provider is not None and provider != principal.organization:
        raise Refusal(
            Fault.BUSINESS_RULE,
            "a clinic's system reports visits at its own organisation only",
            expression="Encounter.serviceProvider",
        )


async def vouched(principal: Principal, relations: Relations, resource: Resource) -> None:
    """The same, and of a clinic's visit with another house's Patient it is kept that it is one."""
    vouch(principal, resource)
    if principal.regional or principal.organization is None or resource["resourceType"] != "Encounter":
        return
    patient = str((resource.get("subject") or {}).get("reference", ""))
    if await relations.among(principal.organization, None, [patient]):
        await relations.visit_as_guest(patient, principal.organization)
