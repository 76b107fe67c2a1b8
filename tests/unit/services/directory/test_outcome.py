"""Outcomes: what a line does, when something is over, and that citizen numbers are masked."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.directory.outcome import Action, outcome, over

NOW = datetime(2026, 6, 30, 16, tzinfo=UTC)
"""The first moment of 1 July in Chengdu."""


def licensed(*ends: str | None) -> dict[str, Any]:
    periods = [{"period": {"end": end} if end else {"start": "2020"}} for end in ends]
    return {"resourceType": "Practitioner", "id": "p", "qualification": periods}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"active": True}, False),
        ({"active": False}, True),
        ({"status": "off"}, True),
        ({"status": "inactive"}, True),
        ({"period": {"end": "2026-06-30"}}, True),
        ({"period": {"end": "2026-07-01"}}, False),
        ({"period": {"start": "2020"}}, False),
        (licensed("2026-06-30"), True),
        (licensed("2026-06-30", "2026-07-01"), False),
        (licensed("2026-06-30", None), False),
        (licensed(), False),
    ],
)
def test_over(resource: dict[str, Any], expected: bool) -> None:
    assert over(resource, NOW) is expected


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (None, licensed("2020-01-01"), Action.CREATED),
        (licensed("2030-01-01"), licensed("2030-01-01"), Action.UNCHANGED),
        (licensed("2030-01-01"), licensed("2031-01-01"), Action.CHANGED),
        (licensed("2030-01-01"), licensed("2020-01-01"), Action.ENDED),
        (licensed("2019-01-01"), licensed("2020-01-01"), Action.CHANGED),
        (licensed("2020-01-01"), licensed("2030-01-01"), Action.CHANGED),
    ],
)
def test_action(before: dict[str, Any] | None, after: dict[str, Any], action: Action) -> None:
    assert outcome(2, before, after, 1, NOW).action is action


def test_what_is_shown() -> None:
    before = {"resourceType": "Practitioner", "id": "p", "identifier": [{"value": "20005510104195803129013"}]}
    after = {"resourceType": "Practitioner", "id": "p", "identifier": [{"value": "510104195803129021"}]}
    found = outcome(7, before, after, 3, NOW)
    change = {"path": "identifier[0].value", "old": "20005510104********9013", "new": "510104********9021"}
    told = {"line": 7, "action": "changed", "resource": "Practitioner/p", "changes": [change]}
    assert found.shown() == told
    first, second = found.lines()
    assert first == "line 7: Practitioner/p is changed"
    assert second.strip() == 'identifier[0].value: "20005510104********9013" -> "510104********9021"'
