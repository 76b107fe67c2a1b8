"""Drafts of clinical notes: what a doctor has written and not signed. It is in no file; he alone reads it.

Collection `note_drafts`; kind and text are sealed under the patient's key. A draft that was not touched for
LIFE is gone. Its id becomes that of the note when it is signed.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from auth import moment
from auth.store.database import Database, Row, Session, collection
from auth.vault import Vault
from fhir.store.key_ring import LostKeyError

LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft, by a practitioner (`author`) at a house, on one Patient; `version` counts its texts."""

    id: str
    patient: str
    author: str
    house: str
    kind: str
    text: str
    written: datetime
    version: int = 1


class NoteDrafts:
    """The drafts of one platform."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._rows = collection(database, "note_drafts")
        self._vault = vault

    async def keep(
        self, id: str, *, patient: str, author: str, house: str, kind: str, text: str
    ) -> Draft | None:
        """A new one; None where there is one of this id."""
        made = Draft(id, patient, author, house, kind, text, moment.now())
        named = {"_id": made.id, "patient": patient, "author": author, "house": house}
        try:
            await self._rows.insert_one(named | await self._said(made))
        except DuplicateKeyError:
            return None
        return made

    async def one(self, id: str, author: str, house: str) -> Draft | None:
        """A draft by its id, of this author at this house."""
        row = await self._rows.find_one(_of(author, house) | {"_id": id})
        return await self._draft(row) if row else None

    async def of(
        self, author: str, house: str, most: int, patients: Collection[str] | None = None
    ) -> list[Draft]:
        """His, of these Patients or of all, the newest first."""
        about: Row = {} if patients is None else {"patient": {"$in": list(patients)}}
        found = self._rows.find(_of(author, house) | about).sort("written", DESCENDING).limit(most)
        rows = await found.to_list()
        await self._vault.fetch(row["patient"] for row in rows)
        return [each for row in rows if (each := await self._draft(row))]

    async def change(self, draft: Draft, text: str) -> Draft | None:
        """The draft with another text; None where it is not any more what was read."""
        now = replace(draft, text=text, written=moment.now(), version=draft.version + 1)
        changed = await self._rows.update_one(_as_read(draft), {"$set": await self._said(now)})
        return now if changed.modified_count else None

    async def remove(self, draft: Draft, session: Session | None = None) -> bool:
        """It is signed or not wanted; False where it is not any more what was read."""
        return bool((await self._rows.delete_one(_as_read(draft), session=session)).deleted_count)

    async def _said(self, draft: Draft) -> Row:
        words = json.dumps({"kind": draft.kind, "text": draft.text}, ensure_ascii=False).encode()
        return {
            "words": await self._vault.seal(draft.patient, words),
            "written": draft.written,
            "version": draft.version,
            "expires": draft.written + LIFE,
        }

    async def _draft(self, row: Row) -> Draft | None:
        """None where the key of the file was destroyed."""
        try:
            words = json.loads(await self._vault.open(row["patient"], bytes(row["words"])))
        except LostKeyError:
            return None
        named = {name: row[name] for name in ("patient", "author", "house", "written", "version")}
        return Draft(id=row["_id"], kind=words["kind"], text=words["text"], **named)


def _of(author: str, house: str) -> Row:
    return {"author": author, "house": house, "expires": {"$gt": moment.now()}}


def _as_read(draft: Draft) -> Row:
    return {"_id": draft.id, "version": draft.version}


async def ensure_indexes(database: Database) -> None:
    """By author, house and time; the database removes what has expired."""
    await collection(database, "note_drafts").create_indexes(
        [
            IndexModel([("author", ASCENDING), ("house", ASCENDING), ("written", DESCENDING)]),
            IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
        ]
    )
