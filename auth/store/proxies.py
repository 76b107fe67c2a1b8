"""Proxy: that somebody sees the file of another resident, as what, from when and until when.

FHIR R4 RelatedPerson (patient, relationship, period). A proxy is part of the row of the account that holds
it, as a post is; collection `proxy_invitations` holds what a resident has offered and nobody has accepted.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure

from auth import moment, secret
from auth.principal import Proxied
from auth.store.database import Database, Row, Session, collection
from auth.store.posts import first_moment

HAND_OVER = 14
"""The birthday on which a parent's proxy ends (PIPL article 31)."""
LONGEST = {Proxied.HELP_DESK: timedelta(hours=24)}
INVITATION = timedelta(days=7)
SHOWN = timedelta(days=30)
"""So long after its end an offer that nobody took is still told to whoever made it."""
_OPTIONS_CONFLICT = 85
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy; `patient` and `related` are references, `until` is the first moment at which it is over.

    `by` is the account that gave it, `proof` the sealed words of how an officer knows of it.
    """

    id: str
    kind: Proxied
    patient: str
    since: datetime
    until: datetime | None
    by: str
    related: str | None = None
    proof: bytes | None = None

    def held(self, at: datetime) -> bool:
        """Has it begun, and is it not over?"""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Held:
    """A proxy with the account that holds it."""

    account: str
    login: str
    name: str
    proxy: Proxy


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a resident has offered to whoever has this login and the code."""

    login: str
    kind: Proxied
    patient: str
    until: datetime | None
    by: str
    expires: datetime

    def open(self, at: datetime) -> bool:
        """Is the code still good?"""
        return at < self.expires


def fresh(
    kind: Proxied,
    patient: str,
    by: str,
    until: datetime | None,
    *,
    related: str | None = None,
    proof: bytes | None = None,
) -> Proxy:
    """A new proxy from now on, no longer than one of its kind may be."""
    now = moment.now()
    longest = now + LONGEST[kind] if kind in LONGEST else None
    ends = min((each for each in (until, longest) if each is not None), default=None)
    return Proxy(f"proxy-{secrets.token_hex(8)}", kind, patient, now, ends, by, related, proof)


def hand_over(birth: date) -> datetime:
    """The moment at which a child born on a day is handed the file: the fourteenth birthday, local time."""
    try:
        day = birth.replace(year=birth.year + HAND_OVER)
    except ValueError:  # 29 February
        day = birth.replace(year=birth.year + HAND_OVER, month=3, day=1)
    return first_moment(day)


async def add(
    database: Database,
    account: str,
    proxy: Proxy,
    patients: Collection[str] = (),
    session: Session | None = None,
) -> bool:
    """Give it to an account; False, and nothing is given, where it has one for any of `patients` that is not
    over."""
    open = [{"until": None}, {"until": {"$gt": moment.now()}}]
    lasting = {"$elemMatch": {"patient": {"$in": list(patients)}, "$or": open}}
    result = await collection(database, "accounts").update_one(
        {"_id": account, "proxies": {"$not": lasting}},
        {"$push": {"proxies": _row(proxy)}},
        session=session,
    )
    return bool(result.modified_count)


async def end(database: Database, patients: Collection[str], id: str) -> Held | None:
    """End a proxy for one of `patients` now; None where there is none that lasts."""
    now, asked = moment.now(), list(patients)
    found = [each for each in await of_patients(database, asked) if each.proxy.id == id]
    if not found or not found[0].proxy.held(now):
        return None
    await collection(database, "accounts").update_one(
        {"_id": found[0].account, "proxies.id": id}, {"$set": {"proxies.$.until": now}}
    )
    return found[0]


async def of_patients(database: Database, patients: Collection[str]) -> list[Held]:
    """Every proxy for one of `patients` that was ever given, the newest first."""
    asked = set(patients)
    rows = collection(database, "accounts").find({"proxies.patient": {"$in": sorted(asked)}})
    found = [
        Held(row["_id"], row["login"], row["name"], proxy)
        async for row in rows
        for proxy in stored(row["proxies"])
        if proxy.patient in asked
    ]
    return sorted(found, key=lambda each: each.proxy.since, reverse=True)


async def invite(database: Database, invitation: Invitation) -> str:
    """Offer it; the code, which only the resident learns and hands on. It is kept as its hash."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(12))
    row = asdict(invitation) | {"_id": _hash(code), "kind": invitation.kind.value}
    await collection(database, "proxy_invitations").insert_one(row)
    return "-".join((code[:4], code[4:8], code[8:]))


async def accept(database: Database, login: str, code: str) -> Invitation | None:
    """Take what was offered to this login under a code, once."""
    asked = {"_id": _hash(code), "login": login, "expires": {"$gt": moment.now()}}
    row = await collection(database, "proxy_invitations").find_one_and_delete(asked)
    return _invitation(row) if row else None


async def offered(database: Database, patients: Collection[str]) -> list[Invitation]:
    """What was offered for `patients` lately and not accepted, the newest first; some of it is over."""
    rows = collection(database, "proxy_invitations").find({"patient": {"$in": list(patients)}})
    return [_invitation(row) async for row in rows.sort("expires", -1)]


async def recall(database: Database, patients: Collection[str], login: str) -> bool:
    """Take back what was offered to a login; False where nothing was."""
    asked = {"patient": {"$in": list(patients)}, "login": login}
    return bool((await collection(database, "proxy_invitations").delete_many(asked)).deleted_count)


def rows(proxies: Iterable[Proxy]) -> list[Row]:
    """As they are stored."""
    return [_row(each) for each in proxies]


def stored(rows: Iterable[Row]) -> tuple[Proxy, ...]:
    """As they were stored."""
    return tuple(Proxy(**row | {"kind": Proxied(row["kind"])}) for row in rows)


def _row(proxy: Proxy) -> Row:
    return asdict(proxy) | {"kind": proxy.kind.value}


def _invitation(row: Row) -> Invitation:
    row.pop("_id")
    return Invitation(**row | {"kind": Proxied(row["kind"])})


def _hash(code: str) -> str:
    return secret.digest("".join(sign for sign in code.upper() if sign.isalnum()))


async def ensure_indexes(database: Database) -> None:
    """By whose file it is; an invitation that was over long ago is deleted (in older databases at once)."""
    await collection(database, "accounts").create_indexes(
        [IndexModel([("proxies.patient", ASCENDING)], sparse=True)]
    )
    invitations, kept = collection(database, "proxy_invitations"), int(SHOWN.total_seconds())
    await invitations.create_index([("patient", ASCENDING)])
    try:
        await invitations.create_index([("expires", ASCENDING)], expireAfterSeconds=kept)
    except OperationFailure as failure:
        if failure.code != _OPTIONS_CONFLICT:
            raise
        changed = {"keyPattern": {"expires": 1}, "expireAfterSeconds": kept}
        await database.command("collMod", invitations.name, index=changed)
