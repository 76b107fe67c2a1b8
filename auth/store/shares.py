"""Shares: a resident's links to a part of his file, who may open them until when, and with which passcode.

SMART Health Links, "Sharing User" and "SHLink Manifest Request". Collection `shares`: a row is found by the
SHA-256 of its link; link, key and label are sealed under the patient's key and gone when it is revoked. No
file is kept.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import moment, secret
from auth.smart import health_link
from auth.store.database import Database, Row, collection
from auth.vault import Vault

RESIDENT = "resident"
ATTEMPTS = 5
"""Wrong passcodes in the life of a link; then it is closed."""
LONGEST_OPEN = timedelta(hours=1)
"""How long a link without a passcode may last (ADR 25)."""
TICKET = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Share:
    """One link; `token` and `key` are empty once it is revoked."""

    id: str
    patient: str
    account: str
    sections: tuple[str, ...]
    sensitive: bool
    made: datetime
    until: datetime
    revoked: datetime | None
    passcode: str | None
    attempts: int
    opened: int
    label: str = ""
    token: str = ""
    key: bytes = b""
    paper: bool = False
    """Was it made to be printed?"""
    hat: str = RESIDENT
    """As what the account has made it: as the resident, or by which proxy for him."""

    @property
    def lasts(self) -> bool:
        """May it be opened now?"""
        return self.revoked is None and self.attempts > 0 and moment.now() < self.until


class Shares:
    """The links of one platform."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._rows = collection(database, "shares")
        self._vault = vault

    async def make(
        self,
        *,
        patient: str,
        account: str,
        sections: Collection[str],
        sensitive: bool,
        life: timedelta,
        label: str,
        passcode: str | None,
        paper: bool = False,
        hat: str = RESIDENT,
        form: str | None = None,
    ) -> Share:
        """A new link; `passcode` is the hash of one, without which none lasts longer than an hour.

        Of a `form` that was sent twice the one link.
        """
        if passcode is None and life > LONGEST_OPEN:
            raise ValueError("a link that lasts longer than an hour has a passcode")
        token, key, now = secret.new(), health_link.new_key(), moment.now()
        words = json.dumps({"token": token, "key": key.hex(), "label": label}).encode()
        row: Row = {
            "_id": secret.digest(token),
            "patient": patient,
            "account": account,
            "sections": list(sections),
            "sensitive": sensitive,
            "made": now,
            "until": now + life,
            "revoked": None,
            "passcode": passcode,
            "attempts": ATTEMPTS,
            "opened": 0,
            "words": await self._vault.seal(patient, words),
            "tickets": [],
            "paper": paper,
            "hat": hat,
        } | ({"form": form} if form else {})
        try:
            await self._rows.insert_one(row)
        except DuplicateKeyError:
            return await self._share(await self._rows.find_one({"account": account, "form": form}) or row)
        return await self._share(row)

    async def by_form(self, account: str, form: str) -> Share | None:
        """The link that this form of an account has made already."""
        row = await self._rows.find_one({"account": account, "form": form})
        return await self._share(row) if row else None

    async def by_token(self, token: str) -> Share | None:
        """The link of this address, whether or not it lasts."""
        row = await self._rows.find_one({"_id": secret.digest(token)})
        return await self._share(row) if row else None

    async def of(self, patients: Collection[str], most: int, hat: str | None = None) -> list[Share]:
        """A resident's links (those made under one `hat`), at most so many: those that last first of all,
        however many were made since, then the newest."""
        wanted: Row = {"patient": {"$in": list(patients)}} | ({"hat": hat} if hat else {})
        lasting: Row = {"revoked": None, "attempts": {"$gt": 0}, "until": {"$gt": moment.now()}}
        found: list[Row] = []
        for part in (lasting, {"$nor": [lasting]}):
            rows = self._rows.find({"$and": [wanted, part]}).sort("made", DESCENDING)
            found += await rows.limit(most - len(found)).to_list() if len(found) < most else []
        return [await self._share(row) for row in found]

    async def try_passcode(self, share: Share) -> bool:
        """Use up one attempt before a passcode is checked; False where none is left."""
        left = {"_id": share.id, "attempts": {"$gt": 0}}
        return bool((await self._rows.update_one(left, {"$inc": {"attempts": -1}})).modified_count)

    async def right_passcode(self, share: Share) -> None:
        """It was right: the attempt does not count."""
        await self._rows.update_one({"_id": share.id}, {"$inc": {"attempts": 1}})

    async def attempts(self, share: Share) -> int:
        """How many wrong passcodes are left."""
        row = await self._rows.find_one({"_id": share.id}, {"attempts": True})
        return int(row["attempts"]) if row else 0

    async def open(self, share: Share) -> bool:
        """Count one opening; False where it has ended meanwhile."""
        lasting = {"_id": share.id, "revoked": None, "until": {"$gt": moment.now()}}
        return bool((await self._rows.update_one(lasting, {"$inc": {"opened": 1}})).modified_count)

    async def ticket(self, share: Share, recipient: str) -> str:
        """The end of an address at which a recipient fetches the file once, within minutes."""
        made = secret.new()
        row = {"_id": secret.digest(made), "until": moment.now() + TICKET, "recipient": recipient}
        push = {"$push": {"tickets": {"$each": [row], "$slice": -20}}}
        await self._rows.update_one({"_id": share.id}, push)
        return made

    async def redeem(self, token: str, ticket: str) -> tuple[Share, str] | None:
        """The link of a ticket that was not used yet, and its recipient."""
        wanted = {"_id": secret.digest(ticket), "until": {"$gt": moment.now()}}
        row = await self._rows.find_one_and_update(
            {"_id": secret.digest(token), "tickets": {"$elemMatch": wanted}},
            {"$pull": {"tickets": {"_id": wanted["_id"]}}},
        )
        if row is None:
            return None
        recipient = next(each["recipient"] for each in row["tickets"] if each["_id"] == wanted["_id"])
        return await self._share(row), recipient

    async def revoke(self, id: str, patients: Collection[str]) -> bool:
        """End a link of one of `patients` now; False where there is none that was not revoked."""
        now = moment.now()
        own: Row = {"_id": id, "patient": {"$in": list(patients)}, "revoked": None}
        ended: Row = {"$set": {"revoked": now, "words": None, "tickets": []}}
        return bool((await self._rows.update_one(own, ended)).modified_count)

    async def _share(self, row: Row) -> Share:
        sealed = row["words"]
        words = json.loads(await self._vault.open(row["patient"], bytes(sealed))) if sealed else {}
        names = set(Share.__slots__) - {"id", "sections", "label", "token", "key", "paper", "hat"}
        return Share(
            id=row["_id"],
            sections=tuple(row["sections"]),
            label=words.get("label", ""),
            token=words.get("token", ""),
            key=bytes.fromhex(words.get("key", "")),
            paper=row.get("paper", False),
            hat=row.get("hat", RESIDENT),
            **{name: row[name] for name in names},
        )


async def ensure_indexes(database: Database) -> None:
    """By resident and time; a form makes one link."""
    by_resident = IndexModel([("patient", ASCENDING), ("made", DESCENDING)])
    by_form = IndexModel(
        [("account", ASCENDING), ("form", ASCENDING)],
        unique=True,
        partialFilterExpression={"form": {"$exists": True}},
    )
    await collection(database, "shares").create_indexes([by_resident, by_form])
