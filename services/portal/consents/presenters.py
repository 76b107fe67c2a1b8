"""A rule as a resident reads it: what it says, since when, by which way, and whether it counts now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from auth.access.consent import newest, told
from auth.access.provision import current, is_privacy
from auth.audit.purpose import FAMILY
from auth.moment import now
from fhir.resource import Resource
from fhir.summary.moment import Moment, moment, stamp
from services.portal.cases.line import Line as Recorded
from services.portal.catalogue import mark
from services.portal.consents.effect import ANYWHERE, Effect
from services.portal.consents.form import Offer
from services.portal.consents.rule import EFFECTS, FORMER, KINDS, PURPOSES, SENSITIVE, Rule, rule_of

IN_FORCE, WITHDRAWN = mark("有效"), mark("已撤回")
REPLACED, OVER = mark("被更新的规则取代"), mark("已到期")
CHANNELS = {"web": mark("网上"), "paper": mark("书面")}
IDLE = mark("现在不起作用")
_ASTRAY = mark("这条规则管不到现在的代看，请再写一条。")
_UNREGISTERED = mark("现在没有登记代看，所以这条规则不起作用。")
_EVERYONE = mark("所有医院、社区中心和医生")
_OF_KIND, _SHOWN = 4, 6
"""So many of one kind are named, and so many names of one reader stand open."""


@dataclass(frozen=True, slots=True)
class Said:
    """A rule in words: msgids, and names that are no msgids. What `opens` a closed file ends by itself;
    what is `idle` names a purpose for which nobody looks; `missed` says why a rule reaches no proxy."""

    effect: str
    who: str
    named: bool
    what: tuple[str, ...]
    document: str | None
    purpose: str
    end: Moment | None
    opens: bool = False
    idle: bool = False
    missed: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One Consent of the list; `said` is None for one that says more than a rule can."""

    id: str
    said: Said | None
    state: str
    since: Moment | None
    ended: Moment | None
    channel: str | None
    version: str = ""

    @property
    def counts(self) -> bool:
        """Does it count now?"""
        return self.state == IN_FORCE

    @property
    def active(self) -> bool:
        """May it be withdrawn?"""
        return self.state in (IN_FORCE, IDLE, REPLACED)


def lines(consents: Iterable[Resource], offered: Offer) -> list[Line]:
    """The Consents about privacy, those that count first, then the newest."""
    given = [each for each in consents if is_privacy(each)]
    replaced = _replaced(given)
    made = [line(each, offered, replaced=each["id"] in replaced) for each in given]
    made.sort(key=lambda each: str(each.since.start if each.since else ""), reverse=True)
    return sorted(made, key=lambda each: not each.counts)


def replaced_by(consents: Iterable[Resource], changed: Resource) -> set[str]:
    """The ids of those that count today and would not beside `changed`."""
    given = [each for each in consents if each["id"] != changed["id"]]
    return _replaced([*given, changed]) - _replaced(given)


def revived_by(consents: Iterable[Resource], changed: Resource) -> set[str]:
    """The ids of those that do not count today and would, were one of them `changed`, withdrawn."""
    given = list(consents)
    after = [changed if each["id"] == changed["id"] else each for each in given]
    return _replaced(given) - _replaced(after) - {str(changed["id"])}


def _replaced(consents: Sequence[Resource]) -> set[str]:
    """The ids of those that speak and are not the newest about the same, as the decision has it."""
    speaking = {each["id"]: said for each in consents if (said := told(each)) and _current(each)}
    counting = {id(each) for each in newest(speaking.values())}
    return {name for name, said in speaking.items() if id(said) not in counting}


def line(consent: Resource, offered: Offer, *, replaced: bool = False) -> Line:
    """One Consent."""
    active = consent.get("status") == "active"
    updated = moment((consent.get("meta") or {}).get("lastUpdated"))
    rule = rule_of(consent)
    words = said(rule, offered) if rule else None
    return Line(
        str(consent["id"]),
        words,
        _state(consent, active, replaced, missed=words is not None and bool(words.missed)),
        moment(consent.get("dateTime")) or updated,
        None if active else updated,
        _channel(consent),
        str((consent.get("meta") or {}).get("versionId", "")),
    )


