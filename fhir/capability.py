"""CapabilityStatement: what this server does, made from the registries that do it.

FHIR R4 capabilitystatement.html, http.html#capabilities.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from fhir import rest
from fhir.interactions.context import Rules
from fhir.operations.operation import Level, Operation
from fhir.operations.registry import OPERATIONS
from fhir.resource import Resource, instant
from fhir.search.registry import SearchParameter, added, canonical_url, parameters

VERSION = "0.1.0"
RELEASED = "2026-11-25"
NORMATIVE = frozenset(
    {
        "Binary", "Bundle", "CapabilityStatement", "CodeSystem", "Observation", "OperationDefinition",
        "Patient", "StructureDefinition", "ValueSet",
    }
)  # fmt: skip
"""The normative resource types of R4 among those served."""
_FORMATS = ("application/fhir+json", "json")
_SMART = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_BASE = "http://hl7.org/fhir/"
_ABOUT = (
    "The directory (Organization, Location, Practitioner, PractitionerRole, HealthcareService, Endpoint,"
    " OrganizationAffiliation) answers the searches of Find Matching Care Services (IHE mCSD, ITI-90) and"
    " Request Care Services Updates (ITI-91), in JSON; XML, and the type and physicalType that the profiles"
    " of mCSD demand, are not assured."
)

_IPS = "http://hl7.org/fhir/uv/ips/ImplementationGuide/hl7.fhir.uv.ips|2.0.0"
"""The guide of $summary."""
_LINKED = (
    "Patients linked as one person (see $ihe-pix and $person) are one file: who may see what belongs "
    "to one of them may see what belongs to all."
)
_WAYS = (
    "a search by the reference of one of them, its compartment, a chain through it, $everything, $summary, "
    "$lastn and $document find what belongs to"
)
_TOGETHER = f"{_WAYS} any of them"
_ALONE = f"{_WAYS} that very Patient, and a token with one Patient in context reaches that one alone"
_PATIENT = {
    None: f"{_LINKED} Unless a client is registered to be shown single Patients, {_TOGETHER}. Asked with the "
    "token of a client, this statement says which of the two holds for it.",
    True: f"{_LINKED} For this client {_TOGETHER}.",
    False: f"{_LINKED} This client is registered to be shown single Patients: {_ALONE}.",
}
"""How linked Patients are handled, which SMART App Launch has a server document."""

Profiles = Mapping[str, Sequence[str]]


def capability_statement(
    base: str,
    started: datetime,
    token_url: str,
    profiles: Profiles | None = None,
    types: frozenset[str] = rest.SERVED,
    rules: Rules = Rules(),  # noqa: B008
    linked: bool | None = None,
) -> Resource:
    """The statement of the server at `base`, as it has been since `started`.

    `profiles` are the profiles by type that the server has; `types` those that are spoken of; `rules` what
    the site has decided; `linked` whether a Patient stands for the person to the client that asks, None where
    none does.
    """
    statement: Resource = {
        "resourceType": "CapabilityStatement",
        "meta": {"lastUpdated": instant(started)},
        "url": f"{base}/metadata",
        "version": VERSION,
        "name": "Furong",
        "title": "Furong FHIR server",
        "status": "active",
        "date": instant(started),
        "publisher": "Furong",
        "kind": "instance",
        "software": {"name": "Furong", "version": VERSION, "releaseDate": RELEASED},
        "implementation": {"description": "Furong, a regional health-information platform", "url": base},
        "fhirVersion": "4.0.1",
        "format": list(_FORMATS),
        "implementationGuide": [_IPS],
    }
    if rest.PATCH_FORMATS:
        statement["patchFormat"] = list(rest.PATCH_FORMATS)
    return statement | {"rest": [_rest(token_url, profiles or {}, types, rules, linked)]}


def _rest(
    token_url: str, profiles: Profiles, types: frozenset[str], rules: Rules, linked: bool | None
) -> Resource:
    served: Resource = {
        "mode": "server",
        "documentation": _ABOUT,
        "security": {"cors": True} | _security(token_url),
        "resource": [_resource(type, profiles.get(type, ()), rules, linked) for type in sorted(types)],
        "interaction": [{"code": code} for code in rest.SYSTEM_INTERACTIONS],
        "searchParam": [_described(each) for each in _common()],
        "operation": [_named(each) for each in OPERATIONS if each.offered(None, Level.SYSTEM)],
    }
    if rest.COMPARTMENTS:
        served["compartment"] = [
            f"{_BASE}CompartmentDefinition/{name[0].lower()}{name[1:]}" for name in rest.COMPARTMENTS
        ]
    return {name: value for name, value in served.items() if value}


def _security(token_url: str) -> Resource:
    extension = {"url": _SMART, "extension": [{"url": "token", "valueUri": token_url}]}
    return {
        "extension": [extension],
        "service": [{"coding": [{"system": _SECURITY, "code": "SMART-on-FHIR"}]}],
    }


def _resource(type: str, profiles: Sequence[str], rules: Rules, linked: bool | None) -> Resource:
    written = type not in rest.READ_ONLY
    described: Resource = {"type": type, "profile": f"{_BASE}StructureDefinition/{type}"}
    if type == "Patient":
        described["documentation"] = _PATIENT[linked]
    if profiles:
        described["supportedProfile"] = sorted(profiles)
    described |= {
        "interaction": [{"code": code} for code in rest.interactions(type)],
        "versioning": _versioning(rules) if written else "no-version",
        "readHistory": written,
        "updateCreate": written,
    }
    if written:
        described |= rest.CONDITIONAL | {"conditionalDelete": _conditional_delete(rules)}
        described["referencePolicy"] = ["literal", "logical", *["enforced"] * rules.integrity]
        described["searchInclude"] = includes(type)
        described["searchRevInclude"] = revincludes(type)
    described["searchParam"] = [_described(each) for each in searched(type)]
    described["operation"] = [_named(each) for each in operations(type)]
    return {name: value for name, value in described.items() if value != []}


def _versioning(rules: Rules) -> str:
    return "versioned-update" if rules.match_required else "versioned"


def _conditional_delete(rules: Rules) -> bool | str:
    several = rest.CONDITIONAL["conditionalDelete"] == "single" and rules.most_deleted > 1
    return "multiple" if several else rest.CONDITIONAL["conditionalDelete"]


def searched(type: str) -> list[SearchParameter]:
    """The parameters by which a type can be searched."""
    known = parameters(type)
    codes = rest.READ_ONLY_PARAMETERS.get(type, known)
    listed = [known[code] for code in sorted(codes) if code in known]
    special = rest.SPECIAL if type not in rest.READ_ONLY else ()
    return listed + [SearchParameter(type, code, "special") for code in special if code not in known]


def _common() -> Iterator[SearchParameter]:
    """The parameters by which everything can be searched."""
    if "search-system" in rest.SYSTEM_INTERACTIONS:
        shared = [set(parameters(type)) for type in rest.SERVED - rest.READ_ONLY.keys()]
        for code in sorted(set.intersection(*shared)):
            yield parameters("Basic")[code]


def _described(parameter: SearchParameter) -> Resource:
    url = canonical_url(parameter.base, parameter.code)
    definition = {} if url is None else {"definition": url}
    return {"name": parameter.code} | definition | {"type": parameter.type}


def includes(type: str) -> list[str]:
    """What _include takes on a type."""
    codes = [code for code, each in parameters(type).items() if _leads_here(each)]
    return ["*", *(f"{type}:{code}" for code in codes)] if codes else []


def _leads_here(parameter: SearchParameter) -> bool:
    """Does it name resources by their address, not definitions by a canonical URL?"""
    return parameter.type == "reference" and not parameter.canonical


def revincludes(type: str) -> list[str]:
    """What _revinclude takes on a type."""
    return list(
        _referring(tuple((base, *sorted(rows)) for base, rows in sorted(added.items()))).get(type, ())
    )


@lru_cache(maxsize=2)
def _referring(added: tuple[tuple[str, ...], ...]) -> Mapping[str, Sequence[str]]:
    """By type, the reference parameters of other types that lead to it; `added` are the site's own."""
    found: dict[str, list[str]] = {}
    for type in sorted(rest.SERVED - rest.READ_ONLY.keys()):
        for code, each in parameters(type).items():
            for target in each.targets if _leads_here(each) else ():
                found.setdefault(target, []).append(f"{type}:{code}")
    return found


def operations(type: str) -> list[Operation]:
    """The operations of a type and of its resources."""
    levels = (Level.TYPE, Level.INSTANCE)
    return [each for each in OPERATIONS if any(each.offered(type, level) for level in levels)]


def _named(operation: Operation) -> Resource:
    return {"name": operation.name, "definition": operation.definition}
