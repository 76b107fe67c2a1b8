"""A stored version of a resource, as read from the database."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fhir.resource import Resource, parse


@dataclass(frozen=True, slots=True)
class Stored:
    """One version: the bytes ready to send, and what stands beside them.

    `made` is the HTTP method that made the resource with this version, None where it was there before.
    """

    type: str
    id: str
    version: int
    updated: datetime
    owner: str
    deleted: bool = False
    body: bytes = b""
    memory: dict[str, Any] = field(default_factory=dict)
    place: tuple[Any, ...] = ()
    made: str | None = None

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"

    def resource(self) -> Resource:
        """The parsed JSON (a new object each time)."""
        return parse(self.body)

    def at(self, place: tuple[Any, ...]) -> "Stored":
        """The same, standing at `place` in some order."""
        return replace(self, place=place)
