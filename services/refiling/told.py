"""Who is told: whoever has seen in the wrong file what was moved, as the audit shows it.

A record names the resource that was read by itself; of a page, a search, a bundle it tells whose file it
showed. Whoever may have seen it among others is told too: better one notice too many than a result relied on.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from auth.audit.archive import Archive, Span
from auth.audit.record import AuditRecord, Interaction, Outcome
from auth.roles import Role
from auth.store.moves import Move, Moves, System

_PAGE = 500
_UNDER_WAY = timedelta(seconds=5)
"""A read that began before the move may have been recorded after it."""
_ALONE = frozenset({Interaction.READ, Interaction.VREAD})
_OF_FILES = frozenset({
    Interaction.SEARCH, Interaction.HISTORY, Interaction.OPERATION, Interaction.BATCH,
    Interaction.TRANSACTION, Interaction.VIEW,
})  # fmt: skip
_FURTHER = ("_include", "_revinclude", "$everything", "$document", "/*")
_READERS = frozenset({Role.CLINICIAN.value, Role.RESIDENT.value})


async def tell(archive: Archive, moves: Moves, move: Move) -> None:
    """Tell everybody who has seen it since it was filed."""
    accounts, systems = dict[str, datetime](), dict[str, System]()
    span, after = Span(frozenset(move.persons), since=move.filed), None
    while True:
        records, after = await archive.look_through(span, _PAGE, after, lambda record: saw(record, move))
        for record in records:
            agent = record.agent
            if agent.role in _READERS:
                accounts.setdefault(agent.id, record.moment)
            elif agent.kind == "system":
                systems.setdefault(agent.id, System(agent.id, agent.name, record.moment))
        if after is None:
            break
    await moves.tell(move, accounts, sorted(systems.values(), key=lambda each: each.last, reverse=True))


def saw(record: AuditRecord, move: Move) -> bool:
    """Has the record's agent, who was answered, seen what was moved, or may he have seen it?"""
    agent = record.agent
    own = agent.patient in move.persons and agent.role == Role.RESIDENT
    if own or record.outcome is not Outcome.SUCCESS or record.moment > move.moment + _UNDER_WAY:
        return False
    if any(
        set(part.patients) & set(move.persons) and _of(part.entity, part.query, move) for part in record.parts
    ):
        return True
    if record.interaction in _ALONE:
        return _named(record.entity, move.references)
    return record.interaction in _OF_FILES and not record.parts and _shows(record, move)


def _shows(record: AuditRecord, move: Move) -> bool:
    if record.interaction is Interaction.VIEW:
        return record.type == "Patient"
    return _of(record.entity, record.query, move, record.type)


def _of(entity: str | None, query: str | None, move: Move, type: str | None = None) -> bool:
    """Does an answer hold resources of the kinds that were moved?"""
    if _named(entity, move.references):
        return True
    asked = f"{entity or ''} {query or ''}".strip()
    first = asked.partition("?")[0].partition("/")[0]
    types = {each.partition("/")[0] for each in move.references}
    if first in ("", "_history") or type in types or first in types:
        return True
    return any(each in asked for each in (*_FURTHER, *(f"/{each}" for each in types)))


def _named(entity: str | None, references: Collection[str]) -> bool:
    return (entity or "").partition("/_history")[0] in references
