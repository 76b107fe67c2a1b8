"""One audited request: who asks, what is done, and the audit record before the reply leaves.

Design, section 4. A request that can't be recorded is not answered.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from auth.access import AccessOf
from auth.access.vouching import vouched
from auth.audit.purpose import apart
from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome, Part
from auth.principal import Principal
from auth.store.database import Session
from auth.tokens import authenticate
from fhir.interactions.context import Context, Rules, Trail
from fhir.outcome import Refusal
from fhir.resource import too_deep
from services.api.body import form_parameters, is_form
from services.api.negotiation import Wish, wish
from services.platform import Platform

Run = Callable[[Context, Wish], Awaitable[Response]]


async def audited(
    request: Request,
    interaction: Interaction | Callable[[], Interaction],
    type: str,
    run: Run,
    *,
    any_format: bool = False,
) -> Response:
    """The reply of `run` to the principal of the request, recorded whatever becomes of it.

    `interaction` may be a function where `run` finds out which it is. With `any_format` the handler sees to
    the format of its reply itself (Binary).
    """
    platform: Platform = request.app.state.platform
    agent, trail, status, reason, access = NOBODY, Trail(), 500, None, None
    try:
        principal = await authenticate(
            platform.tokens, request.headers.getlist("authorization"), request.query_params.keys()
        )
        agent, access = Agent.of(principal), AccessOf(principal, platform.grounds)
        request.state.regional = principal.regional
        await platform.limits.request(principal)
        form = request.state.form = await form_parameters(request) if is_form(request) else []
        asked = wish(request, form, any_format=any_format)
        reply = await run(_context(platform, principal, access, trail), asked)
        status = reply.status_code
    except Refusal as refusal:
        status, reason = refusal.status, refusal.fault.name.lower()
        raise
    except RecursionError:
        status, reason = 400, "malformed"
        raise too_deep() from None
    finally:
        record = AuditRecord(
            agent=agent,
            interaction=interaction() if callable(interaction) else interaction,
            type=type,
            patients=tuple(sorted(trail.patients)),
            entity=trail.entity,
            query=trail.query,
            outcome=_outcome(status, trail),
            reason=reason,
            parts=tuple(_part(each) for each in trail.parts),
            peer=request.client.host if request.client else None,
            request=request.state.request_id,
        )
        for each in apart(record, _hidden(trail), masked=True):
            await _record(platform, each, access)
    return reply


async def _record(platform: Platform, record: AuditRecord, access: AccessOf | None) -> None:
    for each in await access.parted(record) if access else [record]:
        await platform.recorder.record(each)


def _hidden(trail: Trail) -> set[str]:
    """The Patients of whose files a part was hidden: of a Bundle those of the entries that hid it."""
    return {patient for each in (trail, *trail.parts) if each.masked for patient in each.patients}


def _outcome(status: int, trail: Trail) -> Outcome:
    """A Bundle of which a part was refused is no plain success."""
    found = Outcome.of_status(status)
    partly = found is Outcome.SUCCESS and any(each.refused for each in trail.parts)
    return Outcome.REFUSED if partly else found


def _part(trail: Trail) -> Part:
    return Part(sorted(trail.patients), trail.entity, trail.query, trail.refused)


def _context(platform: Platform, principal: Principal, access: AccessOf, trail: Trail) -> Context:
    async def relate(session: Session, patient: str) -> None:
        if principal.organization is not None and not principal.regional:
            await platform.relations.register(session, patient, principal.organization, principal.id)

    return Context(
        store=platform.store,
        access=access,
        base=platform.settings.fhir_base,
        reader=f"{principal.kind}:{principal.id}",
        house=None if principal.regional else principal.organization,
        trail=trail,
        relate=relate,
        vouch=partial(vouched, principal, platform.relations),
        look_up=partial(platform.limits.look_up, principal),
        rules=rules_of(platform),
        linked=principal.linked,
        # What a granular scope leaves out is not hidden.
        masks=not any(each.query for each in principal.scopes),
    )


def rules_of(platform: Platform) -> Rules:
    """What the site has decided about writes."""
    settings = platform.settings
    return Rules(
        integrity=settings.referential_integrity == "enforce",
        match_required=settings.require_if_match,
        most_deleted=settings.conditional_delete_limit,
    )
