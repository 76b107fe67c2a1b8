"""Web sessions: from a cookie's token to a Principal, with an idle and an absolute end.

NIST SP 800-63B section 2.2.3; OWASP session management. The token is new at every log-in and at every change
of hats. `auth.store.sessions` is the one place where a session's end is known.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from auth import moment, secret
from auth.login import hats
from auth.login.hats import Hat
from auth.principal import Principal
from auth.roles import STAFF, Role
from auth.store import accounts, sessions
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.sessions import SessionRecord

ABSOLUTE = timedelta(hours=12)
IDLE = {True: timedelta(minutes=15), False: timedelta(minutes=30)}
"""By whether the session's role is a staff role; a shared device has its own, shorter one."""

FACTORS = frozenset({"otp", "hwk"})
"""Methods (RFC 8176) that are a second factor here: a time-based code, a passkey."""

_TOUCHED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class WebSession:
    """An open session: who it is, the hat he wears and could wear, and the token that its forms must carry.

    `proved` is when he last proved who he is. After `idle` without use it ends; sooner on a device that is
    `shared`.
    """

    principal: Principal
    csrf: str
    account: AccountRecord
    hat: Hat
    proved: datetime
    idle: timedelta
    shared: bool = False

    @property
    def hats(self) -> list[Hat]:
        """What he may act as now."""
        return hats.hats(self.account)


async def start(
    database: Database,
    account: AccountRecord,
    replaces: str | None = None,
    *,
    hat: str | None = None,
    amr: tuple[str, ...] = ("pwd",),
    at_once: int = sessions.AT_ONCE,
) -> str:
    """A new session's token for the cookie, under `hat` (the first one when None).

    The session `replaces` (the cookie that came along) ends, and so does the account's oldest where more than
    `at_once` are open. ValueError when the hat can't be worn.
    """
    now = moment.now()
    worn = _worn(account, hat)
    record = SessionRecord(account.id, worn.id, worn.role.value, now, now, now + ABSOLUTE, amr, now)
    return await _replace(database, record, replaces, at_once)


async def switch(database: Database, token: str, hat: str) -> str | None:
    """Put on another hat: the new session's token, while the old session ends; None when it can't be worn.

    The absolute end stays where it was.
    """
    session, record = await resume(database, token), await sessions.find(database, token)
    worn = hats.hat(session.account, hat) if session else None
    if record is None or worn is None:
        return None
    changed = SessionRecord(
        record.account,
        worn.id,
        worn.role.value,
        moment.now(),
        moment.now(),
        record.expires,
        record.amr,
        record.proved,
        record.idle_minutes,
    )
    return await _replace(database, changed, token)


async def resume(database: Database, token: str | None) -> WebSession | None:
    """The open session of a cookie's token; None when there is none, it is over or its hat has been taken."""
    session = await sessions.find(database, token) if token else None
    if token is None or session is None:
        return None
    now = moment.now()
    if session.expires <= now or session.seen + _idle(session) <= now:
        await sessions.end(database, token)
        return None
    account = await accounts.by_id(database, session.account)
    worn = hats.hat(account, session.hat) if account else None
    if account is None or worn is None:
        await (sessions.strip if account and not account.disabled else sessions.end)(database, token)
        return None
    if session.seen + _TOUCHED <= now:
        await sessions.touch(database, token)
    who = hats.principal(account, worn, amr=session.amr, session=sessions.name(token))
    shared = session.idle_minutes is not None
    return WebSession(who, csrf(token), account, worn, session.proved, _idle(session), shared)


def proved(session: WebSession, within: timedelta) -> bool:
    """Has he proved who he is (with a password at least) in the last `within`?"""
    return session.proved + within > moment.now()


def stepped_up(session: WebSession, within: timedelta) -> bool:
    """Has he shown a second factor in the last `within`? Otherwise /login/again asks for it."""
    factor = session.account.has_factor and not FACTORS.isdisjoint(session.principal.amr)
    return factor and proved(session, within)


def name_of(token: str) -> str:
    """What the session of a token is called in the audit; it opens nothing."""
    return sessions.name(token)


async def share(database: Database, token: str, minutes: int) -> None:
    """The session is on a device that people share: it ends after so many idle minutes."""
    await sessions.share(database, token, minutes)


async def displaced(database: Database, token: str) -> bool:
    """Is the session over because its account began too many others?"""
    return await sessions.displaced(database, token)


async def stripped(database: Database, token: str) -> bool:
    """Is the session over because its hat was taken away, or ran out?"""
    return await sessions.stripped(database, token)


async def end(database: Database, token: str) -> None:
    """Log out."""
    await sessions.end(database, token)


def csrf(token: str) -> str:
    """The token that a session's forms carry; it follows from the cookie's and does not reveal it."""
    return hmac.new(token.encode("utf-8", "surrogatepass"), b"csrf", hashlib.sha256).hexdigest()


def csrf_matches(token: str, given: str) -> bool:
    """Does a form carry the right token? In constant time."""
    return hmac.compare_digest(csrf(token).encode(), given.encode("utf-8", "surrogatepass"))


def _worn(account: AccountRecord, hat: str | None) -> Hat:
    possible = hats.hats(account)
    found = next((each for each in possible if hat in (None, each.id)), None)
    if found is None:
        raise ValueError("the account can't wear this hat")
    return found


def _idle(session: SessionRecord) -> timedelta:
    usual = IDLE[Role(session.role) in STAFF]
    shared = session.idle_minutes
    return usual if shared is None else min(usual, timedelta(minutes=shared))


async def _replace(
    database: Database, record: SessionRecord, replaces: str | None, at_once: int = sessions.AT_ONCE
) -> str:
    if replaces:
        await sessions.end(database, replaces)
    token = secret.new()
    await sessions.insert(database, token, record, at_once)
    return token
