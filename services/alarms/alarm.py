"""Alarm: its kind, a sentence and facts in numbers and names of things; nothing of any resident."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

Fact = str | int | float | bool


class Kind(StrEnum):
    """What an alarm is about."""

    FEED_SILENT = "feed silent"
    FEED_LATE = "feed late"
    DEAD_LETTERS = "dead letters"
    HELD_UP = "held up"
    AUDIT_INCOMPLETE = "audit incomplete"
    AUDIT_ROOT = "audit root"
    SWEEP = "sweep"
    EMERGENCY = "emergency access"
    CASE = "case"
    ACCOUNT = "account"
    CLIENT = "client"
    CLOCK = "clock"
    CERTIFICATE = "certificate"


class State(StrEnum):
    """How far a way of sending has come."""

    NONE = "none"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm; `count` tells how often it sounded again while it was fresh."""

    id: str
    kind: str
    text: str
    facts: Mapping[str, Fact]
    first: datetime
    last: datetime
    count: int
    webhook: State
    mail: State

    def as_json(self) -> dict[str, Any]:
        """As it is posted to a webhook."""
        return {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            "facts": dict(self.facts),
            "first": self.first.isoformat(timespec="milliseconds"),
            "last": self.last.isoformat(timespec="milliseconds"),
            "count": self.count,
        }
