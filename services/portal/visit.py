"""A visit to a page: who it is, what they may read, and the audit record before the page leaves.

Design section 4. Pages have no back door: they read through `fhir.interactions` under `auth.access`, and a
page whose record cannot be written is not shown.
"""

import uuid
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.access import AccessOf
from auth.access.vouching import vouched
from auth.access.written import check_written
from auth.audit.purpose import FAMILY, RECORDS, TREATMENT
from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from auth.login.sessions import WebSession, displaced, resume, stripped
from auth.principal import Principal, Proxied
from auth.roles import DUTIES, Role
from fhir.interactions.context import Context, Trail
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.store.projection import Session
from fhir.summary.patient import names_of
from fhir.summary.reading import patient_of
from services.platform import Platform
from services.portal import csrf
from services.portal.ended import written_page
from services.portal.errors import EXPIRED_FORM, error_page, failed, reference_of, refused_page
from services.portal.management import reaches_console
from services.portal.page import Reader, see_other

_PURPOSES = {Role.CLINICIAN: TREATMENT, Role.RESIDENT: "PATRQT"}

_SHOWN_AGAIN = {each.status: each.name.lower() for each in (Fault.CONFLICT, Fault.INVALID)}
"""Why a form is shown again, where its page says no more."""


@dataclass(slots=True)
class Visit:
    """One request of a reader who is logged in; what is set here stands in the audit record."""

    platform: Platform
    session: WebSession
    access: AccessOf
    context: Context
    record: AuditRecord
    ahead: Outcome | None = None
    """The outcome that was recorded before it was known (`record_ahead`)."""
    about: str | None = None

    @property
    def principal(self) -> Principal:
        """Who it is."""
        return self.session.principal

    @property
    def reader(self) -> Reader:
        """What the head of the page shows."""
        post = self.session.hat.post
        return Reader(
            self.principal.name,
            str(self.principal.role),
            several=len(self.session.hats) > 1,
            administrator=post is not None and post.administrator,
            about=self.about,
            proxy=self.principal.proxy,
            idle=round(self.session.idle.total_seconds()),
            shared=self.session.shared,
        )

    def attend(self, patient: str) -> None:
        """From here on a privacy officer may write down what this resident says."""
        who = replace(self.principal, attends=patient)
        self.context = replace(context_of(self.platform, who), trail=self.context.trail)

    def compare(self) -> None:
        """From here on a steward may look at who Patients are, to say which are one person."""
        who = replace(self.principal, compares=True)
        self.context = replace(context_of(self.platform, who), trail=self.context.trail)
        self.note(purpose=RECORDS)

    def move(self) -> None:
        """From here on a steward may move what was filed under the wrong Patient."""
        who = replace(self.principal, moves=True)
        self.context = replace(context_of(self.platform, who), trail=self.context.trail)

    def note(self, **known: object) -> None:
        """Say more in the audit record: its interaction, type, entity, reason."""
        self.record = replace(self.record, **known)  # type: ignore[arg-type]

    async def record_ahead(self) -> None:
        """Record what is about to be done; a NotRecordedError where that fails, and then it must not be done.

        Once for a visit. What becomes of it is recorded again only where it is something else.
        """
        if self.ahead is None:
            await self.platform.recorder.record(self.record)
            self.ahead = self.record.outcome

    async def record_end(self, outcome: Outcome) -> None:
        """Record what became of the visit; what was read in an emergency under that purpose."""
        if self.ahead is outcome:
            return
        patients = self.context.trail.patients | set(self.record.patients)
        self.note(patients=tuple(sorted(patients)), outcome=outcome, masked=self.context.trail.masked)
        if self.ahead is not None:
            self.note(id=str(uuid.uuid4()))
        for each in await self.access.parted(self.record):
            await self.platform.recorder.record(each)


Show = Callable[[Visit], Awaitable[Response]]


def platform_of(request: Request) -> Platform:
    """The platform of this process."""
    platform: Platform = request.app.state.platform
    return platform


async def visited(
    request: Request,
    roles: Collection[Role],
    show: Show,
    *,
    form: bool = False,
    type: str | None = "Patient",
    interaction: Interaction = Interaction.VIEW,
    proxies: Collection[Proxied] = (),
) -> Response:
    """The page of `show` for a reader of one of `roles`, recorded whatever becomes of it.

    Of those who look at another's file only these `proxies` see it.
    """
    try:
        return await _visited(request, roles, show, form, type, interaction, proxies)
    finally:
        await request.close()


