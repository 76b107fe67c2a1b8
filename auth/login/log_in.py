"""Log-in, step by step: password, its change where it was for one time, second factor, session.

NIST SP 800-63B. Between the steps stands a first-step token, which is no session and opens no page.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from auth import moment, secret
from auth.login import factors, password_policy, throttle
from auth.login import sessions as web
from auth.login.passwords import Passwords
from auth.roles import Factor, demanded
from auth.store import accounts, sessions
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.sessions import FirstStep
from auth.vault import Vault

STEP_LIFE = timedelta(minutes=10)


class Step(StrEnum):
    """What is still to be done before there is a session."""

    PASSWORD = "password"  # noqa: S105
    ENROL = "enrol"
    CODE = "code"


class Reason(StrEnum):
    """Why a log-in does not go on."""

    WRONG = "wrong"
    WAIT = "wait"
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105
    OVER = "over"


TEXTS = {
    Reason.WRONG: "the name, the password or the code is wrong",
    Reason.WAIT: "too many failed attempts: try again later",
    Reason.PASSKEY: "this role logs in with a passkey only, and passkeys are not available yet",
    Reason.OVER: "this log-in has taken too long: start again",
}


class LogInRefused(Exception):
    """The log-in does not go on; the same for unknown, locked and mistaken, as far as a stranger sees."""

    def __init__(self, reason: Reason, text: str | None = None, until: datetime | None = None) -> None:
        super().__init__(text or TEXTS[reason])
        self.reason = reason
        self.until = until


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to ask for next; `token` goes into a cookie of its own."""

    step: Step
    token: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Done: `token` goes into the session cookie."""

    account: AccountRecord
    token: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor to enrol: the secret, and the URI for a QR code."""

    secret: str
    uri: str


class LogIn:
    """The log-in of one platform; `cookie` below is the session token that came with the request, if any."""

    def __init__(self, database: Database, vault: Vault, passwords: Passwords) -> None:
        self._database = database
        self._vault = vault
        self._passwords = passwords

    async def begin(
        self, login: str, password: str, address: str, cookie: str | None = None
    ) -> NextStep | SignedIn:
        """Name and password, from a network address. LogInRefused otherwise."""
        until = await throttle.admit(self._database, login, address)
        if until is not None:
            raise LogInRefused(Reason.WAIT, until=until)
        account = await accounts.by_login(self._database, login)
        usable = account is not None and not account.disabled and not _lapsed(account)
        right = await self._passwords.verify(account.password if account and usable else None, password)
        if account is None or not right:
            raise LogInRefused(Reason.WRONG)
        await throttle.succeed(self._database, login, address)
        if self._passwords.outdated(account.password):
            await accounts.rehash(self._database, account, await self._passwords.hash(password))
        return await self._proceed(account, cookie)

    async def change_password(
        self, token: str, password: str, cookie: str | None = None
    ) -> NextStep | SignedIn:
        """Replace the one-time password by the person's own."""
        account = await self._at(token, Step.PASSWORD)
        objection = password_policy.objection(password, account.roles, (account.login, account.name))
        if objection is None and await self._passwords.verify(account.password, password):
            objection = "the new password must differ from the old one"
        if objection:
            raise LogInRefused(Reason.PASSWORD, objection)
        await self._take(token)
        if not await accounts.change_password(self._database, account, await self._passwords.hash(password)):
            raise LogInRefused(Reason.OVER)
        changed = await accounts.by_id(self._database, account.id)
        if changed is None:
            raise LogInRefused(Reason.OVER)
        return await self._proceed(changed, cookie)

    async def offer(self, token: str) -> Offer:
        """The second factor that this log-in has to enrol; the same at every call."""
        account = await self._at(token, Step.ENROL)
        plain = await self._offered(token)
        return Offer(plain, factors.provisioning_uri(plain, account.login))

    async def enrol(self, token: str, code: str, cookie: str | None = None) -> SignedIn:
        """Enrol the offered factor with a first code of it."""
        account = await self._at(token, Step.ENROL)
        await self._admit_code(account)
        plain = await self._offered(token)
        if not await factors.enrol(self._database, self._vault, account, plain, code):
            raise LogInRefused(Reason.WRONG)
        return await self._finish(account, token, cookie)

    async def confirm(self, token: str, code: str, cookie: str | None = None) -> SignedIn:
        """The code of the second factor."""
        account = await self._at(token, Step.CODE)
        await self._admit_code(account)
        if not await factors.verify(self._database, self._vault, account, code):
            raise LogInRefused(Reason.WRONG)
        return await self._finish(account, token, cookie)

    async def _proceed(self, account: AccountRecord, cookie: str | None) -> NextStep | SignedIn:
        factor = demanded(account.roles)
        if factor is Factor.PASSKEY:
            raise LogInRefused(Reason.PASSKEY)
        if account.one_time:
            return await self._next(account, Step.PASSWORD)
        if account.totp is not None:
            return await self._next(account, Step.CODE)
        if factor is Factor.CODE:
            return await self._next(account, Step.ENROL)
        return SignedIn(account, await web.start(self._database, account, cookie))

    async def _next(self, account: AccountRecord, step: Step) -> NextStep:
        token = secret.new()
        sealed = None
        if step is Step.ENROL:
            sealed = await self._vault.seal(factors.OWNER, factors.new_secret().encode())
        first = FirstStep(account.id, step.value, moment.now() + STEP_LIFE, sealed)
        await sessions.insert_step(self._database, token, first)
        return NextStep(step, token)

    async def _at(self, token: str, step: Step) -> AccountRecord:
        first = await sessions.find_step(self._database, token)
        account = await accounts.by_id(self._database, first.account) if first else None
        if first is None or first.step != step or account is None or account.disabled:
            raise LogInRefused(Reason.OVER)
        return account

    async def _offered(self, token: str) -> str:
        first = await sessions.find_step(self._database, token)
        if first is None or first.secret is None:
            raise LogInRefused(Reason.OVER)
        return (await self._vault.open(factors.OWNER, first.secret)).decode()

    async def _admit_code(self, account: AccountRecord) -> None:
        until = await throttle.admit_code(self._database, account.id, account.login)
        if until is not None:
            raise LogInRefused(Reason.WAIT, until=until)

    async def _take(self, token: str) -> None:
        if await sessions.take_step(self._database, token) is None:
            raise LogInRefused(Reason.OVER)

    async def _finish(self, account: AccountRecord, token: str, cookie: str | None) -> SignedIn:
        await self._take(token)
        await throttle.succeed_code(self._database, account.id)
        return SignedIn(account, await web.start(self._database, account, cookie))


def _lapsed(account: AccountRecord) -> bool:
    return account.password_expires is not None and account.password_expires <= moment.now()
