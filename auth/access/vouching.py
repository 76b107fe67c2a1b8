"""Vouching: what a writer may say of others.

A visit opens a file to the organisation that gave it (`auth.access.care`), and so does a contract
(`auth.access.entrusted`): a clinic's system reports those of its own organisation only. It refers to any.
"""

from auth.access.provision import check_enforceable
from auth.principal import Principal
from auth.store.database import Session
from auth.store.relations import Relations
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource

_CLAIMS = {
    "Encounter": ("serviceProvider", "visits at"),
    "EpisodeOfCare": ("managingOrganization", "contracts with"),
}
"""Types by which a house claims care: the element that names it, and what they are called."""


def vouch(principal: Principal, resource: Resource) -> None:
    """Refuse a visit at another organisation than the writer's, or a contract with it, unless the writer is
    of the region, and a Consent that could not be kept to."""
    if resource["resourceType"] == "Consent":
        check_enforceable(resource)
    element, what = _CLAIMS.get(resource["resourceType"], ("", ""))
    if principal.regional or not element:
        return
    house = (resource.get(element) or {}).get("reference")
    if house is not None and house != principal.organization:
        raise Refusal(
            Fault.BUSINESS_RULE,
            f"a clinic's system reports {what} its own organisation only",
            expression=f"{resource['resourceType']}.{element}",
        )


async def vouched(
    principal: Principal, relations: Relations, resource: Resource, session: Session | None = None
) -> None:
    """The same, and of a clinic's visit with another house's Patient it is kept that it is one."""
    vouch(principal, resource)
    if principal.regional or principal.organization is None or resource["resourceType"] != "Encounter":
        return
    patient = str((resource.get("subject") or {}).get("reference", ""))
    if await relations.among(principal.organization, None, [patient]):
        await relations.visit_as_guest(session, patient, principal.organization)
