"""Projection: what must change in the same transaction as a resource of some type."""

from collections.abc import Callable, Sequence
from typing import Protocol

from pymongo.asynchronous.client_session import AsyncClientSession

from fhir.resource import Resource

Session = AsyncClientSession
Former = Callable[[str], Resource | None]
"""What `Type/id` was before this write; None where it is new."""


class Projection(Protocol):
    """Follows the writes of the types that it names (person links, care relations)."""

    @property
    def types(self) -> frozenset[str]:
        """The resource types that it follows."""

    async def apply(self, session: Session, resources: Sequence[Resource], former: Former) -> None:
        """`resources` of those types are about to be committed in the transaction of `session`."""

    async def remove(self, session: Session, references: Sequence[str], former: Former) -> None:
        """The deletion of `references` is."""
