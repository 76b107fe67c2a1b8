"""Moves: what was filed under the wrong Patient and went to another, and who has been told of it.

Collections `moves`, one row a move, and `notices`, one row for each one who is told: an account that has seen
it, or a resident whose file it left or came to. What names somebody is sealed under the key of the Patient
whose file it left.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from auth import moment as clock
from auth import secret
from auth.store.database import Database, Row, Session, collection
from auth.vault import Vault
from fhir.store.key_ring import LostKeyError

LOOKED, LEFT, CAME = "looked", "left", "came"
SETTLED = timedelta(minutes=2)
"""After so long whoever read it while it was moved has an audit record too."""


@dataclass(frozen=True, slots=True)
class System:
    """A system that has read what was moved, and when last."""

    client: str
    name: str
    last: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One move: of `root` with all that hangs on it, from `source` to `to`, by whom, when and why.

    `filed` is since when it lay in the wrong file; `persons` are all Patients of that; `house` is that of a
    steward who is bound to one; `parted` stayed behind without its links.
    """

    id: str
    root: str
    source: str
    persons: tuple[str, ...]
    to: str
    references: tuple[str, ...]
    parted: tuple[str, ...]
    filed: datetime
    moment: datetime
    account: str
    name: str
    house: str | None
    reason: str
    date: str
    initial: str
    undoes: str | None = None
    told: datetime | None = None
    looked: int = 0
    systems: tuple[System, ...] = ()

    @property
    def type(self) -> str:
        """What kind of resource it is."""
        return self.root.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """What one is told; `looked` is when the account has last seen it, `initial` whose file it lay in."""

    id: str
    whom: str
    kind: str
    type: str
    date: str
    initial: str
    looked: datetime | None
    made: datetime
    acknowledged: datetime | None = None


class Moves:
    """The moves of one platform."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._rows = collection(database, "moves")
        self._notices = collection(database, "notices")
        self._vault = vault

    async def keep(self, session: Session, move: Move) -> None:
        """Keep a move, in its transaction, and tell both residents."""
        words = {name: getattr(move, name) for name in ("reason", "date", "initial")}
        row: Row = asdict(move) | {"words": await self._sealed(move.source, words)}
        for name in words:
            del row[name]
        await self._rows.insert_one({"_id": row.pop("id"), **row}, session=session)
        told = [(each, LEFT) for each in move.persons] + [(move.to, CAME)]
        rows = [await self._notice(move, whom, kind, None) for whom, kind in told]
        await self._notices.insert_many(rows, session=session)

    async def tell(self, move: Move, accounts: Mapping[str, datetime], systems: Iterable[System]) -> None:
        """Tell the accounts that have seen it, each with the last time; those told already stay told."""
        changes = []
        for account, looked in accounts.items():
            row = await self._notice(move, account, LOOKED, looked)
            changes.append(UpdateOne({"_id": row.pop("_id")}, {"$setOnInsert": row}, upsert=True))
        if changes:
            await self._notices.bulk_write(changes, ordered=False)
        told = {"told": clock.now(), "looked": len(accounts), "systems": [asdict(each) for each in systems]}
        await self._rows.update_one({"_id": move.id}, {"$set": told})

    async def untold(self) -> list[Move]:
        """Those of which whoever has seen it may not have been told."""
        late: Row = {"$expr": {"$lt": ["$told", {"$add": ["$moment", SETTLED // timedelta(milliseconds=1)]}]}}
        found = self._rows.find({"$or": [{"told": None}, late]}).sort("moment", ASCENDING)
        return [await self._move(row) for row in await found.to_list()]

    async def newest(self, house: str | None, most: int = 50) -> list[Move]:
        """The newest moves, those of a house's stewards where there is one."""
        found = self._rows.find({} if house is None else {"house": house}).sort("moment", DESCENDING)
        return [await self._move(row) for row in await found.limit(most).to_list()]

    async def one(self, id: str) -> Move | None:
        """A move by its id."""
        row = await self._rows.find_one({"_id": id})
        return await self._move(row) if row else None

    async def waiting(self, whom: Collection[str]) -> list[Notice]:
        """What these (an account, Patients) have not acknowledged yet, the newest first; of one move once."""
        rows = self._notices.find({"whom": {"$in": list(whom)}, "acknowledged": None})
        found: dict[tuple[str, str], Notice] = {}
        for row in await rows.sort("made", DESCENDING).to_list():
            found.setdefault((row["move"], row["kind"]), await self._told(row))
        return list(found.values())

    async def acknowledge(self, id: str, whom: Collection[str]) -> Notice | None:
        """Somebody has read his notice; None where it is none of his."""
        row = await self._notices.find_one({"_id": id, "whom": {"$in": list(whom)}})
        if row is None:
            return None
        of_it: Row = {"move": row["move"], "kind": row["kind"], "whom": {"$in": list(whom)}}
        now = {"$set": {"acknowledged": clock.now()}}
        await self._notices.update_many(of_it | {"acknowledged": None}, now)
        return await self._told(row)

    async def _notice(self, move: Move, whom: str, kind: str, looked: datetime | None) -> Row:
        words = {"date": move.date, "initial": move.initial}
        return {
            "_id": secret.digest(f"{move.id} {kind} {whom}")[:24],
            "move": move.id,
            "whom": whom,
            "kind": kind,
            "type": move.type,
            "owner": move.source,
            "words": await self._sealed(move.source, words),
            "looked": looked,
            "made": move.moment,
            "acknowledged": None,
        }

    async def _sealed(self, owner: str, words: Mapping[str, str]) -> bytes:
        return await self._vault.seal(owner, json.dumps(words, ensure_ascii=False).encode())

    async def _opened(self, owner: str, sealed: bytes) -> dict[str, str]:
        try:
            opened: dict[str, str] = json.loads(await self._vault.open(owner, sealed))
        except LostKeyError:  # the file that it left is destroyed
            opened = {"reason": "", "date": "", "initial": ""}
        return opened

    async def _move(self, row: Row) -> Move:
        words = await self._opened(row["source"], row.pop("words"))
        systems = tuple(System(**each) for each in row.pop("systems"))
        lists: dict[str, Sequence[str]] = {
            name: tuple(row.pop(name)) for name in ("persons", "references", "parted")
        }
        more: dict[str, Any] = {**lists, **words, "systems": systems}
        return Move(id=row.pop("_id"), **row, **more)

    async def _told(self, row: Row) -> Notice:
        words = await self._opened(row["owner"], row["words"])
        kept = {name: row[name] for name in ("whom", "kind", "type", "looked", "made", "acknowledged")}
        return Notice(id=row["_id"], date=words["date"], initial=words["initial"], **kept)


async def ensure_indexes(database: Database) -> None:
    """By time, by who has been told; what is to be told."""
    await collection(database, "moves").create_indexes(
        [IndexModel([("moment", DESCENDING)]), IndexModel([("house", ASCENDING), ("moment", DESCENDING)])]
    )
    await collection(database, "notices").create_indexes(
        [IndexModel([("whom", ASCENDING), ("acknowledged", ASCENDING), ("made", DESCENDING)])]
    )
