"""A proxy in words: who, as what, until when, and whether it lasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auth.moment import now
from auth.principal import Proxied
from auth.store.proxies import Held, Invitation
from services.portal.catalogue import mark

KINDS = {
    Proxied.PARENT: mark("父母或监护人"),
    Proxied.ADULT: mark("指定的成年人"),
    Proxied.HELP_DESK: mark("帮办（最长24小时）"),
}
_AT_LEAST_AS_MUCH = (Proxied.ADULT,)


@dataclass(frozen=True, slots=True)
class Line:
    """One proxy."""

    id: str
    name: str
    login: str
    kind: str
    since: datetime
    until: datetime | None
    lasts: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that nobody has used: for which login, as what, until when, and whether it is still good."""

    login: str
    kind: str
    expires: datetime
    open: bool


def offers(invitations: Iterable[Invitation]) -> list[Offer]:
    """Those that are still good first."""
    at = now()
    found = [Offer(each.login, KINDS[each.kind], each.expires, each.open(at)) for each in invitations]
    return sorted(found, key=lambda each: not each.open)


def already(held: Iterable[Held], login: str, kind: Proxied) -> bool:
    """Does whoever has this login look already, for as much as `kind` would let him?"""
    at = now()
    return any(
        each.login == login and each.proxy.held(at) and each.proxy.kind in (kind, *_AT_LEAST_AS_MUCH)
        for each in held
    )


def lines(held: Iterable[Held]) -> list[Line]:
    """Those that last first, then the newest."""
    at = now()
    found = [
        Line(
            each.proxy.id,
            each.name,
            each.login,
            KINDS[each.proxy.kind],
            each.proxy.since,
            each.proxy.until,
            each.proxy.held(at),
        )
        for each in held
    ]
    return sorted(found, key=lambda each: not each.lasts)
