"""The page of a pair: both records side by side, and what a steward decides of them.

Fellegi and Sunter 1969, clerical review; china.md, "Matching persons" rule 6. Whatever changes who sees what
is confirmed on a page that says what follows, is recorded before it is done, and can be taken back.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import PROPOSED, Interaction
from fhir.outcome import Fault, Refusal
from fhir.store.possible_matches import State
from fhir.summary.moment import CHENGDU
from services.portal.catalogue import mark
from services.portal.console.persons.comparison import twin
from services.portal.console.persons.decision import STATES, said, sealed
from services.portal.console.persons.likeness import AGREEMENTS
from services.portal.console.persons.pair import HOME, WAITING, Pair, pair_of
from services.portal.console.persons.person import Person, person_of
from services.portal.console.persons.queue_views import STEWARD
from services.portal.console.persons.record import Holdings, Record, holdings
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

_LONGEST = 500
_USUAL = timedelta(days=7)
ACTS = {
    "link": mark("合并：是同一个人"),
    "separate": mark("分开：是两个人"),
    "postpone": mark("暂缓"),
    "reopen": mark("撤回决定"),
}
_CONFIRMED = frozenset(("link", "separate", "reopen"))
NO_REASON = mark("请写明理由：以后的人要能看懂为什么这样决定。")
NO_DAY = mark("请选一个今天以后、一年以内的日期。")
_LATEST = timedelta(days=366)
NO_HOLDER = mark("两份记录有同一个身份证号，请先说明号码是谁的。")
MEANWHILE = mark("刚刚有人对这两份记录作了决定，请看过以后再决定。")
_CONFLICTS = {
    "link": mark(
        "不能合并：两个人各有不同的有效身份证号，或者有人已把其中的记录分开。请先更正号码，或先对那些记录作出决定。"
    ),
    "separate": mark(
        "还不能分开：两份记录都与第三份记录连在一起。请先在“找人”页面决定第三份是谁的；如果您看不到第三份，请联系区域数据管理员。"
    ),
    "postpone": MEANWHILE,
    "reopen": MEANWHILE,
}


class Wrong(Exception):
    """A form that can't be taken as it is; says why, as a msgid."""

    def __init__(self, text: str, status: int = 422) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: which decision, why, until when, which record keeps a number that both bear."""

    act: str = ""
    reason: str = ""
    until: str = ""
    holder: str = ""
    seen: str = ""
    confirmed: bool = False

    def checked(self, pair: Pair) -> None:
        """Wrong where it can't be done."""
        if self.act not in ACTS:
            raise Refusal(Fault.PARAMETER, "there is no such decision")
        if self.seen != pair.seen:
            raise Wrong(MEANWHILE, 409)
        if not self.reason:
            raise Wrong(NO_REASON)
        if self.act == "postpone" and self.day is None:
            raise Wrong(NO_DAY)
        if self.act == "separate" and pair.shares_number and self.holder not in pair.patients:
            raise Wrong(NO_HOLDER)

    @property
    def day(self) -> datetime | None:
        """When what is postponed comes back: at midnight in Chengdu."""
        try:
            day = date.fromisoformat(self.until)
        except ValueError:
            return None
        found = datetime(day.year, day.month, day.day, tzinfo=CHENGDU)
        return found if timedelta() < found - datetime.now(CHENGDU) <= _LATEST else None

    def ordered(self, pair: Pair) -> tuple[str, str]:
        """Both Patients, first the one that gives a shared number up."""
        one, other = pair.patients
        return (other, one) if self.holder == one else (one, other)


async def pair_page(request: Request, id: str) -> Response:
    """Both records as they are today."""

    async def show(visit: Visit) -> Response:
        visit.compare()
        visit.note(reason="compare")
        pair = await pair_of(visit, request, id)
        if pair.match is not None:
            visit.note(reason=PROPOSED)
        return await _page(request, visit, pair, Asked())

    return await visited(request, STEWARD, show)


