"""Signing keys: RS256 over ID tokens, a new key every 90 days, old ones published until their tokens end.

OpenID Connect Core section 10.1; RFC 7517. A new key is published before it signs, so that whoever caches the
key set for its five minutes knows it in time.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from auth import moment
from auth.store import signing_keys
from auth.store.database import Database
from auth.store.signing_keys import SigningKeyRecord
from auth.vault import Vault

ALGORITHM = "RS256"
OWNER = "signing keys"
CACHED = 300
"""Seconds for which the key set may be cached."""
AGE = timedelta(days=90)
_TOKENS_LIVE = timedelta(hours=2)
_AHEAD = timedelta(seconds=2 * CACHED)
_KNOWN = timedelta(seconds=60)
_BITS = 2048


class SigningKeys:
    """The signing keys of one platform, as one process knows them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._records: list[SigningKeyRecord] = []
        self._private: dict[str, RSAKey] = {}
        self._loaded: datetime | None = None

    async def load(self, *, anew: bool = False) -> None:
        """Know what there is now; make a key where there is none, or the newest is due to be replaced."""
        now = moment.now()
        if not anew and self._loaded is not None and self._loaded + _KNOWN > now:
            return
        records = await signing_keys.every(self._database, now)
        if not records or records[-1].created + AGE <= now:
            await self._make(now)
            records = await signing_keys.every(self._database, now)
        for record in records:
            if record.kid not in self._private:
                plain = await self._vault.open(OWNER, record.sealed)
                self._private[record.kid] = RSAKey.import_key(json.loads(plain))
        self._records, self._loaded = records, now

    async def rotate(self) -> str:
        """Make a new key before its time; its kid."""
        kid = await self._make(moment.now())
        await self.load(anew=True)
        return kid

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A JWT over `claims`; after `load`."""
        record = self._current(moment.now())
        header = {"alg": ALGORITHM, "kid": record.kid, "typ": "JWT"}
        return jwt.encode(header, dict(claims), self._private[record.kid], algorithms=[ALGORITHM])

    def key_set(self) -> dict[str, Any]:
        """The document at `/oauth/jwks`; after `load`."""
        return {"keys": [record.public for record in self._records]}

    def _current(self, now: datetime) -> SigningKeyRecord:
        """The newest that everybody can know; the oldest where all are new."""
        known = [record for record in self._records if record.created + _AHEAD <= now]
        return known[-1] if known else self._records[0]

    async def _make(self, now: datetime) -> str:
        kid = secrets.token_hex(8)
        key = RSAKey.generate_key(_BITS, {"kid": kid, "use": "sig", "alg": ALGORITHM})
        sealed = await self._vault.seal(OWNER, json.dumps(key.as_dict(private=True)).encode())
        public = dict(key.as_dict(private=False))
        published = now + AGE + _AHEAD + _TOKENS_LIVE
        await signing_keys.insert(self._database, SigningKeyRecord(kid, public, sealed, now, published))
        self._private[kid] = key
        return kid
