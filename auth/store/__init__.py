"""Stores of access: who may log in, which apps and systems may ask, what was granted, and the audit.

Each module creates its own indexes; a differing index of the same name is an error at start.
"""

from auth.store import (
    accounts,
    assertions,
    attempts,
    audit,
    authorization_requests,
    authorizations,
    cases,
    clients,
    codes,
    consents,
    deaths,
    directory,
    emergencies,
    first_steps,
    grants,
    launches,
    moves,
    note_drafts,
    notice_choices,
    permissions,
    practices,
    proxies,
    quotas,
    refresh_tokens,
    registrations,
    relations,
    reviews,
    sessions,
    shares,
    signing_keys,
    tokens,
)
from auth.store.database import Database

__all__ = ["ensure_indexes"]

_STORES = (
    accounts,
    assertions,
    attempts,
    audit,
    authorization_requests,
    authorizations,
    cases,
    clients,
    consents,
    codes,
    deaths,
    directory,
    emergencies,
    first_steps,
    grants,
    launches,
    moves,
    note_drafts,
    notice_choices,
    permissions,
    practices,
    proxies,
    quotas,
    refresh_tokens,
    registrations,
    relations,
    reviews,
    sessions,
    shares,
    signing_keys,
    tokens,
)


async def ensure_indexes(database: Database) -> None:
    """Create what is missing and check what is there, for all stores of access."""
    for store in _STORES:
        await store.ensure_indexes(database)