async def _visited(
    request: Request,
    roles: Collection[Role],
    show: Show,
    form: bool,
    type: str | None,
    interaction: Interaction,
    proxies: Collection[Proxied],
) -> Response:
    platform, token = platform_of(request), request.cookies.get(csrf.SESSION_COOKIE)
    session = await resume(platform.database, token)
    if session is None:
        written = await written_page(request) if form else None
        return written or _to_log_in(request, await _why(platform, token))
    visit = _visit(request, platform, session, type, interaction)
    if form and not csrf.accepted(request, str((await request.form()).get("csrf", ""))):
        return error_page(request, EXPIRED_FORM, reader=visit.reader)
    response = await _shown(request, roles, visit, show, proxies)
    try:
        await visit.record_end(Outcome.of_status(response.status_code))
    except Exception as error:
        return failed(request, error, reader=visit.reader)
    return response


async def _shown(
    request: Request, roles: Collection[Role], visit: Visit, show: Show, proxies: Collection[Proxied]
) -> Response:
    if visit.principal.role in DUTIES and not reaches_console(request):
        visit.note(reason="network")
        return error_page(request, 404)
    proxy = visit.principal.proxy
    try:
        visit.about = await _about(visit)
        if visit.principal.role not in roles or (proxy is not None and proxy not in proxies):
            visit.note(reason="role")
            return error_page(request, 403, reader=visit.reader)
        await visit.platform.limits.request(visit.principal)
        response = await show(visit)
        if visit.record.reason is None:
            visit.note(reason=_SHOWN_AGAIN.get(response.status_code))
        return response
    except Refusal as refusal:
        visit.note(reason=refusal.fault.name.lower())
        return refused_page(request, refusal, reader=visit.reader)
    except Exception as error:
        return failed(request, error, reader=visit.reader)


async def _about(visit: Visit) -> str | None:
    """The name of the resident at whose file a proxy looks."""
    if visit.principal.proxy is None or visit.principal.patient is None:
        return None
    return await name_in(visit.context, visit.principal.patient)


async def name_in(context: Context, patient: str) -> str:
    """What a resident is called, as this reader may read it."""
    return next(iter(names_of(await patient_of(context, patient))), patient.removeprefix("Patient/"))


def context_of(platform: Platform, principal: Principal, access: AccessOf | None = None) -> Context:
    """What `fhir.interactions` needs to read for somebody."""
    return Context(
        store=platform.store,
        access=access or AccessOf(principal, platform.grounds),
        base=platform.settings.fhir_base,
        reader=f"{principal.kind}:{principal.id}",
        trail=Trail(),
        look_up=partial(platform.limits.look_up, principal),
        vouch=partial(_vouch, platform, principal),
        house=principal.organization if principal.role is Role.CLINICIAN else None,
        masks=True,
    )


async def _vouch(
    platform: Platform, principal: Principal, resource: Resource, session: Session | None = None
) -> None:
    await vouched(principal, platform.relations, resource, session)
    if principal.role is Role.CLINICIAN:
        await check_written(principal, platform.store, resource)


def _visit(
    request: Request, platform: Platform, session: WebSession, type: str | None, interaction: Interaction
) -> Visit:
    principal = session.principal
    record = AuditRecord(
        agent=Agent.of(principal),
        interaction=interaction,
        type=type,
        request=reference_of(request),
        purpose=_purpose(principal),
        peer=request.client.host if request.client else None,
    )
    access = AccessOf(principal, platform.grounds)
    return Visit(platform, session, access, context_of(platform, principal, access), record)


async def _why(platform: Platform, token: str | None) -> str:
    """Why there is no session where there was a cookie, for the log-in page to say."""
    if token is None:
        return ""
    if await displaced(platform.database, token):
        return "&displaced=1"
    return "&stripped=1" if await stripped(platform.database, token) else "&expired=1"


def _purpose(principal: Principal) -> str | None:
    return FAMILY if principal.proxy else _PURPOSES.get(principal.role) if principal.role else None


def _to_log_in(request: Request, why: str) -> Response:
    path = quote(request.url.path if request.method in ("GET", "HEAD") else "/")
    response = see_other(f"/login?next={path}{why}")
    response.delete_cookie(csrf.SESSION_COOKIE, path="/")
    return response
