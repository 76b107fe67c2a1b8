"""Log-in, step by step: password, its change where it was for one time, second factor, hat, session.

NIST SP 800-63B. The same steps confirm a session that is open (`again`, `add`): then no new one begins.
"""

import secrets
from datetime import timedelta

from auth import moment, secret
from auth.login import factors, hats, passkeys, password_policy, throttle
from auth.login import sessions as web
from auth.login.hats import Hat
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from auth.login.policy import USUAL, Policy
from auth.login.steps import Confirmed, Done, LogInRefused, NextStep, Offer, Reason, SignedIn, Step
from auth.roles import Factor, demanded
from auth.store import accounts, first_steps, sessions
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.first_steps import FirstStep
from auth.vault import Vault

__all__ = ["Confirmed", "Done", "LogIn", "LogInRefused", "NextStep", "Offer", "Reason", "SignedIn", "Step"]

STEP_LIFE, STEP_MOST = timedelta(minutes=10), timedelta(minutes=30)
"""How long a step waits for whoever does not answer, and for whoever says that he is still there."""
FRESH = timedelta(minutes=10)
"""How long ago someone may have proved who he is who changes his factors."""


class LogIn:
    """The log-in of one platform; `cookie` below is the session token that came with the request, if any."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        passwords: Passwords,
        party: RelyingParty,
        policy: Policy = USUAL,
    ) -> None:
        self._database = database
        self._vault = vault
        self._passwords = passwords
        self._party = party
        self._policy = policy

    async def begin(self, login: str, password: str, address: str, cookie: str | None = None) -> Done:
        """Name and password, from a network address. LogInRefused otherwise."""
        until = await throttle.admit(self._database, login, address)
        if until is not None:
            raise LogInRefused(Reason.WAIT, until=until)
        account = await accounts.by_login(self._database, login)
        usable = account is not None and bool(hats.hats(account)) and not _lapsed(account)
        right = await self._passwords.verify(
            account.password or None if account and usable else None, password
        )
        if account is None or not right:
            raise LogInRefused(Reason.WRONG)
        await throttle.succeed(self._database, login, address)
        if not account.one_time and self._passwords.outdated(account.password):
            await accounts.rehash(self._database, account, await self._passwords.hash(password))
        return await self.proceed(account, ("pwd",), cookie)

    async def proceed(self, account: AccountRecord, amr: tuple[str, ...], cookie: str | None) -> Done:
        """What comes after the first factor `amr`: one's own password, the second factor, or the hat."""
        factor = demanded(account.roles)
        if "pwd" in amr and (account.one_time or self._policy.outlived(account)):
            return await self._next(account, Step.PASSWORD, amr)
        if account.passkeys:
            return await self._next(account, Step.PASSKEY, amr)
        if account.totp is not None:
            return await self._next(account, Step.CODE, amr)
        if factor is Factor.PASSKEY:
            return await self._next(account, Step.ENROL_PASSKEY, amr)
        if factor is Factor.CODE:
            return await self._next(account, Step.ENROL, amr)
        return await self._enter(account, amr, cookie)

    async def account(self, token: str, *steps: Step) -> AccountRecord:
        """Whose log-in is at one of `steps`. LogInRefused when it is at none."""
        account, _ = await self._at(token, *steps)
        return account

    async def prolong(self, token: str) -> FirstStep:
        """He is still there: the step as it waits on. LogInRefused when it is over."""
        first = await first_steps.prolong(self._database, token, moment.now() + STEP_LIFE)
        if first is None:
            raise LogInRefused(Reason.OVER)
        return first

    async def change_password(self, token: str, password: str, cookie: str | None = None) -> Done:
        """Replace the one-time password, or one that is too old, by a new one of the person's own."""
        account, first = await self._at(token, Step.PASSWORD)
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
        return await self.proceed(changed, first.amr, cookie)

    async def offer(self, token: str) -> Offer:
        """The second factor that this log-in has to enrol; the same at every call."""
        account, first = await self._at(token, Step.ENROL)
        plain = await self._offered(first)
        return Offer(plain, factors.provisioning_uri(plain, account.login))

    async def enrol(self, token: str, code: str, cookie: str | None = None) -> Done:
        """Enrol the offered factor with a first code of it."""
        account, first = await self._at(token, Step.ENROL)
        await self._admit_factor(account)
        plain = await self._offered(first)
        if not await factors.enrol(self._database, self._vault, account, plain, code):
            raise LogInRefused(Reason.WRONG)
        return await self._finish(account, token, "otp", cookie, enrolled=True)

    async def confirm(self, token: str, code: str, cookie: str | None = None) -> Done:
        """The code of the second factor."""
        account, _ = await self._at(token, Step.CODE, Step.PASSKEY)
        await self._admit_factor(account)
        if not takes_code(account) or not await factors.verify(self._database, self._vault, account, code):
            raise LogInRefused(Reason.WRONG)
        return await self._finish(account, token, "otp", cookie)

    async def request_passkey(self, token: str) -> str:
        """The options with which a browser asks for one of the account's passkeys, as JSON."""
        account, _ = await self._at(token, Step.PASSKEY)
        return passkeys.authentication(self._party, account, await self._challenge(token))

    async def use_passkey(self, token: str, credential: str, cookie: str | None = None) -> Done:
        """The browser's answer to `request_passkey`."""
        account, _ = await self._at(token, Step.PASSKEY)
        await self._admit_factor(account)
        challenge = await first_steps.take_challenge(self._database, token)
        if challenge is None or not await passkeys.verify(
            self._database, self._party, account, challenge, credential
        ):
            raise LogInRefused(Reason.PASSKEY)
        return await self._finish(account, token, "hwk", cookie)

    async def offer_passkey(self, token: str) -> str:
        """The options with which a browser makes a passkey, as JSON."""
        account, _ = await self._at(token, Step.ENROL, Step.ENROL_PASSKEY)
        return passkeys.registration(self._party, account, await self._challenge(token))

    async def enrol_passkey(self, token: str, credential: str, name: str, cookie: str | None = None) -> Done:
        """The browser's answer to `offer_passkey`, and what the person calls the device."""
        account, _ = await self._at(token, Step.ENROL, Step.ENROL_PASSKEY)
        await self._admit_factor(account)
        challenge = await first_steps.take_challenge(self._database, token)
        if challenge is None or not await passkeys.enrol(
            self._database, self._party, account, challenge, credential, name
        ):
            raise LogInRefused(Reason.PASSKEY)
        return await self._finish(account, token, "hwk", cookie, enrolled=True)

    async def hats(self, token: str) -> list[Hat]:
        """What the person may act as, once all is proved."""
        account, _ = await self._at(token, Step.HAT)
        return hats.hats(account)

    async def wear(self, token: str, hat: str, cookie: str | None = None) -> SignedIn:
        """Begin the session under one of `hats`."""
        account, first = await self._at(token, Step.HAT)
        chosen = hats.hat(account, hat)
        if chosen is None:
            raise LogInRefused(Reason.OVER)
        await self._take(token)
        return await self._begin_session(account, chosen, first.amr, cookie)

    async def again(self, cookie: str | None) -> NextStep:
        """Ask the holder of a session once more who he is: by his second factor, else by his password."""
        session = await self._session(cookie)
        account = session.account
        step = Step.PASSKEY if account.passkeys else Step.CODE if account.totp else Step.AGAIN
        return await self._next(account, step, (), cookie)

    async def repeat_password(self, token: str, password: str) -> Done:
        """The password once more, at Step.AGAIN."""
        account, _ = await self._at(token, Step.AGAIN)
        await self._admit_factor(account)
        if not await self._passwords.verify(account.password, password):
            raise LogInRefused(Reason.WRONG)
        return await self._finish(account, token, "pwd", None)

    async def add(self, cookie: str | None, step: Step) -> NextStep | None:
        """Begin to enrol one more factor (Step.ENROL, Step.ENROL_PASSKEY).

        None when the holder of the session has not proved lately who he is.
        """
        session = await self._session(cookie)
        if not web.proved(session, FRESH):
            return None
        return await self._next(session.account, step, (), cookie)

    async def _session(self, cookie: str | None) -> web.WebSession:
        session = await web.resume(self._database, cookie)
        if session is None:
            raise LogInRefused(Reason.OVER)
        return session

    async def _next(
        self, account: AccountRecord, step: Step, amr: tuple[str, ...], confirms: str | None = None
    ) -> NextStep:
        token = secret.new()
        sealed = None
        if step is Step.ENROL:
            sealed = await self._vault.seal(factors.OWNER, factors.new_secret().encode())
        now = moment.now()
        first = FirstStep(
            account.id,
            step.value,
            now + STEP_LIFE,
            sealed,
            amr,
            session=secret.digest(confirms) if confirms else None,
            last=now + STEP_MOST,
        )
        await first_steps.insert(self._database, token, first)
        return NextStep(step, token)

    async def _at(self, token: str, *steps: Step) -> tuple[AccountRecord, FirstStep]:
        first = await first_steps.find(self._database, token)
        account = await accounts.by_id(self._database, first.account) if first else None
        if first is None or first.step not in steps or account is None or not hats.hats(account):
            raise LogInRefused(Reason.OVER)
        return account, first

    async def _offered(self, first: FirstStep) -> str:
        if first.secret is None:
            raise LogInRefused(Reason.OVER)
        return (await self._vault.open(factors.OWNER, first.secret)).decode()

    async def _challenge(self, token: str) -> bytes:
        challenge = secrets.token_bytes(32)
        if not await first_steps.challenge(self._database, token, challenge):
            raise LogInRefused(Reason.OVER)
        return challenge

    async def _admit_factor(self, account: AccountRecord) -> None:
        until = await throttle.admit_code(self._database, account.id, account.login)
        if until is not None:
            raise LogInRefused(Reason.WAIT, until=until)

    async def _take(self, token: str) -> FirstStep:
        first = await first_steps.take(self._database, token)
        if first is None:
            raise LogInRefused(Reason.OVER)
        return first

    async def _finish(
        self, account: AccountRecord, token: str, method: str, cookie: str | None, *, enrolled: bool = False
    ) -> Done:
        first = await self._take(token)
        await throttle.succeed_code(self._database, account.id)
        if enrolled:  # another log-in under way must not enrol a factor of its own
            await first_steps.end_all(self._database, account.id)
        amr = (*first.amr, method)
        if first.session is not None:
            if not await sessions.prove(self._database, first.session, amr):
                raise LogInRefused(Reason.OVER)
            return Confirmed(account, amr)
        if demanded(account.roles) is Factor.PASSKEY and method != "hwk":
            return await self._next(account, Step.ENROL_PASSKEY, amr)
        return await self._enter(account, amr, cookie)

    async def _enter(self, account: AccountRecord, amr: tuple[str, ...], cookie: str | None) -> Done:
        possible = hats.hats(account)
        if len(possible) > 1:
            return await self._next(account, Step.HAT, amr)
        if not possible:
            raise LogInRefused(Reason.OVER)
        return await self._begin_session(account, possible[0], amr, cookie)

    async def _begin_session(
        self, account: AccountRecord, hat: Hat, amr: tuple[str, ...], cookie: str | None
    ) -> SignedIn:
        at_once = self._policy.sessions_at_once
        token = await web.start(self._database, account, cookie, hat=hat.id, amr=amr, at_once=at_once)
        return SignedIn(account, token, hat)


def takes_code(account: AccountRecord) -> bool:
    """May a time-based code stand in for a passkey? Not where the role demands the passkey that there is."""
    if account.totp is None:
        return False
    return not account.passkeys or demanded(account.roles) is not Factor.PASSKEY


def _lapsed(account: AccountRecord) -> bool:
    return account.password_expires is not None and account.password_expires <= moment.now()