async def decide(request: Request, id: str) -> Response:
    """Ask what follows, then do it."""

    async def show(visit: Visit) -> Response:
        visit.compare()
        visit.note(reason="compare")
        pair, asked = await pair_of(visit, request, id), await _asked(request)
        try:
            asked.checked(pair)
            if asked.act in _CONFIRMED and not asked.confirmed:
                return await _confirmation(request, visit, pair, asked)
            await _done(visit, pair, asked)
        except Wrong as wrong:
            return await _page(request, visit, pair, asked, wrong)
        return see_other(pair.address)

    return await visited(request, STEWARD, show, form=True)


async def _asked(request: Request) -> Asked:
    form = {name: str(value).strip()[:_LONGEST] for name, value in (await request.form()).items()}
    told = {name: form.get(name, "") for name in ("act", "reason", "until", "holder", "seen")}
    return Asked(**told, confirmed=form.get("confirmed") == "1")


async def _done(visit: Visit, pair: Pair, asked: Asked) -> None:
    """Recorded first; then done. His words may name the other: they stay, sealed, with the pair."""
    visit.note(interaction=Interaction.UPDATE, reason=asked.act)
    await visit.record_ahead()
    review, by = visit.platform.store.clerical_review, visit.principal.id
    why = await sealed(visit.platform.store.vault, asked.reason)
    one, other = asked.ordered(pair)
    seen = len(pair.match.words) if pair.match else 0
    try:
        if asked.act == "postpone":
            assert asked.day is not None
            await review.postpone(one, other, asked.day, by, why, seen)
        else:
            acts = {"link": review.link, "separate": review.separate, "reopen": review.reopen}
            await acts[asked.act](one, other, by, why, seen)
    except Refusal as refusal:
        if refusal.fault not in (Fault.CONFLICT, Fault.STALE):
            raise
        stale = refusal.fault is Fault.STALE
        raise Wrong(MEANWHILE if stale else _CONFLICTS[asked.act], 409) from None


async def _page(
    request: Request, visit: Visit, pair: Pair, asked: Asked, wrong: Wrong | None = None
) -> Response:
    return page(
        request,
        "console/persons/templates/pair.html",
        status=wrong.status if wrong else 200,
        reader=visit.reader,
        back=pair.address,
        error=str(wrong) if wrong else None,
        asked=asked,
        waiting=pair.state in WAITING,
        said=await said(visit.platform, pair.match.words if pair.match else ()),
        sides=[await _side(visit, record) for record in (pair.one, pair.other)],
        usual=asked.until or (datetime.now(CHENGDU) + _USUAL).date().isoformat(),
        earliest=(datetime.now(CHENGDU) + timedelta(days=1)).date().isoformat(),
        agreements=AGREEMENTS,
        **_model(pair),
    )


async def _confirmation(request: Request, visit: Visit, pair: Pair, asked: Asked) -> Response:
    return page(
        request,
        "console/persons/templates/confirmation.html",
        reader=visit.reader,
        back=pair.address,
        asked=asked,
        act=ACTS[asked.act],
        sides=[await _side(visit, record) for record in (pair.one, pair.other)],
        keeps=next((each for each in (pair.one, pair.other) if each.reference == asked.holder), None),
        merged=pair.state is State.LINKED,
        **_model(pair),
    )


def _model(pair: Pair) -> dict[str, Any]:
    return {"home": HOME, "pair": pair, "acts": ACTS, "state": STATES[pair.state]}


@dataclass(frozen=True, slots=True)
class Side:
    """A record, what hangs on it, whether it speaks of twins, and the person that it belongs to today."""

    record: Record
    holdings: Holdings
    twin: str | None
    person: Person


async def _side(visit: Visit, record: Record) -> Side:
    found = await holdings(visit.context, record.reference)
    return Side(record, found, twin(record), await person_of(visit, record))
