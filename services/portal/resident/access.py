"""Access log entry: one look at the record as a sentence for the resident.

Screens, section 2; the names and roles are those of the day of the look.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from auth.audit.access_log import AccessEntry
from auth.audit.record import Outcome
from auth.store.standing import Relation
from fhir.resource import Resource
from fhir.summary.moment import CHENGDU
from services.portal.audit_terms import EMERGENCIES
from services.portal.catalogue import mark
from services.portal.resident.app import App, app_deed, app_of
from services.portal.resident.capacity import hidden, role, why
from services.portal.resident.deciding import Deciding, deciding
from services.portal.resident.deed import LISTS, action, ended, what
from services.portal.resident.named import Named, single
from services.portal.resident.way import how

_GROUNDS = {
    "consent": mark("您同意他们看"),
    "contract": mark("家庭医生签约"),
    "referral": mark("转诊"),
    "encounter": mark("在这里看过病"),
    "arrival": mark("到诊登记"),
    "registration": mark("在这里建过档"),
    "grant": mark("隐私专员按规定开放"),
}
"""What related the house to the resident at that moment (`auth.store.relations`)."""
_NONE: Mapping[str, Named] = {}
_NO_APPS: Mapping[str, App] = {}


@dataclass(frozen=True, slots=True)
class Look:
    """One look: who, where, as what, why, what exactly (`named`: which document or visit), with what result.

    `masked` where a part was hidden, `rules` those that decided: both are for the resident himself alone.
    """

    id: str
    when: datetime
    who: str
    organization: str | None
    role: str
    why: str
    action: str
    what: tuple[str, ...]
    refused: bool
    own: bool
    times: int = 1
    how: str = ""
    grounds: tuple[str, ...] = ()
    masked: bool = False
    rules: tuple[Deciding, ...] = ()
    named: tuple[Named, ...] = ()
    ended: str = ""
    """What became of it (a msgid), where it was neither allowed nor refused."""
    mine: bool = False
    """Is it the reader's own, for himself or for another?"""
    hidden: str = ""
    """Why a part was hidden that no rule hides (a msgid)."""
    app: App | None = None
    by_app: bool = False
    """Did the app act for the resident himself? It is then who looked."""
    ids: tuple[str, ...] = ()
    """All that are folded into this one."""


def looks(
    entries: Iterable[AccessEntry],
    organizations: Mapping[str, Resource],
    grounds: Collection[tuple[str, Relation]] = (),
    consents: Collection[Resource] | None = None,
    names: Mapping[str, Named] = _NONE,
    reader: str = "",
    apps: Mapping[str, App] = _NO_APPS,
) -> list[Look]:
    """The entries as sentences, in their order; what is alike is folded into one, which says how many times:
    the reader's own looks in a row, those of an app on one day, and how often on one day somebody had him in
    a list.

    `grounds` are the relations of houses to the resident, by reference; `consents` are his, where he himself
    is told what they hid. `names` are of what the reader of the log may see, `apps` by the ids of their
    clients, `reader` is his account.
    """
    found: list[Look] = []
    lists: dict[object, int] = {}
    for look in (_look(entry, organizations, grounds, consents, names, reader, apps) for entry in entries):
        at = lists.get(_list(look)) if look.action in LISTS and not look.refused else None
        if (look.own or look.by_app) and found and _same(found[-1], look):
            at = len(found) - 1
        if at is None:
            lists[_list(look)] = len(found)
            found.append(look)
            continue
        found[at] = replace(
            found[at],
            times=found[at].times + 1,
            ids=(*found[at].ids, look.id),
            what=tuple(dict.fromkeys((*found[at].what, *look.what))),
            named=tuple(dict.fromkeys((*found[at].named, *look.named))),
        )
    return found


def _list(look: Look) -> object:
    """What the looks of one day at one kind of list have in common."""
    return _day(look), look.who, look.organization, look.action, look.how, look.refused


def _day(look: Look) -> date:
    return look.when.astimezone(CHENGDU).date()


_ALIKE = ("own", "action", "how", "refused", "ended", "app", "by_app")


def _same(one: Look, other: Look) -> bool:
    alike = all(getattr(one, each) == getattr(other, each) for each in _ALIKE)
    return alike and (one.own or _day(one) == _day(other))


def _look(
    entry: AccessEntry,
    organizations: Mapping[str, Resource],
    grounds: Collection[tuple[str, Relation]],
    consents: Collection[Resource] | None,
    names: Mapping[str, Named],
    reader: str,
    apps: Mapping[str, App],
) -> Look:
    held, end, app = _grounds(entry, grounds), ended(entry, names), app_of(entry, apps)
    permitted = _GROUNDS["consent"] in held
    return Look(
        id=entry.id,
        when=entry.moment,
        who=app.name if entry.app and app else entry.name,
        organization=organizations.get(entry.organization or "", {}).get("name"),
        role=role(entry),
        why=why(entry),
        action=action(entry),
        what=() if app == App() and app_deed(entry) else what(entry),
        refused=entry.result is not Outcome.SUCCESS and not end,
        own=entry.own,
        how=how(entry),
        grounds=held,
        masked=entry.masked and consents is not None,
        rules=() if end else deciding(consents or (), entry, permitted=permitted),
        named=_named(entry, names),
        ended=end,
        mine=is_mine(entry, reader),
        hidden=hidden(entry),
        app=app,
        by_app=entry.app,
        ids=(entry.id,),
    )


def is_mine(entry: AccessEntry, reader: str) -> bool:
    """Did the reader of the log look himself, as whatever?"""
    return entry.own or (entry.by == reader != "" and not entry.app)


def _named(entry: AccessEntry, names: Mapping[str, Named]) -> tuple[Named, ...]:
    one, things = names.get(single(entry)), what(entry)
    return (replace(one, kind=things[0]),) if one and things else ()


def _grounds(entry: AccessEntry, grounds: Collection[tuple[str, Relation]]) -> tuple[str, ...]:
    """What let the house in; nothing of a refused look, of an emergency, or of who is of no house."""
    if entry.result is not Outcome.SUCCESS or entry.purpose in EMERGENCIES:
        return ()
    held = {
        each.kind
        for house, each in grounds
        if house == entry.organization and each.holds(entry.practitioner, entry.moment)
    }
    return tuple(text for kind, text in _GROUNDS.items() if kind in held)
