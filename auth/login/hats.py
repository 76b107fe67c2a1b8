"""Hats: a person acts under one of his posts, or as the resident that he is; never as both at once.

FHIR R4 PractitionerRole and Patient. A hat is named by the id of its post, or RESIDENT.
"""

from dataclasses import dataclass
from datetime import datetime

from auth import moment
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.accounts import AccountRecord
from auth.store.posts import Post

RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Hat:
    """What an account may act as: its name, its role, and the post behind it (None for a resident)."""

    id: str
    role: Role
    post: Post | None


def hats(account: AccountRecord, at: datetime | None = None) -> list[Hat]:
    """The hats that the account may wear at a moment (now): none where it is disabled."""
    if account.disabled:
        return []
    now = at or moment.now()
    worn = [Hat(post.id, post.role, post) for post in account.posts if post.held(now)]
    return [*worn, *([Hat(RESIDENT, Role.RESIDENT, None)] if account.patient else [])]


def hat(account: AccountRecord, id: str) -> Hat | None:
    """The hat of this name, while it may be worn."""
    return next((each for each in hats(account) if each.id == id), None)


def principal(
    account: AccountRecord, worn: Hat, *, amr: tuple[str, ...] = (), session: str | None = None
) -> Principal:
    """Who the account is under a hat: a doctor is never his own patient, a resident never a doctor."""
    post = worn.post
    return Principal(
        kind=Kind.PERSON,
        id=account.id,
        name=account.name,
        role=worn.role,
        organization=post.organization if post else None,
        practitioner=post.practitioner if post else None,
        patient=None if post else account.patient,
        amr=amr,
        session=session,
    )
