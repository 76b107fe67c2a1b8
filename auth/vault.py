"""Vault: what seals bytes before they are stored, as access needs it (`fhir.store` has the real one)."""

from collections.abc import Iterable
from typing import Protocol


class Vault(Protocol):
    """Authenticated encryption under the data key of an owner."""

    async def seal(self, owner: str, plain: bytes) -> bytes:
        """Encrypt `plain`."""

    async def open(self, owner: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` gave; an exception when it was altered."""

    async def fetch(self, owners: Iterable[str]) -> None:
        """Load the data keys of `owners` together, before much of theirs is opened."""

    def keyed(self, text: str) -> str:
        """The keyed hash that stands for `text` where it is looked for."""
