"""Web sessions: from a cookie's token to a Principal, with an idle and an absolute end.

NIST SP 800-63B section 2.2.3; OWASP session management. The token is new at every log-in.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from auth import moment, secret
from auth.principal import Kind, Principal
from auth.roles import STAFF, Role
from auth.store import accounts, sessions
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.sessions import SessionRecord

ABSOLUTE = timedelta(hours=12)
IDLE = {True: timedelta(minutes=15), False: timedelta(minutes=30)}
"""By whether the session's role is a staff role."""

_TOUCHED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class WebSession:
    """An open session: who it is, and the token that its forms must carry."""

    principal: Principal
    csrf: str


async def start(database: Database, account: AccountRecord, replaces: str | None = None) -> str:
    """A new session's token for the cookie; the session `replaces` (the cookie that came along) ends."""
    if replaces:
        await sessions.end(database, replaces)
    token, now = secret.new(), moment.now()
    role = account.roles[0].value
    await sessions.insert(database, token, SessionRecord(account.id, role, now, now, now + ABSOLUTE))
    return token


async def resume(database: Database, token: str | None) -> WebSession | None:
    """The open session of a cookie's token; None when there is none, it is over or its account is locked."""
    session = await sessions.find(database, token) if token else None
    if token is None or session is None:
        return None
    now = moment.now()
    role = Role(session.role)
    if session.expires <= now or session.seen + IDLE[role in STAFF] <= now:
        await sessions.end(database, token)
        return None
    account = await accounts.by_id(database, session.account)
    if account is None or account.disabled or role not in account.roles:
        return None
    if session.seen + _TOUCHED <= now:
        await sessions.touch(database, token)
    return WebSession(_principal(account, role, token), csrf(token))


async def end(database: Database, token: str) -> None:
    """Log out."""
    await sessions.end(database, token)


def csrf(token: str) -> str:
    """The token that a session's forms carry; it follows from the cookie's and does not reveal it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def csrf_matches(token: str, given: str) -> bool:
    """Does a form carry the right token? In constant time."""
    return hmac.compare_digest(csrf(token).encode(), given.encode("utf-8", "surrogatepass"))


def _principal(account: AccountRecord, role: Role, token: str) -> Principal:
    return Principal(
        kind=Kind.PERSON,
        id=account.id,
        name=account.name,
        role=role,
        organization=account.organization,
        practitioner=account.practitioner,
        patient=account.patient,
        session=secret.digest(token)[:32],
    )
