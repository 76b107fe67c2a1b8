"""Projection: what must change in the same transaction as a resource of some type."""

from collections.abc import Sequence
from typing import Protocol

from pymongo.asynchronous.client_session import AsyncClientSession

from fhir.resource import Resource

Session = AsyncClientSession


class Projection(Protocol):
    """Follows the writes of the types that it names (person links, care relations)."""

    @property
    def types(self) -> frozenset[str]:
        """The resource types that it follows."""

    async def apply(self, session: Session, resources: Sequence[Resource]) -> None:
        """`resources` of those types are about to be committed in the transaction of `session`."""

    async def remove(self, session: Session, references: Sequence[str]) -> None:
        """The deletion of `references` is."""