def said(rule: Rule, offered: Offer) -> Said:
    """A rule in words."""
    document = offered.documents.get(rule.document or "")
    kinds = tuple(KINDS[each][0] for each in rule.kinds)
    labels = tuple(SENSITIVE.get(each, each) for each in rule.labels)
    return Said(
        EFFECTS[rule.effect],
        offered.named(rule.actor) if rule.actor else _EVERYONE,
        rule.actor is not None,
        kinds + labels,
        (document.title if document else rule.document) if rule.document else None,
        (PURPOSES | FORMER).get(rule.purpose, rule.purpose) if rule.purpose else "",
        moment(rule.end),
        rule.opens,
        not _stated(rule, offered),
        _missed_by(rule, offered),
    )


def _stated(rule: Rule, offered: Offer) -> bool:
    """Does anybody look for the purpose of a rule? What a proxy looks for is offered to nobody else."""
    return rule.purpose in offered.purposes or (rule.purpose == FAMILY and rule.actor in offered.guardians)


def _missed_by(rule: Rule, offered: Offer) -> str:
    """Why a rule on a guardian does not reach him as whom he looks, as a msgid."""
    if not rule.family:
        return ""
    guardian = offered.guardians.get(rule.actor or "")
    if guardian is None or not guardian.looks:
        return _UNREGISTERED
    return "" if rule.actor in guardian.looks else _ASTRAY


def _state(consent: Resource, active: bool, replaced: bool, *, missed: bool) -> str:
    if not active:
        return WITHDRAWN
    if not _current(consent):
        return OVER
    if replaced:
        return REPLACED
    return IDLE if missed else IN_FORCE


def _current(consent: Resource) -> bool:
    period: Mapping[str, Any] = (consent.get("provision") or {}).get("period") or {}
    return current(period, now())


def _channel(consent: Resource) -> str | None:
    title = str((consent.get("sourceAttachment") or {}).get("title", ""))
    return CHANNELS.get(title.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader will see; `missed` names what he will not, `gained` are pairs of msgid and count.

    `anywhere` is of a doctor wherever the file is closed to his house; without a name it is of any doctor.
    Who is `idle` looks for nobody now.
    """

    name: str
    house: str | None
    total: int
    before: int
    after: int
    missed: tuple["Missed", ...]
    gained: tuple[tuple[str, int], ...]
    anywhere: bool = False
    idle: bool = False

    @property
    def folded(self) -> bool:
        """Are there too many names to show them all at once?"""
        return sum(len(each.lines) for each in self.missed) > _SHOWN


@dataclass(frozen=True, slots=True)
class Missed:
    """Of one kind (a msgid): how many, the newest by name, how many more there are."""

    kind: str
    count: int
    lines: tuple["Named", ...]
    more: int


@dataclass(frozen=True, slots=True)
class Named:
    """One line by its name and day; what is recorded several times is one."""

    name: str
    when: Moment | None
    times: int = 1


def _missed(effect: Effect) -> tuple[Missed, ...]:
    return tuple(_of_kind(kind, count, effect.named.get(kind, [])) for kind, count in effect.missed.items())


def _of_kind(kind: str, count: int, read: Sequence[Recorded]) -> Missed:
    alike: dict[tuple[str, date | None], Named] = {}
    for each in sorted(read, key=lambda each: stamp(each.when), reverse=True):
        key = each.name, each.when.day if each.when else None
        known = alike.get(key, Named(each.name, each.when, 0))
        alike[key] = replace(known, times=known.times + 1)
    lines = [each for each in alike.values() if each.name or each.when][:_OF_KIND]
    return Missed(kind, count, tuple(lines), max(0, count - sum(each.times for each in lines)))


def sights(effects: Iterable[Effect], offered: Offer) -> list[Sight]:
    """The effects with names; where a doctor sees and saw nothing anywhere else, that is left out."""
    return [
        Sight(
            offered.named(
                next(iter(each.asking.guardian), None)
                or each.asking.practitioner
                or ("" if anywhere else each.asking.organization)
            ),
            None if anywhere or not each.asking.practitioner else offered.named(each.asking.organization),
            each.total,
            each.before,
            each.after,
            _missed(each),
            tuple(each.gained.items()),
            anywhere and not each.asking.guardian,
            each.asking.idle,
        )
        for each in effects
        if not (anywhere := each.asking.organization == ANYWHERE)
        or each.asking.guardian
        or each.before
        or each.after
    ]
