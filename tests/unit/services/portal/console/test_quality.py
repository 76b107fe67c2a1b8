from datetime import UTC, datetime, timedelta
from typing import Any

from services.portal.console.quality import LATE, NOTHING, quality

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def row(state: str = "done", finding: str = "", **more: Any) -> dict[str, Any]:
    findings = [{"text": finding}] if finding else []
    return {"state": state, "received": NOW, "told": NOW, "findings": findings} | more


def test_nothing_came_is_no_score() -> None:
    assert quality([]) == NOTHING


def test_line_66_the_score_is_the_share_without_a_fault_and_says_why() -> None:
    rows = [row(), row(), row(unmapped=["ZPI[1]-2"]), row(unmapped=["ZPI[1]-2"], finding="field-missing")]
    found = quality(rows)
    assert (found.score, found.messages) == (50, 4)
    assert [count for _, count in found.reasons] == [2, 1]


def test_line_66_each_reason() -> None:
    faults = [
        row(finding="number"), row(finding="timestamp"), row(warnings=["x"]), row(state="dead"),
        row(told=NOW - LATE - timedelta(seconds=1)),
    ]  # fmt: skip
    assert quality(faults).score == 0
    assert len(quality(faults).reasons) == 4
    assert quality([row(told=NOW - LATE), row(told=None)]).score == 100
