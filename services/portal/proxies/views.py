"""The resident's proxies: whom he lets see his file, what he may see himself, and the switch between files.

A resident names a login and hands the code on to whoever owns it; nothing here tells whether there is such a
login.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.purpose import FAMILY
from auth.audit.record import Agent, Interaction
from auth.principal import Proxied
from auth.roles import Role
from auth.store import proxies
from auth.store.accounts import folded
from auth.store.posts import end_of
from auth.store.proxies import Invitation
from fhir.outcome import Fault, Refusal
from services.portal.catalogue import mark
from services.portal.page import page, see_other
from services.portal.proxies.presenters import KINDS, already, lines, offers
from services.portal.proxies.whose import acting, whose
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited

HOME = "/resident/proxies"
NAMED = (Proxied.ADULT, Proxied.HELP_DESK)
"""What a resident may let somebody be; a parent is registered by an officer."""
_LONGEST = 64


class WrongProxy(ValueError):
    """What was filled in can't be done; the text is a msgid."""


@dataclass(frozen=True, slots=True)
class Given:
    """A new code, for the login as it was typed; does it take the place of one that nobody has used?"""

    code: str
    login: str
    expires: datetime
    replaces: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file that the reader may look at: the hat for it, whose it is, as what, until when."""

    hat: str
    name: str
    kind: str
    until: datetime | None
    born: int | None = None
    """The year: a parent's children may have one name."""


async def proxies_page(request: Request) -> Response:
    """Who may see my file, and whose I may see."""

    async def show(visit: Visit) -> Response:
        return await _page(request, visit)

    return await visited(request, (Role.RESIDENT,), show, type="RelatedPerson")


async def act(request: Request) -> Response:
    """Name somebody, take it back, or accept what another has offered."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        what = str(form.get("act", ""))
        visit.note(reason=f"proxy: {what if what in _ACTS else 'unknown'}")
        if what not in _ACTS:
            raise Refusal(Fault.INVALID, "no such action")
        try:
            given = await _ACTS[what](visit, form)
        except WrongProxy as wrong:
            visit.note(reason="invalid")
            return await _page(request, visit, error=str(wrong), typed=form)
        return await _page(request, visit, given=given) if given else see_other(HOME)

    return await visited(
        request, (Role.RESIDENT,), show, form=True, type="RelatedPerson", interaction=Interaction.CONFIGURE
    )


async def _invite(visit: Visit, form: FormData) -> Given:
    kind = next((each for each in NAMED if each == form.get("kind")), None)
    typed = str(form.get("login", "")).strip()[:_LONGEST]
    database, login = visit.platform.database, folded(typed)
    if kind is None or not login:
        raise WrongProxy(mark("请写上对方的账号，并选择代看的方式。"))
    if login == visit.session.account.login:
        raise WrongProxy(mark("这是您自己的账号。"))
    own = await _own(visit)
    if already(await proxies.of_patients(database, own), login, kind):
        raise WrongProxy(mark("这个账号已经可以代您看，不用再取确认码。"))
    invitation = Invitation(
        login,
        kind,
        own_patient(visit),
        last_moment(form),
        visit.principal.id,
        moment.now() + proxies.INVITATION,
    )
    visit.note(patients=(invitation.patient,), entity=invitation.patient)
    await visit.record_ahead()
    replaces = await proxies.recall(database, own, login)
    return Given(await proxies.invite(database, invitation), typed, invitation.expires, replaces)


async def _accept(visit: Visit, form: FormData) -> None:
    database, account = visit.platform.database, visit.session.account
    code = str(form.get("code", ""))[:_LONGEST]
    invitation = await proxies.accept(database, account.login, code)
    if invitation is None:
        raise WrongProxy(mark("这个确认码不对或已过期。"))
    made = proxies.fresh(invitation.kind, invitation.patient, invitation.by, invitation.until)
    visit.note(
        agent=Agent.of(acting(account, made, visit.principal.session)),
        purpose=FAMILY,
        patients=(invitation.patient,),
        entity=invitation.patient,
        reason=f"proxy accepted: {made.id}",
    )
    await visit.record_ahead()
    await proxies.add(database, account.id, made)


async def _end(visit: Visit, form: FormData) -> None:
    ended = await proxies.end(visit.platform.database, await _own(visit), str(form.get("id", "")))
    if ended is None:
        raise Refusal(Fault.NOT_FOUND, "no such proxy lasts")
    patient = ended.proxy.patient
    visit.note(patients=(patient,), entity=patient, reason=f"proxy ended: {ended.proxy.id}")


async def _recall(visit: Visit, form: FormData) -> None:
    visit.note(patients=(own_patient(visit),), entity=own_patient(visit))
    await proxies.recall(visit.platform.database, await _own(visit), str(form.get("login", "")))


_ACTS: dict[str, Callable[[Visit, FormData], Awaitable[Given | None]]] = {
    "invite": _invite,
    "accept": _accept,
    "end": _end,
    "recall": _recall,
}


async def _own(visit: Visit) -> Sequence[str]:
    """All source Patients of the reader."""
    patient = own_patient(visit)
    return (await visit.platform.relations.persons([patient]))[patient]


def last_moment(form: FormData) -> datetime | None:
    """The moment at which the last day that was filled in is over; None for no end.

    WrongProxy where it is past.
    """
    text = str(form.get("until", "")).strip()
    if not text:
        return None
    try:
        until = end_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        raise WrongProxy(mark("请把最后一天写成 2026-12-31 这样。")) from None
    if until <= moment.now():
        raise WrongProxy(mark("最后一天不能在今天以前。"))
    return until


async def _page(
    request: Request,
    visit: Visit,
    *,
    error: str | None = None,
    typed: FormData | None = None,
    given: Given | None = None,
) -> Response:
    own = await _own(visit)
    visit.note(patients=(*visit.record.patients, own_patient(visit)))
    return page(
        request,
        "proxies/templates/mine.html",
        status=422 if error else 200,
        reader=visit.reader,
        back=HOME,
        lines=lines(await proxies.of_patients(visit.platform.database, own)),
        offered=offers(await proxies.offered(visit.platform.database, own)),
        files=await _files(request, visit),
        kinds={kind: KINDS[kind] for kind in NAMED},
        error=error,
        typed=typed or {},
        given=given,
        login=visit.session.account.login,
    )


async def _files(request: Request, visit: Visit) -> list[File]:
    """Whose files the reader may look at."""
    found, account = [], visit.session.account
    for proxy in (each.proxy for each in visit.session.hats if each.proxy is not None):
        one = await whose(request, account, proxy, visit.principal.session)
        found.append(File(proxy.id, one.name, KINDS[proxy.kind], proxy.until, one.born))
    return found
