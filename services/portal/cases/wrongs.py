"""Wrongs: which lines of his file a resident has said are wrong, and what has become of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from auth.principal import Proxied
from auth.store.cases import Case, Kind
from services.portal.cases.texts import CORRECTIONS
from services.portal.catalogue import mark
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit

WAITS = mark("已请求更正，正在处理")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Wrongs:
    """The newest request about each line, by the reference of that."""

    cases: Mapping[str, Case] = field(default_factory=dict)

    def about(self, reference: str) -> Case | None:
        """The request about a line, if there is one."""
        return self.cases.get(reference)

    @staticmethod
    def state(case: Case) -> str:
        """What has become of it, as a msgid."""
        return CORRECTIONS.get(case.verdict or "", WAITS) if case.answered else WAITS


def corrects(visit: Visit) -> bool:
    """May the reader say that a line is wrong? He himself, and a parent."""
    return visit.principal.proxy in (None, Proxied.PARENT)


async def wrongs(visit: Visit) -> Wrongs | None:
    """Those that the reader may know, a parent his own; None for whom no line may be called wrong."""
    if not corrects(visit):
        return None
    members = await visit.context.store.persons.members(own_patient(visit))
    account = None if visit.principal.proxy is None else visit.session.account.id
    asked = await visit.platform.cases.of(members, _MOST)
    theirs = [each for each in asked if each.kind is Kind.CORRECTION and account in (None, each.by)]
    return Wrongs({each.about: each for each in reversed(theirs)})
