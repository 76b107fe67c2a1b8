"""Resource: what a line says, as the FHIR resource that it is about; what the line does not say stays.

FHIR R4 organization.html, location.html, practitioner.html, practitionerrole.html, healthcareservice.html,
endpoint.html, device.html; IHE mCSD. A column that the file has and a line leaves empty takes a value away.
"""

from collections.abc import Callable

from fhir.definitions.own_search_parameters import REPORTING_ZONE
from fhir.matching import citizen_number, social_credit_code
from fhir.resource import Resource
from services.directory import cell
from services.directory.element import (
    References,
    Says,
    active,
    address,
    coded,
    extension,
    human_name,
    period,
    phone,
    plain,
    position,
    qualifications,
    refer,
    refer_all,
    role,
    state,
    texts,
    written,
)
from services.directory.entry import Entry

_PAYLOAD = {"system": "http://terminology.hl7.org/CodeSystem/endpoint-payload-type", "code": "any"}


def resource_of(entry: Entry, id: str, stored: Resource | None, references: References) -> Resource:
    """The resource as the line wants it: `stored` with what the line says of it."""
    made: Resource = dict(stored or {"resourceType": entry.type, "id": id})
    _number(made, entry)
    _MAKERS[entry.type](made, entry.says, references)
    made = {name: value for name, value in made.items() if value not in (None, [], {})}
    if made != stored:
        made.pop("text", None)  # the narrative tells of how it was
    return made


Make = Callable[[Resource, Says, References], None]


def _number(made: Resource, entry: Entry) -> None:
    """Identifiers: one of each system that the line speaks of, those of others as they were."""
    said: dict[str, str | None] = {system: number for _, system, number in entry.means}
    if "social_credit_code" in entry.says:
        said.setdefault(social_credit_code.SYSTEM, None)
    if "citizen_number" in entry.says:
        said.setdefault(citizen_number.SYSTEM, None)
    kept = []
    for each in made.get("identifier") or ():
        if each.get("system") not in said:
            kept.append(each)
        elif number := said.pop(each["system"]):
            kept.append(each | {"value": number})
    made["identifier"] = kept + [{"system": one, "value": number} for one, number in said.items() if number]


def _organization(made: Resource, says: Says, references: References) -> None:
    active(made, says)
    if "kind" in says:
        made["type"] = coded(made.get("type"), cell.KINDS, says["kind"])
    plain(made, says, "name")
    phone(made, says)
    if says.keys() & {"area", "address"}:
        first, *others = made.get("address") or [{}]
        made["address"] = [each for each in (address(first, says), *others) if each]
    refer(made, says, references, partOf="part_of")
    refer_all(made, says, references, endpoint="endpoint")


def _location(made: Resource, says: Says, references: References) -> None:
    if "zone" in says:
        others = [each for each in made.get("extension") or () if each["url"] != REPORTING_ZONE]
        made["extension"] = others + extension(REPORTING_ZONE, cell.ZONES, says["zone"])
    made["status"] = state(made.get("status"), says, "active", "inactive")
    plain(made, says, "name")
    made.setdefault("mode", "instance")
    if "kind" in says:
        made["type"] = [{"text": says["kind"]}] if says["kind"] else None
    phone(made, says)
    if says.keys() & {"area", "address"}:
        made["address"] = address(made.get("address") or {}, says)
    if "latitude" in says and "longitude" in says:
        made["position"] = position(says)
    refer(made, says, references, managingOrganization="organization", partOf="part_of")
    refer_all(made, says, references, endpoint="endpoint")


def _practitioner(made: Resource, says: Says, references: References) -> None:
    active(made, says)
    if all(written(each) != says["name"] for each in made.get("name") or ()):
        others = [each for each in made.get("name") or () if each.get("use", "official") != "official"]
        made["name"] = [human_name(says["name"]), *others]
    phone(made, says)
    if "sex" in says:
        made["gender"] = says["sex"]
    if says.get("licence") or says.get("qualification"):
        made["qualification"] = qualifications(made.get("qualification") or [], says)


def _practitioner_role(made: Resource, says: Says, references: References) -> None:
    active(made, says)
    period(made, says)
    refer(made, says, references, practitioner="practitioner", organization="organization")
    if "role" in says:
        made["code"] = role(says["role"])
    texts(made, says, specialty="specialty")
    refer_all(made, says, references, location="location", healthcareService="service")
    phone(made, says)
    refer_all(made, says, references, endpoint="endpoint")


def _healthcare_service(made: Resource, says: Says, references: References) -> None:
    active(made, says)
    refer(made, says, references, providedBy="organization")
    texts(made, says, type="kind", specialty="specialty")
    refer_all(made, says, references, location="location")
    plain(made, says, "name")
    phone(made, says)
    refer_all(made, says, references, endpoint="endpoint")


def _endpoint(made: Resource, says: Says, references: References) -> None:
    made["status"] = state(made.get("status"), says, "active", "off")
    made["connectionType"] = cell.coding(cell.CONNECTIONS, says["kind"])
    plain(made, says, "name")
    refer(made, says, references, managingOrganization="organization")
    period(made, says)
    made.setdefault("payloadType", [{"coding": [_PAYLOAD]}])
    made["address"] = says["address"]


def _device(made: Resource, says: Says, references: References) -> None:
    made["status"] = state(made.get("status"), says, "active", "inactive")
    plain(made, says, "manufacturer")
    if "name" in says:
        named = [{"name": says["name"], "type": "user-friendly-name"}] if says["name"] else []
        made["deviceName"] = named + [
            each for each in made.get("deviceName") or () if each.get("type") != "user-friendly-name"
        ]
    if "model" in says:
        made["modelNumber"] = says["model"]
    made["type"] = {"text": says["kind"]}
    refer(made, says, references, owner="organization", location="location")


_MAKERS: dict[str, Make] = {
    "Organization": _organization,
    "Location": _location,
    "Practitioner": _practitioner,
    "PractitionerRole": _practitioner_role,
    "HealthcareService": _healthcare_service,
    "Endpoint": _endpoint,
    "Device": _device,
}
