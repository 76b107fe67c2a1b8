"""Merge of two Patients, and the two as they were before it.

FHIR R5 patient-operation-merge.html, R4 patient.html#links; ADR 13. Pure: nothing here reads a store. What a
merge adds is marked with the Patient that it came from, so that taking it back takes no more than that.
"""

from typing import Any

from fhir.resource import Resource, reference_of

REPLACED_BY, REPLACES = "replaced-by", "replaces"
_FROM = "urn:furong:extension:merged-from"
_ACTIVE = "urn:furong:extension:active-before"
Identifier = dict[str, Any]


def merged(loser: Resource, survivor: Resource) -> tuple[Resource, Resource]:
    """The loser, inactive and replaced, and the survivor, who has the numbers of the loser as old ones."""
    own = {_key(each) for each in survivor.get("identifier") or ()}
    source = {"url": _FROM, "valueReference": {"reference": reference_of(loser)}}
    former = [
        each | {"use": "old", "extension": [*(each.get("extension") or ()), source]}
        for each in loser.get("identifier") or ()
        if _key(each) not in own
    ]
    was = [{"url": _ACTIVE, "valueBoolean": loser["active"]}] if "active" in loser else []
    replaced = _with(loser, REPLACED_BY, survivor, was) | {"active": False}
    remains = _with(survivor, REPLACES, loser, [])
    return replaced, remains | _filled("identifier", [*(survivor.get("identifier") or ()), *former])


def taken_back(loser: Resource, survivor: Resource) -> tuple[Resource, Resource]:
    """Both without what their merge has added."""
    active = [
        extension["valueBoolean"]
        for link in loser.get("link") or ()
        if _is(link, REPLACED_BY, reference_of(survivor))
        for extension in link.get("extension") or ()
        if extension.get("url") == _ACTIVE
    ]
    alone = _bare(loser, "active") | ({"active": active[0]} if active else {})
    kept = [each for each in survivor.get("identifier") or () if not _came_from(each, reference_of(loser))]
    remains = _bare(survivor, "identifier") | _filled("identifier", kept)
    return _without(alone, REPLACED_BY, survivor), _without(remains, REPLACES, loser)


def replaces(survivor: Resource, loser: Resource) -> bool:
    """Has the one Patient been merged into the other?"""
    return any(_is(link, REPLACED_BY, reference_of(survivor)) for link in loser.get("link") or ())


def _key(identifier: Identifier) -> tuple[Any, Any]:
    return identifier.get("system"), identifier.get("value")


def _came_from(identifier: Identifier, patient: str) -> bool:
    return any(
        extension.get("url") == _FROM and (extension.get("valueReference") or {}).get("reference") == patient
        for extension in identifier.get("extension") or ()
    )


def _is(link: dict[str, Any], type: str, other: str) -> bool:
    return link.get("type") == type and (link.get("other") or {}).get("reference") == other


def _with(patient: Resource, type: str, other: Resource, more: list[dict[str, Any]]) -> Resource:
    link = _filled("extension", more) | {"other": {"reference": reference_of(other)}, "type": type}
    return patient | {"link": [*(patient.get("link") or ()), link]}


def _without(patient: Resource, type: str, other: Resource) -> Resource:
    links = [link for link in patient.get("link") or () if not _is(link, type, reference_of(other))]
    return _bare(patient, "link") | _filled("link", links)


def _bare(patient: Resource, member: str) -> Resource:
    return {name: value for name, value in patient.items() if name != member}


def _filled(member: str, values: list[dict[str, Any]]) -> Resource:
    return {member: values} if values else {}
