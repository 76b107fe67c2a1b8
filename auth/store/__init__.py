"""Stores of access: clients, tokens, assertions, accounts, sessions, attempts, relations, audit.

Each module creates its own indexes; a differing index of the same name is an error at start.
"""

from auth.store import (
    accounts,
    assertions,
    attempts,
    audit,
    clients,
    consents,
    directory,
    emergencies,
    first_steps,
    relations,
    reviews,
    sessions,
    tokens,
)
from auth.store.database import Database

__all__ = [
    "accounts",
    "assertions",
    "attempts",
    "audit",
    "clients",
    "consents",
    "directory",
    "emergencies",
    "ensure_indexes",
    "first_steps",
    "relations",
    "reviews",
    "sessions",
    "tokens",
]

_STORES = (
    accounts,
    assertions,
    attempts,
    audit,
    clients,
    consents,
    directory,
    emergencies,
    first_steps,
    relations,
    reviews,
    sessions,
    tokens,
)


async def ensure_indexes(database: Database) -> None:
    """Create what is missing and check what is there, for all stores of access."""
    for store in _STORES:
        await store.ensure_indexes(database)
