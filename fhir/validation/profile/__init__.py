"""Profile: a resource against the StructureDefinitions that it claims in meta.profile or that are asked for.

FHIR R4 profiling.html 5.1. On a write a claimed profile that is not known is no fault.
"""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from fhir.interactions.context import Context
from fhir.outcome import Issue
from fhir.resource import Resource
from fhir.store import Store
from fhir.validation.profile.meta_profile import claims_of, issues_of
from fhir.validation.profile.registry import Registry
from fhir.validation.profile.source import DEFINITIONS, Source, Stored

_registries: "WeakKeyDictionary[Store, Registry]" = WeakKeyDictionary()


async def profile_errors(context: Context, resource: Resource, profiles: Sequence[str] = ()) -> list[Issue]:
    """The faults against `profiles` and the known ones of meta.profile, for which a write is refused."""
    found = await profile_issues(context, resource, profiles)
    return [issue for issue in found if issue.severity == "error"]


async def profile_issues(context: Context, resource: Resource, profiles: Sequence[str] = ()) -> list[Issue]:
    """The same with warnings, also of profiles that are not known."""
    known = registry(context)
    if resource.get("resourceType") in DEFINITIONS:
        known.changed()
    return await issues_from(Stored(context.store, context.base), resource, profiles, known)


async def unknown(context: Context, profiles: Sequence[str]) -> list[str]:
    """Those of `profiles` that can't be checked."""
    known = await registry(context).load(Stored(context.store, context.base), profiles)
    return [url for url in profiles if known.profiles.get(url) is None]


async def issues_from(
    source: Source, resource: Resource, profiles: Sequence[str] = (), registry: Registry | None = None
) -> list[Issue]:
    """The same of profiles from any source, with or without a store."""
    claims = claims_of(resource, profiles)
    if not claims:
        return []
    known = await (registry or Registry()).load(source, dict.fromkeys(claim.url for claim in claims))
    return issues_of(claims, resource, known)


def registry(context: Context) -> Registry:
    """What is known of the profiles of the context's store."""
    return _registries.setdefault(context.store, Registry())
