"""Access log: who has looked at my record, as a resident reads it.

GB/T 39725-2020 section 11.2, PIPL article 44 (the right to know).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from auth.audit.archive import Archive, Span
from auth.audit.record import AuditRecord, Interaction, Outcome


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One look, change or refused attempt; names and role are those of that day."""

    id: str
    moment: datetime
    name: str
    kind: str
    role: str | None
    organization: str | None
    purpose: str | None
    interaction: Interaction
    type: str | None
    result: Outcome
    reason: str | None
    own: bool
    """The resident himself."""
    app: bool = False
    """An app acts for the resident himself, by his permission."""
    proxy: str | None = None
    """As what he looked at the file of the resident, who let him."""
    client: str | None = None
    """The app through which a person looked."""
    practitioner: str | None = None
    masked: bool = False
    """A part of what was asked for was hidden."""
    entity: str | None = None
    """The reference of what was looked at, where it was one thing."""
    by: str = ""
    """The account or client."""


async def for_patients(
    archive: Archive,
    patients: Iterable[str],
    since: datetime | None = None,
    limit: int = 50,
    *,
    until: datetime | None = None,
    others: bool = False,
) -> list[AccessEntry]:
    """The newest `limit` entries about any of `patients`, since <= moment < until, newest first.

    Of `others`: without the resident's own looks; an app that he let in is another.
    """
    own = frozenset(patients)
    found: list[AuditRecord] = []
    rest: str | None = None
    while True:
        records, rest = await archive.look_through(
            Span(own, since, until), limit - len(found), rest, lambda each: not (others and _own(each, own))
        )
        found += records
        if rest is None or len(found) >= limit:
            return [entry(record, own) for record in found]


def entry(record: AuditRecord, own: frozenset[str]) -> AccessEntry:
    """One record as an entry for the resident who is all of `own`."""
    agent = record.agent
    return AccessEntry(
        id=record.id,
        moment=record.moment,
        name=agent.name,
        kind=agent.kind,
        role=agent.role,
        organization=agent.organization,
        purpose=record.purpose,
        interaction=record.interaction,
        type=record.type,
        result=record.outcome,
        reason=record.reason,
        proxy=agent.proxy if agent.represents in own else None,
        own=_own(record, own),
        app=_his(record, own) and agent.client_id is not None,
        client=agent.client_id,
        practitioner=agent.practitioner,
        masked=record.masked and record.outcome is Outcome.SUCCESS,
        entity=record.entity,
        by=agent.id,
    )


def _own(record: AuditRecord, own: frozenset[str]) -> bool:
    return _his(record, own) and record.agent.client_id is None


def _his(record: AuditRecord, own: frozenset[str]) -> bool:
    """Was it done under the resident's own account?"""
    return record.agent.role == "resident" and record.agent.patient in own
