"""Envelope encryption at rest: a data key per source Patient, wrapped by the master key.

docs/adr/0003-encryption-at-rest.md. AES-256-GCM (NIST SP 800-38D). Destroying a row of the collection
`keys` destroys that Patient's file: every body sealed under it becomes unreadable, in backups too.
"""

import base64
import hmac
import os
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from bson.binary import Binary
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError

from fhir.identity import custom_id
from fhir.store.changes import Change, Changes

PLATFORM = "platform"
_NONCE = 12
_PLAIN, _DEFLATED = b"\x01", b"\x02"
_WORTH_DEFLATING = 256
_CACHED_KEYS = 50_000
"""2.5 kB each."""


class LostKeyError(Exception):
    """What was sealed is lost: its key was destroyed or wrapped by another master key, or a part is gone."""


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"furong " + purpose).derive(master_key)


def _sealed(cipher: AESGCM, plain: bytes, bound: str) -> bytes:
    packed, nonce = _pack(plain), os.urandom(_NONCE)
    return packed[:1] + nonce + cipher.encrypt(nonce, packed[1:], bound.encode())


def _pack(plain: bytes) -> bytes:
    """Deflated where that pays; the first byte tells."""
    return _DEFLATED + zlib.compress(plain, 1) if len(plain) > _WORTH_DEFLATING else _PLAIN + plain


def _unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:]) if packed[:1] == _DEFLATED else packed[1:]


class Vault:
    """Seals and opens bytes under the data key of their owner, and hashes what names a person."""

    def __init__(
        self, keys: AsyncCollection[dict[str, Any]], master_key: bytes, changes: Changes | None = None
    ) -> None:
        if len(master_key) < 32:
            raise ValueError("the master key needs at least 32 bytes")
        self._collection = keys
        self._wrapping = AESGCM(_derive(master_key, b"wrap"))
        self._hashing = hmac.new(_derive(master_key, b"token"), digestmod="sha256")
        self._naming = hmac.new(_derive(master_key, b"id"), digestmod="sha256")
        self._handing = AESGCM(_derive(master_key, b"hand out"))
        self._ciphers: dict[str, AESGCM] = {}
        self._changes = changes
        self._destroyed = 0
        if changes is not None:
            changes.listen("keys", self)

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
        packed, nonce = _pack(text.encode("utf-8", "surrogatepass")), os.urandom(_NONCE)
        sealed = nonce + self._handing.encrypt(nonce, packed, bound.encode("utf-8", "surrogatepass"))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open_text(self, sealed: str, bound: str = "") -> str | None:
        """What `seal_text` sealed; None where it was changed or belongs elsewhere."""
        try:
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            nonce, rest = raw[:_NONCE], raw[_NONCE:]
            packed = self._handing.decrypt(nonce, rest, bound.encode("utf-8", "surrogatepass"))
        except (ValueError, InvalidTag):
            return None
        return _unpack(packed).decode("utf-8", "surrogatepass")

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

        (`owners - self._ciphers.keys()` would walk all loaded keys.)
        """
        if self._changes is not None and not self._changes.followed:
            return owners
        return self._unloaded(owners)

    def _unloaded(self, owners: set[str]) -> set[str]:
        return {owner for owner in owners if owner not in self._ciphers}

    async def _create(self, owners: set[str]) -> None:
        keys = {owner: AESGCM.generate_key(256) for owner in sorted(owners)}
        rows = [{"_id": owner, "wrapped": self._wrap(owner, key)} for owner, key in keys.items()]
        taken: set[str] = set()
        try:
            await self._collection.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if error.details.get("writeConcernErrors") or any(fault["code"] != 11000 for fault in faults):
                raise
            taken = {rows[fault["index"]]["_id"] for fault in faults}
        self._ciphers.update((owner, AESGCM(key)) for owner, key in keys.items() if owner not in taken)
        if taken:
            await self._load(taken)

    async def _load(self, owners: set[str]) -> set[str]:
        """Load the keys of `owners`; those that have none."""
        while len(self._ciphers) > _CACHED_KEYS:
            self._ciphers.pop(next(iter(self._ciphers)))
        rows: list[dict[str, Any]] = []
        mark = None
        while mark != self._destroyed:  # a key that was destroyed while it was read is read again
            mark = self._destroyed
            rows = await self._collection.find({"_id": {"$in": sorted(owners)}}).to_list()
        for owner in owners:
            self._ciphers.pop(owner, None)
        for row in rows:
            owner = str(row["_id"])
            self._ciphers[owner] = AESGCM(self._unwrap(owner, row["wrapped"]))
        return owners - {str(row["_id"]) for row in rows}

    def _wrap(self, owner: str, key: bytes) -> Binary:
        nonce = os.urandom(_NONCE)
        return Binary(nonce + self._wrapping.encrypt(nonce, key, owner.encode()))

    def _unwrap(self, owner: str, wrapped: object) -> bytes:
        assert isinstance(wrapped, bytes)
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], owner.encode())
        except Exception:
            raise LostKeyError("the master key does not fit this database") from None

    async def seal(self, owner: str, plain: bytes) -> bytes:
        """Encrypt `plain` under the data key of `owner`, deflated first where that pays."""
        await self.prepare([owner])
        return self.seal_prepared(owner, plain)

    def seal_prepared(self, owner: str, plain: bytes, place: str = "") -> bytes:
        """As `seal`, for an owner whose key `prepare` has loaded; it opens at `place` and nowhere else."""
        owner = key_owner(owner)
        return _sealed(self._ciphers[owner], plain, f"{owner}\0{place}")

    async def sealer(self, owner: str) -> Callable[[bytes], bytes]:
        """What seals as `seal` does and waits for nothing, for an `owner` whose key is never destroyed."""
        await self.prepare([owner])
        owner = key_owner(owner)
        cipher = self._ciphers[owner]
        return lambda plain: _sealed(cipher, plain, f"{owner}\0")

    async def open(self, owner: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` gave; LostKeyError where the key was destroyed."""
        await self.fetch([owner])
        return self.open_prepared(owner, sealed)

    async def fetch(self, owners: Iterable[str]) -> None:
        """Load the data keys of `owners` that exist, for `open_prepared`; none is created."""
        wanted = {key_owner(owner) for owner in owners}
        missing, absent = self._missing(wanted), set[str]()
        while missing:
            absent |= await self._load(missing)
            missing = self._unloaded(wanted) - absent

    def open_prepared(self, owner: str, sealed: bytes, place: str = "") -> bytes:
        """As `open`, for an owner whose key `fetch` or `prepare` has loaded."""
        owner = key_owner(owner)
        cipher = self._ciphers.get(owner)
        if cipher is None:
            raise LostKeyError("the data key of this file was destroyed")
        kind, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        return _unpack(kind + cipher.decrypt(nonce, rest, f"{owner}\0{place}".encode()))

    def changed(self, change: Change) -> None:
        """Forget a key that was destroyed or changed."""
        if change["operationType"] != "insert":
            self._destroyed += 1
            self._ciphers.pop(str(change["documentKey"]["_id"]), None)

    def lost(self) -> None:
        """Forget every key: any may have been destroyed."""
        self._destroyed += 1
        self._ciphers.clear()


def key_owner(owner: str) -> str:
    """Whose data key seals what `owner` owns: a Patient's own, else the platform's."""
    return owner if owner.startswith("Patient/") else owner if owner == "audit" else PLATFORM
