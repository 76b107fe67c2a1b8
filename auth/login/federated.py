"""Federated log-in: somebody of the outside provider, and the account that he is bound to, once.

OpenID Connect Core 1.0 section 2 (`iss` and `sub` together are the person). Bound by whoever is logged in to
the account already, or by a citizen number that the provider proves and one person's Patients bear: never by
name.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from auth import moment, secret
from auth.federation.provider import Begun, Provider, ProviderRefused
from auth.login import sessions as web
from auth.login.log_in import FRESH, LogIn
from auth.login.steps import Confirmed, Done, LogInRefused, Reason
from auth.roles import STAFF
from auth.store import accounts, first_steps
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.first_steps import FirstStep
from auth.vault import Vault
from fhir.matching.citizen_number import valid

LIFE = timedelta(minutes=10)
_STEP, _OWNER = "federated", "accounts"
_LONGEST_NAME = 100
_UNNAMED = "居民"

Patients = Callable[[str], Awaitable[tuple[str, ...] | None]]
"""A citizen number -> the Patients of the one person who bears it; none; None where several persons do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, where the person wanted to go, and whether an account was bound or made for him."""

    done: Done
    going: str
    bound: AccountRecord | None = None


class FederatedLogIn:
    """The log-in through one provider; `number` names the claim with the citizen number, if it proves one."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        log_in: LogIn,
        provider: Provider,
        patients: Patients,
        number: str | None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._log_in = log_in
        self._provider = provider
        self._patients = patients
        self._number = number

    async def begin(self, going: str, binds: str | None = None) -> tuple[str, str]:
        """The provider's address, and a first-step token for a cookie.

        `binds` is the session whose account is to be bound, of somebody who has proved lately who he is.
        """
        session = await web.resume(self._database, binds) if binds else None
        if binds and (session is None or not web.proved(session, FRESH)):
            raise LogInRefused(Reason.OVER)
        try:
            begun = await self._provider.begin()
        except ProviderRefused as refused:
            raise LogInRefused(Reason.FEDERATED, str(refused)) from None
        kept = json.dumps({"begun": asdict(begun), "going": going}).encode()
        first = FirstStep(
            account=session.account.id if session else "",
            step=_STEP,
            expires=moment.now() + LIFE,
            secret=await self._vault.seal(_OWNER, kept),
            session=secret.digest(binds) if binds else None,
        )
        token = secret.new()
        await first_steps.insert(self._database, token, first)
        return begun.url, token

    async def finish(self, token: str, answer: Mapping[str, str], cookie: str | None) -> Outcome:
        """The person has come back with the provider's `answer`. LogInRefused."""
        first = await first_steps.take(self._database, token)
        if first is None or first.step != _STEP or first.secret is None:
            raise LogInRefused(Reason.OVER)
        kept = json.loads(await self._vault.open(_OWNER, first.secret))
        try:
            claims = await self._provider.finish(Begun(**kept["begun"]), answer)
        except ProviderRefused as refused:
            raise LogInRefused(Reason.FEDERATED, str(refused)) from None
        subject = secret.digest(f"{self._provider.registration.issuer}\0{claims['sub']}")
        if first.session is not None:
            return await self._connect(first, subject, cookie, kept["going"])
        account = await accounts.by_subject(self._database, subject)
        bound = None
        if account is None:
            account = bound = await self._bound(subject, claims)
        if not STAFF.isdisjoint(account.roles) and not account.has_factor:
            raise LogInRefused(
                Reason.UNBOUND, "staff have a second factor here before they come from outside"
            )
        return Outcome(await self._log_in.proceed(account, (), cookie), kept["going"], bound)

    async def _connect(self, first: FirstStep, subject: str, cookie: str | None, going: str) -> Outcome:
        """Bind the account of the session that began this, which must still be this browser's."""
        session = await web.resume(self._database, cookie)
        if session is None or cookie is None or secret.digest(cookie) != first.session:
            raise LogInRefused(Reason.OVER)
        if not await accounts.bind(self._database, session.account.id, subject):
            raise LogInRefused(Reason.UNBOUND, "the account or the outside identity is bound already")
        return Outcome(Confirmed(session.account, ()), going, session.account)

    async def _bound(self, subject: str, claims: dict[str, Any]) -> AccountRecord:
        """The account of the resident who bears the proved citizen number; a new one where there is none."""
        number = valid(str(claims.get(self._number, ""))) if self._number else None
        patients = await self._patients(number) if number else ()
        if not patients:
            raise LogInRefused(Reason.UNBOUND)
        known = await accounts.of_patients(self._database, patients)
        if not known:
            made = accounts.fresh(
                f"resident-{secret.new()[:16]}",
                _named(claims.get("name")),
                (),
                "",
                patient=patients[0],
                one_time=False,
                subject=subject,
            )
            await accounts.insert(self._database, made)
            return made
        if len(known) > 1 or not await accounts.bind(self._database, known[0].id, subject):
            raise LogInRefused(Reason.UNBOUND)
        return known[0]


def _named(name: object) -> str:
    text = name.strip() if isinstance(name, str) and name.isprintable() else ""
    return text[:_LONGEST_NAME] or _UNNAMED
