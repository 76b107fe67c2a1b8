"""View: what a resident may see of a record about him, and the salted hashes that bind the chain to it.

The body of a record is sealed and may name others; its view is the same for all residents whom it is about.
Whoever holds the text and the salt can check the hash; nobody can guess a text from the hash alone.
"""

import hashlib
from datetime import UTC
from typing import Any

from auth.audit.chain import canonical
from auth.audit.record import AuditRecord
from auth.vault import Vault
from fhir import sm3


def view(record: AuditRecord) -> dict[str, Any]:
    """Who, from where, when, why, what, with what result; no other resident, no account, no address."""
    agent = record.agent
    return {
        "id": record.id,
        "moment": record.moment.astimezone(UTC).isoformat(timespec="milliseconds"),
        "who": {name: getattr(agent, name) for name in ("kind", "name", "role", "organization")},
        "why": record.purpose,
        "what": {"interaction": record.interaction.value, "type": record.type},
        "outcome": record.outcome.value,
    }


def salt(record: AuditRecord, vault: Vault) -> str:
    """The salt of a record's view."""
    return vault.keyed(f"audit view\0{record.id}")


def commitment(record: AuditRecord, vault: Vault) -> tuple[str, str]:
    """SHA-256 and SM3 of the salt and the view."""
    text = salt(record, vault).encode() + canonical(view(record))
    return hashlib.sha256(text).hexdigest(), sm3.hexdigest(text)
