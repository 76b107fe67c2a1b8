"""Outcome: what a line of the file does, or would do, to the directory, element by element."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fhir.matching import citizen_number
from fhir.resource import Resource
from fhir.search.types.interval import interval, moment
from services.difference import changes

_EIGHTEEN = re.compile(r"(?=([0-9]{17}[0-9Xx]))")


class Action(StrEnum):
    """What becomes of the resource; it is `ended` where it was in use and is not any more."""

    CREATED = "created"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """One element: its path, what it was and what it becomes, in JSON; citizen numbers are masked."""

    path: str
    old: str | None
    new: str | None

    def shown(self) -> dict[str, Any]:
        """For a program."""
        old, new = (None if each is None else json.loads(each) for each in (self.old, self.new))
        return {"path": self.path, "old": old, "new": new}

    def __str__(self) -> str:
        return f"{self.path}: {self.old or '(nothing)'} -> {self.new or '(nothing)'}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one line does; `version` is that of what is there, 0 where there is nothing."""

    line: int
    action: Action
    resource: Resource
    version: int
    changes: tuple[Change, ...]

    @property
    def reference(self) -> str:
        """`Type/id`."""
        return f"{self.resource['resourceType']}/{self.resource['id']}"

    def shown(self) -> dict[str, Any]:
        """For a program."""
        told = [each.shown() for each in self.changes]
        return {"line": self.line, "action": self.action, "resource": self.reference, "changes": told}

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"line {self.line}: {self.reference} is {self.action}"
        yield from (f"    {each}" for each in self.changes)


def outcome(line: int, before: Resource | None, after: Resource, version: int, now: datetime) -> Outcome:
    """What it means that `before` becomes `after`."""
    told = () if before == after else tuple(_masked(*each) for each in changes(before, after))
    if before is None:
        action = Action.CREATED
        told = tuple(each for each in told if each.path not in ("resourceType", "id"))
    elif before == after:
        action = Action.UNCHANGED
    else:
        action = Action.ENDED if over(after, now) and not over(before, now) else Action.CHANGED
    return Outcome(line, action, after, version, told)


def over(resource: Resource, now: datetime) -> bool:
    """Is it not in use, or has its period, or that of the last licence, ended?"""
    if resource.get("active") is False or resource.get("status") in ("inactive", "off"):
        return True
    licences = [each.get("period") for each in resource.get("qualification") or () if each.get("period")]
    periods = licences or [each for each in (resource.get("period"),) if each]
    return bool(periods) and all(_ended(each, now) for each in periods)


def _ended(period: dict[str, Any], now: datetime) -> bool:
    range = interval(str(period.get("end") or ""))
    return range is not None and moment(range[1]) <= now


def _masked(path: str, old: str | None, new: str | None) -> Change:
    return Change(path, old and _mask(old), new and _mask(new))


def _mask(value: str) -> str:
    """Also of a number that holds a citizen number, as that of a doctor's certificate does."""
    for number in _EIGHTEEN.findall(value):
        if citizen_number.valid(number):
            value = value.replace(number, number[:6] + "*" * 8 + number[-4:])
    return value
