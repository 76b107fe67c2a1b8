"""Maps of a source: the versions of its overlay, and its codes that wait for a map (checklist 55 and 56)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services import unmapped_codes
from services.unmapped_codes import Counts, Waiting


@dataclass(frozen=True, slots=True)
class Version:
    """One activation; without `version` the shipped maps stand alone; `of` is the number it repeats."""

    number: int
    version: str
    activated: datetime
    note: str
    of: int | None


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that nothing translates, with the field where it was first seen; empty: far too many of them."""

    id: str
    system: str
    code: str
    place: str
    messages: int
    held: int


def versions(rows: Sequence[dict[str, Any]]) -> list[Version]:
    """The rows of `services.overlays.history`, the newest first: that one counts."""
    return [_version(row) for row in rows]


def version_at(rows: Sequence[dict[str, Any]], moment: datetime) -> Version | None:
    """The version that counted at a moment; None before the first."""
    return next((one for one in versions(rows) if one.activated <= moment), None)


def open_codes(tasks: Sequence[Waiting], counts: Mapping[str, Counts]) -> list[OpenCode]:
    """The codes of open Tasks, those of most messages first."""
    found = [
        OpenCode(
            task.id, task.code.system, task.code.code, unmapped_codes.place(task.resource), *counts[task.id]
        )
        for task in tasks
    ]
    return sorted(found, key=lambda one: (-one.messages, one.place, one.code))


def _version(row: dict[str, Any]) -> Version:
    activated = row["activated"].replace(tzinfo=UTC)
    return Version(row["number"], str(row["version"] or ""), activated, row["note"], row["of"])
