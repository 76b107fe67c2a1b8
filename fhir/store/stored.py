"""A stored version of a resource, as read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fhir.resource import Resource, reparse

JUDGED = dict.fromkeys(("type", "id", "owner", "sort", "facets", "inherited", "recorder"), True)
"""The parts of a row that an access decision looks at, as a projection."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One version: the bytes ready to send, and what stands beside them.

    `made` is the HTTP method that made the resource with this version, None where it was there before.
    `facets`, `inherited` (labels of what it tells of), `sort` and `recorder` (the house that made the
    resource, where one did) are what an access decision may ask for.
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
    facets: Sequence[str] | None = None
    inherited: Sequence[str] = ()
    sort: Mapping[str, Any] = field(default_factory=dict)
    recorder: str | None = None

    @property
    def row(self) -> dict[str, Any]:
        """What an access decision looks at."""
        return {name: value for name in JUDGED if (value := getattr(self, name)) is not None}

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"

    def resource(self) -> Resource:
        """The parsed JSON (a new object each time)."""
        return reparse(self.body)

    def at(self, place: tuple[Any, ...]) -> "Stored":
        """The same, standing at `place` in some order."""
        return replace(self, place=place)
