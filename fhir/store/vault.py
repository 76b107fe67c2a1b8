"""Envelope encryption at rest: a data key per source Patient, wrapped by the master key.

docs/adr/0003-encryption-at-rest.md. Destroying a row of the collection `keys` destroys that Patient's file:
every body sealed under it becomes unreadable, in backups too.
"""

import base64
import contextlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from fhir import sm3
from fhir.identity import custom_id
from fhir.store import cipher
from fhir.store.changes import Change, Changes
from fhir.store.cipher import NONCE, Aead, Suite, pack, unpack
from fhir.store.key_ring import LENGTH, KeyRing, LostKeyError, derive

__all__ = ["PLATFORM", "ROOT", "DataKey", "LostKeyError", "Vault", "key_owner"]

PLATFORM = "platform"
ROOT = "root"
"""The row of the secret from which keyed hashes, ids and signatures follow: it outlives each master key."""
_CACHED_KEYS = 16_384


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one owner. Whoever holds it may go on with it, whatever the vault forgets meanwhile."""

    owner: str
    _key: bytes = field(repr=False)
    _ring: KeyRing = field(repr=False)
    _ciphers: dict[Suite, Aead] = field(default_factory=dict, repr=False, compare=False)
    """Those without a salt, each made once: making one takes as long as opening a body."""

    def seal(self, plain: bytes, place: str = "") -> bytes:
        """Encrypt `plain`, deflated first where that pays; it opens at `place` and nowhere else."""
        salted = not self.owner.startswith("Patient/")  # what seals for everybody seals too often for one key
        bound = f"{self.owner}\0{place}".encode()
        return cipher.seal(self._key, plain, bound, self._ring.suite, salted=salted)

    def open(self, sealed: bytes, place: str = "") -> bytes:
        """Decrypt what `seal` gave; InvalidTag where it was altered or belongs elsewhere."""
        return cipher.open_sealed(self._key, sealed, f"{self.owner}\0{place}".encode(), self._ciphers)


class Vault:
    """Seals and opens bytes under the data key of their owner, and hashes what names a person."""

    def __init__(
        self,
        keys: AsyncCollection[dict[str, Any]],
        master: KeyRing | bytes,
        changes: Changes | None = None,
    ) -> None:
        self._collection = keys
        self.ring = master if isinstance(master, KeyRing) else KeyRing([master])
        self._root_at(self.ring.keys[0], Suite.AES.digest)
        self._keys: dict[str, bytes] = {}
        self._changes = changes
        self._destroyed = 0
        if changes is not None:
            changes.listen("keys", self)

    def _root_at(self, root: bytes, digest: str) -> None:
        self._root = root
        self._hashing = hmac.new(derive(root, b"token"), digestmod=sm3.known(digest))
        self._naming = hmac.new(derive(root, b"id"), digestmod=sm3.known(digest))
        self._handing = AESGCM(derive(root, b"hand out"))

    async def join(self) -> None:
        """Take the root secret of this database, made where there is none.

        LostKeyError where no master key fits.
        """
        row = await self._collection.find_one({"_id": ROOT})
        while row is None:
            made = {"_id": ROOT} | await self._new_root()
            with contextlib.suppress(DuplicateKeyError):  # another process was faster
                await self._collection.insert_one(made)
            row = await self._collection.find_one({"_id": ROOT})
        self._root_at(self.ring.unwrap(ROOT, row), row["digest"])

    async def _new_root(self) -> dict[str, Any]:
        """A database from before there were root secrets hashes under its master key, and goes on so."""
        key = await self._collection.find_one({})
        if key is not None:
            self.ring.unwrap(key["_id"], key)
            return {"digest": Suite.AES.digest} | self.ring.wrap(ROOT, self.ring.keys[0])
        return {"digest": self.ring.suite.digest} | self.ring.wrap(ROOT, os.urandom(LENGTH))

    def secret(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose, the same as long as this database lives."""
        return derive(self._root, purpose)

    @property
    def database(self) -> AsyncDatabase[dict[str, Any]]:
        """Where the data keys lie, and what is sealed under them."""
        return self._collection.database

    def keyed(self, text: str) -> str:
        """The keyed hash that stands for `text` in index tokens: 20 URL-safe characters."""
        digest = self._hashing.copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return base64.urlsafe_b64encode(digest.digest()[:15]).decode()

    def identify(self, text: str) -> str:
        """A resource id that follows from a business identifier and can't be turned back into it."""
        digest = self._naming.copy()
        digest.update(text.encode())
        return custom_id(digest.digest()[:16])

    def seal_text(self, text: str, bound: str = "") -> str:
        """`text` as URL-safe characters that reveal nothing; they open with the same `bound` alone."""
        packed, nonce = pack(text.encode("utf-8", "surrogatepass")), os.urandom(NONCE)
        sealed = nonce + self._handing.encrypt(nonce, packed, bound.encode("utf-8", "surrogatepass"))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open_text(self, sealed: str, bound: str = "") -> str | None:
        """What `seal_text` sealed; None where it was changed or belongs elsewhere."""
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            nonce, rest = raw[:NONCE], raw[NONCE:]
            packed = self._handing.decrypt(nonce, rest, bound.encode("utf-8", "surrogatepass"))
        except (ValueError, InvalidTag):
            return None
        return unpack(packed).decode("utf-8", "surrogatepass")

    async def prepare(self, owners: Iterable[str]) -> None:
        """Load the data keys of `owners` and create those that are missing.

        Until something else is waited for, all of them are there, whatever was forgotten meanwhile.
        """
        wanted = {key_owner(owner) for owner in owners}
        missing = self._missing(wanted)
        while missing:
            if absent := await self._load(missing):
                await self._create(absent)
            missing = self._unloaded(wanted)

    def _missing(self, owners: set[str]) -> set[str]:
        """Those whose key must be loaded: all, while nobody tells which keys were destroyed.

        (`owners - self._keys.keys()` would walk all loaded keys.)
        """
        if self._changes is not None and not self._changes.followed:
            return owners
        return self._unloaded(owners)

    def _unloaded(self, owners: set[str]) -> set[str]:
        return {owner for owner in owners if owner not in self._keys}

    async def _create(self, owners: set[str]) -> None:
        self.ring.refresh()
        keys = {owner: os.urandom(LENGTH) for owner in sorted(owners)}
        rows = [{"_id": owner} | self.ring.wrap(owner, key) for owner, key in keys.items()]
        taken: set[str] = set()
        try:
            await self._collection.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if error.details.get("writeConcernErrors") or any(fault["code"] != 11000 for fault in faults):
                raise
            taken = {rows[fault["index"]]["_id"] for fault in faults}
        self._keys.update((owner, key) for owner, key in keys.items() if owner not in taken)
        if taken:
            await self._load(taken)

    async def _load(self, owners: set[str]) -> set[str]:
        """Load the keys of `owners`; those that have none."""
        while len(self._keys) > _CACHED_KEYS:
            self._keys.pop(next(iter(self._keys)))
        rows: list[dict[str, Any]] = []
        mark = None
        while mark != self._destroyed:  # a key that was destroyed while it was read is read again
            mark = self._destroyed
            rows = await self._collection.find({"_id": {"$in": sorted(owners)}}).to_list()
        for owner in owners:
            self._keys.pop(owner, None)
        for row in rows:
            owner = str(row["_id"])
            self._keys[owner] = self.ring.unwrap(owner, row)
        return owners - {str(row["_id"]) for row in rows}

    async def seal(self, owner: str, plain: bytes) -> bytes:
        """Encrypt `plain` under the data key of `owner`, deflated first where that pays."""
        return (await self.held(owner)).seal(plain)

    async def held(self, owner: str) -> DataKey:
        """The key of `owner`, made where there is none, for who works with it over a while."""
        await self.prepare([owner])
        return self.loaded(owner)

    def loaded(self, owner: str) -> DataKey:
        """The key of an owner that `prepare` or `fetch` has loaded a moment ago; LostKeyError without one."""
        owner = key_owner(owner)
        key = self._keys.get(owner)
        if key is None:
            raise LostKeyError("the data key of this file was destroyed")
        return DataKey(owner, key, self.ring)

    async def open(self, owner: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` gave; LostKeyError where the key was destroyed."""
        await self.fetch([owner])
        return self.loaded(owner).open(sealed)

    async def fetch(self, owners: Iterable[str]) -> None:
        """Load the data keys of `owners` that exist; none is created."""
        wanted = {key_owner(owner) for owner in owners}
        missing, absent = self._missing(wanted), set[str]()
        while missing:
            absent |= await self._load(missing)
            missing = self._unloaded(wanted) - absent

    def changed(self, change: Change) -> None:
        """Forget a key that was destroyed. (An update wraps the same key anew.)"""
        if change["operationType"] not in ("insert", "update"):
            self._destroyed += 1
            self._keys.pop(str(change["documentKey"]["_id"]), None)

    def lost(self) -> None:
        """Forget every key: any may have been destroyed."""
        self._destroyed += 1
        self._keys.clear()


def key_owner(owner: str) -> str:
    """Whose data key seals what `owner` owns: a Patient's own, else the platform's."""
    return owner if owner.startswith("Patient/") else owner if owner == "audit" else PLATFORM
