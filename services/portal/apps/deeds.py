"""What the audit record says of an app: that somebody let it in, took that back or launched it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from auth.smart.scope import parse_all
from services.portal.apps import wording
from services.portal.audit_terms import OTHER
from services.portal.catalogue import mark

_LONGEST = 500


class Kind(StrEnum):
    """What somebody did with an app, as the reason of the record begins."""

    ALLOWED = "allowed to"
    WITHDRAWN = "withdrawn from"
    LAUNCHED = "launch of"


_FORM = re.compile(rf"({'|'.join(Kind)}) the app ([0-9A-Za-z_.-]{{1,100}})(?:: (.*))?")
_DONE = {
    Kind.WITHDRAWN: mark("收回了%(app)s 的许可"),
    Kind.LAUNCHED: mark("打开了%(app)s"),
}
_LEARNS, _VIEWS = mark("允许%(app)s 知道您是谁"), mark("允许%(app)s 查看")
_CHANGES = mark("允许%(app)s 查看和修改")


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, with which client, and for a permission what it is for."""

    kind: Kind
    client: str
    scope: str = ""

    @property
    def reason(self) -> str:
        """How it stands in the record."""
        told = f": {self.scope}" if self.scope else ""
        return f"{self.kind} the app {self.client}{told}"[:_LONGEST]

    @property
    def action(self) -> str:
        """A msgid in which the app stands."""
        if self.kind in _DONE:
            return _DONE[self.kind]
        scopes = parse_all(self.scope)
        if not scopes:
            return _LEARNS
        return _CHANGES if any(set(each.actions) & set("cud") for each in scopes) else _VIEWS

    @property
    def what(self) -> tuple[str, ...]:
        """What the app may see (msgids)."""
        return tuple(dict.fromkeys(wording.subject(each) or OTHER for each in parse_all(self.scope)))


def deed(reason: str | None) -> Deed | None:
    """What a reason tells of an app; None where it tells of none."""
    found = _FORM.fullmatch(reason or "")
    return Deed(Kind(found[1]), found[2], found[3] or "") if found else None
