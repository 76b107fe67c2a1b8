"""Acceptance of what is written: is it a valid resource, and may the writer file it where it says?

FHIR R4 3.1.0.8 (http.html#create) and Furong's rule for writes below regional rights: a reference to
what is hidden is answered like a reference to what does not exist.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fhir.access import Action, Constraint, Permit
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.interactions.writes import national_numbers
from fhir.outcome import Fault, Issue, Refusal
from fhir.references import UNRESOLVED, is_literal, references, targets
from fhir.resource import VERSION, Resource
from fhir.search.index import OWNING, compartments
from fhir.store import EVERYONE
from fhir.store.constraint import visible_among
from fhir.validation import errors
from fhir.validation.profile import profile_errors

_AT_ONCE = 1000
Row = Mapping[str, Any]
"""What an access decision looks at."""


def check_type(type: str) -> None:
    """Refuse a name that is no R4 resource type."""
    if type == "metadata":
        raise Refusal(Fault.METHOD, "what this server does is read at /metadata by GET, alone")
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


def check_whole(resource: Resource) -> None:
    """Refuse a part of a resource as an update: what was left out would be lost (search.html#summary)."""
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    if any(isinstance(tag, dict) and tag.get("code") == "SUBSETTED" for tag in tags or ()):
        raise Refusal(
            Fault.BUSINESS_RULE,
            "the body is tagged SUBSETTED: read the whole resource and send that",
            expression=f"{resource['resourceType']}.meta.tag",
        )


async def check_known(context: Context, resource: Resource) -> None:
    """Refuse a valid resource that does not go with what is known: the national numbers of a directory, the
    profiles that it claims in meta.profile, the SearchParameters beside which it would stand."""
    if resource["resourceType"] == "SearchParameter":
        await context.store.parameters.check(resource)
    faults = [*national_numbers.faults(resource), *await profile_errors(context, resource)]
    if faults:
        raise Refusal(Fault.INVALID, issues=faults)


async def check_references(
    context: Context,
    resource: Resource,
    constraint: Constraint,
    known: Collection[str] = (),
    rows: Mapping[str, Row] | None = None,
) -> None:
    """Refuse literal references to what does not exist or is hidden; `known` are being written too.

    `rows` are those of the targets, where they were looked up already (`rows_of`).
    """
    named = {each: versions for each, versions in targets(resource).items() if each not in known}
    if resource["resourceType"] == "Bundle":
        inside = within_bundle(resource)
        named = {each: versions for each, versions in named.items() if each not in inside}
    _refuse_elsewhere(context, resource, named)
    if not context.rules.integrity:
        return
    missing = {each for each in named if each.startswith(UNRESOLVED)}
    literal = [each for each in named if is_literal(each)]
    if literal:
        found = await context.store.resources.judged(literal) if rows is None else rows
        there = {each: found[each] for each in literal if each in found}
        visible = await _visible(context, there, constraint)
        missing |= {each for each in literal if each not in visible}
        for each in visible:
            missing |= await _lacking(context, each, named[each])
    if missing:
        raise dangling(resource, missing)


def dangling(resource: Resource, missing: Collection[str]) -> Refusal:
    """What `resource` refers to and is not there, or hidden: 422 at each place."""
    text = "the reference leads to nothing that is known here to you"
    return Refusal(Fault.BUSINESS_RULE, issues=_issues("not-found", text, resource, missing))


def within_bundle(bundle: Resource) -> set[str]:
    """What references within `bundle` may mean besides what is stored (bundle.html#references)."""
    urls = {each["fullUrl"] for each in bundle.get("entry", ()) if "fullUrl" in each}
    return urls | {"/".join(url.split("/")[-2:]) for url in urls if not url.startswith(UNRESOLVED)}


async def _lacking(context: Context, target: str, versions: Iterable[str]) -> set[str]:
    """The references to those of `versions` that `target`, which the writer may see, never had."""
    type, _, id = target.partition("/")
    lacking = set()
    for version in versions:
        number = int(version) if VERSION.fullmatch(version) else 0
        if await context.store.resources.read_version(type, id, number, EVERYONE) is None:
            lacking.add(f"{target}/_history/{version}")
    return lacking


async def rows_of(context: Context, resources: Iterable[Resource]) -> dict[str, Row]:
    """What an access decision looks at, of whatever `resources` refer to and exists, looked up together."""
    named = {target for each in resources for target in targets(each) if is_literal(target)}
    found: dict[str, Row] = {}
    wanted = sorted(named) if context.rules.integrity else []
    for start in range(0, len(wanted), _AT_ONCE):
        found |= await context.store.resources.judged(wanted[start : start + _AT_ONCE])
    return found


def conditional(resource: Resource) -> list[str]:
    """The conditional references of a resource (`Patient?identifier=…`)."""
    return [each for each in targets(resource) if is_conditional(each)]


def is_conditional(target: str) -> bool:
    """Is `target` a search for what is meant, `Type?criteria`?"""
    return "?" in target and target.partition("?")[0] in resource_types


def _refuse_elsewhere(context: Context, resource: Resource, named: Iterable[str]) -> None:
    """Refuse what is written in another way than `Type/id` and still means this server."""
    wrong = {each for each in named if is_conditional(each)}
    if wrong:
        text = "a conditional reference belongs in a transaction"
        raise Refusal(Fault.BUSINESS_RULE, issues=_issues("not-supported", text, resource, wrong))
    wrong = {each for each in named if each.startswith(f"{context.base}/")}
    if wrong:
        text = "a reference to this server is written as Type/id"
        raise Refusal(Fault.BUSINESS_RULE, issues=_issues("business-rule", text, resource, wrong))


def _issues(code: str, text: str, resource: Resource, wrong: Collection[str]) -> list[Issue]:
    """One issue for each place that holds one of the `wrong` references."""
    places = references(resource, resource["resourceType"])
    return [
        Issue(code, text, path)
        for path, target in places
        if target in wrong or target.partition("/_history/")[0] in wrong
    ]


async def check_compartment(
    context: Context, resource: Resource, constraint: Constraint, known: Collection[str] = ()
) -> str:
    """The owner of `resource`; a Refusal where it belongs to residents that the writer may not see."""
    owner, *further = compartments(resource)
    patients = {each for each in (owner, *further) if each.startswith("Patient/")} - set(known)
    hidden = set() if constraint.anyone else patients - await constraint.among(patients)
    if hidden:
        text = "the resource names a resident who is not known here to you"
        issues = _issues(Fault.BUSINESS_RULE.code, text, resource, hidden)
        raise Refusal(Fault.BUSINESS_RULE, text, issues=issues)
    type = resource["resourceType"]
    if type in OWNING and not (constraint.anyone or patients):
        raise Refusal(
            Fault.BUSINESS_RULE,
            f"a {type} names the Patient in whose file it lies",
            expression=f"{type}.{OWNING[type]}",
        )
    return owner


async def _visible(context: Context, rows: Mapping[str, Row], constraint: Constraint) -> set[str]:
    """Those targets that the writer may file under or, where no Patient owns them, may read."""
    if constraint.unrestricted:
        return set(rows)
    found = await _of_residents(context, rows, constraint)
    shared = {each for each, row in rows.items() if not row["owner"].startswith("Patient/")}
    types = {each.partition("/")[0] for each in shared}
    open_types = {type for type in types if await _open(context, type)}
    return found | {each for each in shared if each.partition("/")[0] in open_types}


async def _of_residents(context: Context, rows: Mapping[str, Row], constraint: Constraint) -> set[str]:
    """Those of residents that are visible: as the writer may read them, else as he may write them.

    Of a type with which he may do neither only the Patient is known to him: he files under that.
    """
    owned: dict[str, list[Row]] = {}
    for row in rows.values():
        if row["owner"].startswith("Patient/"):
            owned.setdefault(row["type"], []).append(row)
    found: set[str] = set()
    for type, theirs in owned.items():
        within = await _reach(context, type)
        if within is None and type == "Patient":
            within = constraint
        if within is not None:
            found |= {f"{type}/{row['id']}" for row in await visible_among(theirs, within)}
    return found


async def _reach(context: Context, type: str) -> Constraint | None:
    """Which resources of `type` the writer may read, else create or update; None where he may nothing."""
    for action in (Action.READ, Action.CREATE, Action.UPDATE):
        decision = await context.access.decide(type, action)
        if isinstance(decision, Permit):
            return decision.constraint
    return None


async def _open(context: Context, type: str) -> bool:
    """May the writer read whatever of `type` belongs to no resident?"""
    decision = await context.access.decide(type, Action.READ)
    return isinstance(decision, Permit) and decision.constraint.anyone
