"""Hats: a person acts under one of his posts, as the resident that he is, or for another; never as two.

FHIR R4 PractitionerRole, Patient and RelatedPerson. A hat is named by its post or proxy, or RESIDENT.
"""

from dataclasses import dataclass
from datetime import datetime

from auth import moment
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.accounts import AccountRecord
from auth.store.posts import Post
from auth.store.proxies import Proxy

RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Hat:
    """What an account may act as: its name, its role, and the post behind it (None for a resident), or the
    proxy of one who looks at another's file."""

    id: str
    role: Role
    post: Post | None
    proxy: Proxy | None = None


def hats(account: AccountRecord, at: datetime | None = None) -> list[Hat]:
    """The hats that the account may wear at a moment (now): none where it is disabled."""
    if account.disabled:
        return []
    now = at or moment.now()
    worn = [Hat(post.id, post.role, post) for post in account.posts if post.held(now)]
    own = [Hat(RESIDENT, Role.RESIDENT, None)] if account.patient else []
    held = [each for each in account.proxies if each.held(now)]
    return [*worn, *own, *map(of_proxy, held)]


def of_proxy(proxy: Proxy) -> Hat:
    """The hat of one who looks at another's file."""
    return Hat(proxy.id, Role.RESIDENT, None, proxy)


def hat(account: AccountRecord, id: str) -> Hat | None:
    """The hat of this name, while it may be worn."""
    return next((each for each in hats(account) if each.id == id), None)


def principal(
    account: AccountRecord, worn: Hat, *, amr: tuple[str, ...] = (), session: str | None = None
) -> Principal:
    """Who the account is under a hat: a doctor is never his own patient, a resident never a doctor."""
    post, proxy = worn.post, worn.proxy
    return Principal(
        kind=Kind.PERSON,
        id=account.id,
        name=account.name,
        role=worn.role,
        organization=post.organization if post else None,
        practitioner=post.practitioner if post else None,
        patient=proxy.patient if proxy else None if post else account.patient,
        proxy=proxy.kind if proxy else None,
        related=_registered(account, proxy) if proxy else frozenset(),
        amr=amr,
        session=session,
    )


def _registered(account: AccountRecord, proxy: Proxy) -> frozenset[str]:
    """As whom he looks: one who was registered twice is still one person."""
    if proxy.related is None:
        return frozenset()
    now = moment.now()
    held = (each.related for each in account.proxies if each.related and each.held(now))
    return frozenset({proxy.related, *held})
