"""Effect: who will see how much of a file once a Consent is given or withdrawn, and what he will then miss.

Issue 5, "Consent". Nothing is reckoned here: a doctor who does not exist asks the ordinary search under the
ordinary decision, once as the Consents are and once as they would be, and the counts are compared. What he
will miss is named as far as the one who asks may see it himself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auth.access import AccessOf, Common
from auth.access.decision import FILE
from auth.access.entrusted import granted
from auth.access.grounds import Grounds
from auth.access.supposed import Anybody, Supposed
from auth.principal import Kind, Principal, Proxied
from auth.roles import Role
from fhir.access import Access
from fhir.interactions.context import Context, Trail
from fhir.interactions.search import search
from fhir.operations.difference import difference
from fhir.resource import Resource
from fhir.search.registry import definitions
from services.portal.cases.line import Line, line
from services.portal.catalogue import mark
from services.portal.consents.rule import KINDS
from services.portal.visit import Visit

_NOBODY = "Practitioner/-"
"""A doctor of the house whom no rule names: no id has this form."""
ANYWHERE = "Organization/-"
"""A house that has nothing to do with the file: what a doctor sees there he sees by his own name, or in an
emergency."""
_SILENT = frozenset({"Patient", "Consent", "RelatedPerson", "Provenance", "Binary", "AuditEvent"})
_COUNTED = tuple(type for type in sorted(FILE - _SILENT) if "patient" in definitions(type))
OTHER = mark("其他内容")
_NAMES = {type: name for name, types in KINDS.values() for type in types}
_READ = 12
"""So many of each kind are read, of which the first few are named."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose sight is looked at: the doctors of a house, or one of them; or a `guardian`, by the references as
    which he looks, who sees nothing while he is `idle`: registered for nobody's file."""

    organization: str
    practitioner: str | None = None
    guardian: tuple[str, ...] = ()
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What one reader sees of `total`, before and after; `missed` and `gained` by kind, in numbers."""

    asking: Asking
    total: int
    before: int
    after: int
    missed: Mapping[str, int]
    gained: Mapping[str, int]
    named: Mapping[str, list[Line]] = field(default_factory=dict)
    """Of what is missed the newest of each kind."""


async def effects(
    visit: Visit, patient: str, readers: Iterable[Asking], changed: Resource, *, emergency: bool = False
) -> list[Effect]:
    """The effect of `changed` (an active or a withdrawn Consent) on each of `readers`; in an `emergency` on
    what they see once they have opened the file."""
    grounds = visit.platform.grounds
    if emergency:
        members = frozenset((await grounds.relations.persons([patient]))[patient])
        grounds = replace(grounds, emergencies=grounds.emergencies.supposing(members))
    supposed = await _supposed(grounds, patient, changed)
    himself = Principal(Kind.PERSON, "preview", "", Role.RESIDENT, patient=patient)
    # What a proxy may not see is not counted before him either.
    himself = himself if visit.principal.proxy is None else visit.principal
    own = _context(visit, himself, grounds)
    whole = await _counts(own, patient, _COUNTED)
    found = []
    for asking in readers:
        if asking.idle:
            found.append(Effect(asking, sum(whole.values()), 0, 0, {}, {}))
            continue
        who = _guardian(asking.guardian, patient) if asking.guardian else _doctor(asking)
        now, then = (_context(visit, who, each) for each in (grounds, supposed))
        before = await _counts(now, patient, tuple(whole))
        after = await _counts(then, patient, tuple(whole))
        lost = [type for type, count in before.items() if count > after.get(type, 0)]
        found.append(
            Effect(
                asking,
                sum(whole.values()),
                sum(before.values()),
                sum(after.values()),
                _by_kind(before, after),
                _by_kind(after, before),
                await _named(visit, (own, now), then, patient, lost),
            )
        )
    return found


async def _named(
    visit: Visit, seeing: Sequence[Context], then: Context, patient: str, types: Iterable[str]
) -> dict[str, list[Line]]:
    """The newest of each kind that all of `seeing` read today and that `then` is hidden."""
    members = (await visit.platform.relations.persons([patient]))[patient]
    kinds: dict[str, list[str]] = {}
    for type in types:
        kinds.setdefault(_NAMES.get(type, OTHER), []).append(type)
    found = {}
    for kind, listed in kinds.items():
        rows = await difference(seeing, then, listed, members, _READ)
        visit.context.trail.touch(row.owner for row in rows)
        found[kind] = [line(row.resource()) for row in rows]
    return found


async def _supposed(grounds: Grounds, patient: str, changed: Resource) -> Grounds:
    """The grounds with `changed`, and with what the Consents then open."""
    consents = Supposed(grounds.consents, changed)
    persons = await grounds.relations.persons([patient])
    given = await consents.of(persons[patient])
    opened: dict[str, frozenset[str]] = {}
    for member, theirs in given.items():
        for house in granted(theirs, member):
            opened[house] = opened.get(house, frozenset()) | {member}
    relations = grounds.relations.supposing(opened)
    return replace(grounds, consents=consents, relations=relations, permissions=Anybody())


def _doctor(asking: Asking) -> Principal:
    return Principal(
        Kind.PERSON,
        "preview",
        "",
        Role.CLINICIAN,
        organization=asking.organization,
        practitioner=asking.practitioner or _NOBODY,
    )


def _guardian(related: Iterable[str], patient: str) -> Principal:
    """A parent, as he is registered: no other proxy is one whom a rule can name."""
    return Principal(
        Kind.PERSON,
        "preview",
        "",
        Role.RESIDENT,
        patient=patient,
        proxy=Proxied.PARENT,
        related=frozenset(related),
    )


def _context(visit: Visit, who: Principal, grounds: Grounds) -> Context:
    """What he reads with; for a proxy nothing that the proxy himself may not see."""
    access: Access = AccessOf(who, grounds)
    if visit.principal.proxy is not None and who is not visit.principal:
        access = Common(access, visit.access)
    return replace(visit.context, access=access, trail=Trail())


async def _counts(context: Context, patient: str, types: tuple[str, ...]) -> dict[str, int]:
    """How many resources of each of `types` he finds in the file; types without any are left out."""
    counts = {type: await _count(context, type, patient) for type in types}
    return {type: count for type, count in counts.items() if count}


async def _count(context: Context, type: str, patient: str) -> int:
    page = await search(context, type, [("patient", patient), ("_summary", "count")])
    return page.total or 0


def _by_kind(more: Mapping[str, int], fewer: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for type, count in more.items():
        lost = count - fewer.get(type, 0)
        if lost > 0:
            name = _NAMES.get(type, OTHER)
            found[name] = found.get(name, 0) + lost
    return found
