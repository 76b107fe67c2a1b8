"""Resource.meta.profile: what resources claim to be, and the check of each claim.

FHIR R4 resource.html 2.1.0.6. What a resource contains or a Bundle carries makes claims of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from fhir.outcome import Issue
from fhir.resource import Resource
from fhir.validation.finding import MOST
from fhir.validation.profile.item import Check, Item, Scope
from fhir.validation.profile.registry import Known

_ANY = ("Resource", "DomainResource")
_CLAIMS = 256


class Claim(NamedTuple):
    """A resource at `path` that is to meet the profile `url`."""

    resource: Mapping[str, Any]
    path: str
    url: str


def claims_of(resource: Resource, profiles: Sequence[str]) -> list[Claim]:
    """What `resource` and those in it claim, and that it is to meet `profiles`."""
    type = str(resource.get("resourceType", ""))
    listed = [*(Claim(resource, type, url) for url in profiles), *_claims(resource, type)]
    return list({(claim.path, claim.url): claim for claim in listed}.values())[:_CLAIMS]


def _claims(resource: Any, path: str) -> Iterator[Claim]:
    if not isinstance(resource, dict):
        return
    meta = resource.get("meta")
    urls = meta.get("profile") if isinstance(meta, dict) else None
    for url in urls if isinstance(urls, list) else ():
        if isinstance(url, str):
            yield Claim(resource, path, url)
    for inner, place in _within(resource):
        yield from _claims(inner, path + place)


def _within(resource: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    contained, entries = resource.get("contained"), resource.get("entry")
    for index, one in enumerate(contained if isinstance(contained, list) else ()):
        yield one, f".contained[{index}]"
    if resource.get("resourceType") == "Bundle":
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            inner = entry.get("resource") if isinstance(entry, dict) else None
            yield inner, f".entry[{index}].resource"


def issues_of(claims: Sequence[Claim], root: Resource, known: Known) -> list[Issue]:
    """What is wrong with the claims; their profiles have been loaded. Errors come first."""
    carried = _carried(root)
    found = [issue for claim in claims for issue in _issues(claim, carried, known)]
    return sorted(found, key=lambda one: one.severity != "error")[:MOST]


def _issues(claim: Claim, carried: Mapping[str, Any], known: Known) -> Iterator[Issue]:
    profile = known.profiles.get(claim.url)
    if profile is None:
        text = "a profile that is claimed here is not known, so it is not checked"
        yield Issue("not-found", text, claim.path, "warning")
        return
    type = str(claim.resource.get("resourceType"))
    if profile.type not in (type, *_ANY):
        yield Issue("structure", f"the profile {profile.url} is about {profile.type}", claim.path)
    elif profile.check is not None:
        item = Item(claim.resource, None, type, "")
        for one in dict.fromkeys(profile.check(item, _scope(claim, carried, known))):
            yield Issue(one.code, f"{one.text} (profile {profile.url})", claim.path + one.path, one.severity)


def _scope(claim: Claim, carried: Mapping[str, Any], known: Known) -> Scope:
    listed = claim.resource.get("contained")
    within = [one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict)]
    near = {**carried, **{f"#{one.get('id')}": one for one in within}}

    def about(url: str) -> str | None:
        profile = known.profiles.get(url)
        return None if profile is None else profile.type

    def check(url: str) -> Check | None:
        profile = known.profiles.get(url)
        return None if profile is None else profile.check

    contained = {str(one.get("id")): str(one.get("resourceType")) for one in within}
    return Scope(claim.resource, check, known.codings.get, near.get, about, contained)


def _carried(root: Resource) -> dict[str, Any]:
    """The resources of a Bundle by what a reference may call them."""
    found: dict[str, Any] = {}
    for inner, _ in _within(root) if root.get("resourceType") == "Bundle" else ():
        if isinstance(inner, dict):
            found[f"{inner.get('resourceType')}/{inner.get('id')}"] = inner
    entries = root.get("entry") if root.get("resourceType") == "Bundle" else None
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
            found[str(entry.get("fullUrl"))] = entry["resource"]
    return found
