"""Acceptance of what is written: is it a valid resource, and may the writer file it where it says?

FHIR R4 3.1.0.8 (http.html#create) and Furong's rule for writes below regional rights: a reference to
what is hidden is answered like a reference to what does not exist.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from fhir.access import Constraint
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.outcome import Fault, Issue, Refusal
from fhir.resource import ID, Resource
from fhir.search.index import index
from fhir.validation import errors
from fhir.validation.profile import profile_errors


def check_type(type: str) -> None:
    """Refuse a name that is no R4 resource type."""
    if type not in resource_types:
        raise Refusal(Fault.UNKNOWN_TYPE, "there is no such resource type in FHIR R4")


def check_valid(resource: Resource, type: str | None = None) -> None:
    """Refuse a resource of another type than `type`, or one that breaks the rules of R4."""
    if type is not None and resource["resourceType"] != type:
        raise Refusal(
            Fault.MALFORMED,
            f"a {type} is expected here, not a {resource['resourceType']:.64}",
            expression="resourceType",
        )
    faults = errors(resource)
    if faults:
        raise Refusal(Fault.INVALID, issues=faults)


async def check_profiles(context: Context, resource: Resource) -> None:
    """Refuse a valid resource that breaks the rules of a known profile that it claims in meta.profile."""
    faults = await profile_errors(context, resource)
    if faults:
        raise Refusal(Fault.INVALID, issues=faults)


async def check_references(
    context: Context, resource: Resource, constraint: Constraint, known: Collection[str] = ()
) -> None:
    """Refuse literal references to what does not exist or is hidden; `known` are being written too."""
    targets = list(references(resource, resource["resourceType"]))
    _refuse_conditional(targets)
    _refuse_absolute(targets, context.base)
    places = {target: path for path, target in targets if target not in known and is_literal(target)}
    if not places:
        return
    found = await context.store.resources.owners(places)
    visible = await _visible(found, constraint)
    issues = [
        Issue("not-found", "the reference leads to nothing that is known here to you", path)
        for target, path in places.items()
        if target not in found or found[target] not in visible
    ]
    if issues:
        raise Refusal(Fault.BUSINESS_RULE, issues=issues)


def _refuse_conditional(targets: Sequence[tuple[str, str]]) -> None:
    issues = [
        Issue("not-supported", "conditional references are not supported yet", path)
        for path, target in targets
        if "?" in target and not target.startswith(("http:", "https:"))
    ]
    if issues:
        raise Refusal(Fault.BUSINESS_RULE, issues=issues)


def _refuse_absolute(targets: Sequence[tuple[str, str]], base: str) -> None:
    issues = [
        Issue("business-rule", "a reference to this server is written as Type/id", path)
        for path, target in targets
        if target.startswith(f"{base}/")
    ]
    if issues:
        raise Refusal(Fault.BUSINESS_RULE, issues=issues)


async def check_compartment(
    context: Context, resource: Resource, constraint: Constraint, known: Collection[str] = ()
) -> str:
    """The owner of `resource`; a Refusal where it belongs to residents that the writer may not see."""
    indexed = index(resource, context.store.keyed)
    marker = f"{resource['resourceType']}.compartment|"
    patients = {token[len(marker) :] for token in indexed.tokens if token.startswith(marker)}
    if indexed.owner.startswith("Patient/"):
        patients.add(indexed.owner)
    patients -= set(known)
    if not constraint.unrestricted and not patients <= await constraint.among(patients):
        raise Refusal(Fault.BUSINESS_RULE, "the resource names a resident who is not known here to you")
    return indexed.owner


async def _visible(owners: dict[str, str], constraint: Constraint) -> frozenset[str]:
    patients = {owner for owner in owners.values() if owner.startswith("Patient/")}
    shared = {owner for owner in owners.values() if not owner.startswith("Patient/")}
    return frozenset(shared) | await constraint.among(patients)


def is_literal(target: str) -> bool:
    """Is `target` a relative reference, `Type/id`?"""
    type, _, id = target.partition("/")
    return type in resource_types and ID.fullmatch(id) is not None


def references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each literal reference in `value` with its FHIRPath."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "reference" and isinstance(member, str):
                yield f"{path}.reference", member.split("/_history/")[0]
            elif isinstance(member, dict | list):
                yield from references(member, f"{path}.{name}")
    elif isinstance(value, list):
        for position, member in enumerate(value):
            if isinstance(member, dict | list):
                yield from references(member, f"{path}[{position}]")
