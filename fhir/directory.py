"""Directory: what of a Practitioner or PractitionerRole everybody with the scope is shown.

FHIR R4 practitioner.html, practitionerrole.html; docs/adr/0018-what-the-directory-shows.md. It is a list of
what is shown: an extension, a narrative or whatever else nobody thought of is left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.labels import subsetted
from fhir.matching import citizen_number
from fhir.resource import Resource

VERSION = 1
"""Raised with every change of these rules: the index of what is shown is then made anew."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHOWN = {
    "Practitioner": _names("identifier active name telecom address gender qualification communication"),
    "PractitionerRole": _names(
        """
        identifier active period practitioner organization code specialty location healthcareService telecom
        availableTime notAvailable availabilityExceptions endpoint
        """
    ),
}
TYPES = frozenset(_SHOWN)
"""The types that tell of a professional."""

_ALWAYS = _names("resourceType id meta implicitRules language contained modifierExtension")
_WHOLE = _names("name modifierExtension")
"""Names with how they are written and spoken; and what changes the meaning of all the rest."""
_USES = {"Practitioner": ("work",), "PractitionerRole": ("work", None)}
"""The contacts and addresses that are shown: of a person those that are said to be of the work, of a role
those that are not said to be of something else."""
_HOUSES = _names("Endpoint HealthcareService Location Organization")
_PERSONAL = _names("BA BC CC CZ DL HC JHN MI MR NH NI PI PPN PRC SB SS TAX TRL WC")
"""Kinds of numbers (v2-0203) that somebody has as a citizen, patient or customer."""
_NATIONAL = re.compile(r"NN[A-Z]{3}")
_EIGHTEEN = re.compile(r"(?=(\d{17}[\dX]))")


def listed(resource: Resource) -> Resource:
    """The part of a Practitioner or PractitionerRole that is shown, tagged SUBSETTED where it is not all."""
    shown = _listed(resource)
    return resource if shown == resource else shown | {"meta": subsetted(shown.get("meta") or {})}


def _listed(resource: Resource) -> Resource:
    type = resource["resourceType"]
    names = _SHOWN[type] | _ALWAYS
    parts = ((name, _part(type, name, value)) for name, value in resource.items() if name in names)
    return {name: part for name, part in parts if part not in ([], {})}


def _part(type: str, name: str, value: Any) -> Any:
    if name == "contained":
        return [_contained(each) for each in value if each["resourceType"] in TYPES | _HOUSES]
    if name in ("telecom", "address"):
        value = [each for each in value if each.get("use") in _USES[type]]
    return _plain({name: value}).get(name, {})


def _contained(resource: Resource) -> Resource:
    listing = resource["resourceType"] in TYPES
    return _listed(resource) if listing else _plain(resource)


def _plain(value: Any) -> Any:
    """`value` without extensions and personal numbers, at any depth."""
    if isinstance(value, list):
        return [kept for each in value if (kept := _plain(each)) != {}]
    if not isinstance(value, dict):
        return value
    named = {name: part for name, part in value.items() if name != "extension" and name[:1] != "_"}
    kept = {name: part if name in _WHOLE else _plain(_of_work(name, part)) for name, part in named.items()}
    return {name: part for name, part in kept.items() if part not in ([], {})}


def _of_work(name: str, value: Any) -> Any:
    if name != "identifier":
        return value
    if isinstance(value, list):
        return [each for each in value if not is_personal(each)]
    return {} if is_personal(value) else value


def is_personal(identifier: Mapping[str, Any]) -> bool:
    """Is it, or does it hold, a number of the person and not of the work?

    The number of a Chinese doctor's certificate (医师资格证书) ends in the citizen number, and some houses
    number their staff by it.
    """
    if identifier.get("system") == citizen_number.SYSTEM:
        return True
    kind, number = identifier.get("type"), identifier.get("value")
    codings = kind.get("coding", ()) if isinstance(kind, dict) else ()
    codes = {str(each.get("code")) for each in codings}
    if codes & _PERSONAL or any(map(_NATIONAL.fullmatch, codes)):
        return True
    return isinstance(number, str) and _holds_citizen_number(number)


def _holds_citizen_number(text: str) -> bool:
    found = _EIGHTEEN.findall(citizen_number.normalise(text))
    return any(citizen_number.valid(each) for each in found)
