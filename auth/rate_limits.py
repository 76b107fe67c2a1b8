"""Rate limits: how often a client, a person, an address may ask, and how many numbers may be looked up.

RFC 6585 section 4 (429 Too Many Requests); security-and-scale.md, line 39. Requests are counted by shares: a
process takes a fiftieth of a minute's quota from the database at a time and counts it down in memory, so that
all processes together never let more through, and most requests cost no command. Look-ups of numbers are few
and are counted one by one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from auth.login.throttle import place
from auth.principal import Kind, Principal
from auth.store import quotas
from auth.store.database import Database
from auth.store.quotas import Quota, Use
from fhir.outcome import Fault, Refusal

_SHARES = 50
_MOST_KNOWN = 20_000
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rates:
    """The limits of a site; 0 is none. Look-ups in an hour, the others in a minute."""

    client_requests: int = 0
    user_requests: int = 0
    user_lookups: int = 0
    client_lookups: int = 0
    number_lookups: int = 0
    authorizations: int = 0
    tokens: int = 0


class Throttled(Refusal):
    """429; `retry_after` is the value of the Retry-After header, in seconds."""

    def __init__(self, quota: Quota) -> None:
        self.retry_after = quota.seconds_left()
        per = "minute" if quota.window == _MINUTE else "hour"
        super().__init__(
            Fault.THROTTLED,
            f"{_TEXTS[quota.name]}: at most {quota.limit} in one {per} are answered; please try again "
            f"in {self.retry_after} seconds",
        )


_TEXTS = {
    "client requests": "this client has sent too many requests",
    "user requests": "this person has sent too many requests",
    "user lookups": "this person has looked up too many different numbers",
    "client lookups": "this client has made too many searches by identifier",
    "number lookups": "this number has been looked up too often",
    "authorizations": "too many requests for an authorization came from this address",
    "tokens": "too many requests to the token endpoint and its neighbours came from this address",
}


class RateLimits:
    """The limits of one process, true over all that share the database."""

    def __init__(self, database: Database, rates: Rates, keyed: Callable[[str], str]) -> None:
        self._database = database
        self._rates = rates
        self._keyed = keyed
        self._left: dict[tuple[str, str], tuple[datetime, int]] = {}

    async def request(self, who: Principal) -> None:
        """One request of a client, of a person, or of a client for a person."""
        if who.client_id is not None:
            await self._spend("client requests", self._rates.client_requests, who.client_id)
        if who.kind is Kind.PERSON:
            await self._spend("user requests", self._rates.user_requests, who.id)

    async def authorization(self, address: str) -> None:
        """One request to the authorization endpoint from a network address."""
        await self._spend("authorizations", self._rates.authorizations, place(address))

    async def token(self, address: str) -> None:
        """One request to the token, revocation, introspection or registration endpoint from an address."""
        await self._spend("tokens", self._rates.tokens, place(address))

    async def look_up(self, who: Principal, numbers: Iterable[str]) -> None:
        """A search by numbers that name a person; the same number of the same person counts once an hour."""
        if who.kind is not Kind.PERSON:
            if who.client_id is not None:
                await self._spend("client lookups", self._rates.client_lookups, who.client_id, _HOUR)
            return
        keys = tuple(dict.fromkeys(self._keyed(f"lookup\0{number}")[:24] for number in numbers))
        mine = Quota("user lookups", self._rates.user_lookups, _HOUR)
        each = Quota("number lookups", self._rates.number_lookups, _HOUR)
        await self._use([Use(mine, who.id, keys), *(Use(each, key) for key in keys)])

    async def _use(self, uses: Sequence[Use]) -> None:
        limited = [each for each in uses if each.quota.limit]
        full = await quotas.use(self._database, limited) if limited else None
        if full is not None:
            raise Throttled(full)

    async def _spend(self, name: str, limit: int, subject: str, window: timedelta = _MINUTE) -> None:
        if not limit:
            return
        quota, key = Quota(name, limit, window), (name, subject)
        start = quota.start()
        if self._take(key, start, 0):
            return
        known = self._left.get(key)
        if known is not None and known == (start, -1):  # used up, as the database has told
            raise Throttled(quota)
        granted = await quotas.lease(self._database, quota, subject, max(1, limit // _SHARES))
        if not self._take(key, start, granted):
            self._left[key] = (start, -1)
            raise Throttled(quota)

    def _take(self, key: tuple[str, str], start: datetime, more: int) -> bool:
        """One of what this process holds of the window, `more` having come to it."""
        begun, left = self._left.get(key, (start, 0))
        left = (max(left, 0) if begun == start else 0) + more
        if not left:
            return False
        if len(self._left) > _MOST_KNOWN:
            self._left.clear()
        self._left[key] = (start, left - 1)
        return True
