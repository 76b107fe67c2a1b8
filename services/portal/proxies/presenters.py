"""A proxy in words: who, as what, until when, and whether it lasts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auth.moment import now
from auth.principal import Proxied
from auth.store.proxies import Held
from services.portal.catalogue import mark

KINDS = {
    Proxied.PARENT: mark("父母或监护人"),
    Proxied.ADULT: mark("指定的成年人"),
    Proxied.HELP_DESK: mark("帮办（最长24小时）"),
}


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
