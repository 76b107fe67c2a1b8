"""Audit records of log-ins: written before the page that they speak of leaves."""

from starlette.requests import Request

from auth.audit.record import NOBODY, Agent, AuditRecord, Interaction, Outcome
from auth.login.log_in import LogInRefused
from services.portal.errors import reference_of
from services.portal.visit import platform_of


async def record(
    request: Request,
    agent: Agent,
    interaction: Interaction,
    outcome: Outcome = Outcome.SUCCESS,
    reason: str | None = None,
) -> None:
    """Record one event of a log-in."""
    peer = request.client.host if request.client else None
    await platform_of(request).recorder.record(
        AuditRecord(
            agent=agent,
            interaction=interaction,
            outcome=outcome,
            reason=reason,
            peer=peer,
            request=reference_of(request),
        )
    )


async def record_refusal(request: Request, refused: LogInRefused) -> None:
    """Record that a log-in did not go on, and why."""
    await record(request, NOBODY, Interaction.LOG_IN, Outcome.REFUSED, refused.reason.value)
