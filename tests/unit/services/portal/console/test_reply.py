from datetime import UTC, datetime, timedelta

import pytest

from services.portal.console.reply import reply

NOW = datetime(2026, 11, 26, 12)


def test_nothing_is_owed() -> None:
    assert reply({}) is None


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        ({"attempts": 0, "due": NOW}, "还没有发送"),
        ({"attempts": 2, "due": NOW, "code": "AE"}, "已发送，等待对方确认"),
        ({"attempts": 1, "outcome": "acknowledged", "at": NOW, "code": "AA"}, "对方已确认收到"),
        ({"attempts": 9, "outcome": "given up", "at": NOW, "code": "AA"}, "没有送到，已放弃"),
        ({"attempts": 1, "outcome": "not wanted", "at": NOW}, "发送方不需要"),
    ],
)
def test_line_20_a_reply_tells_where_it_stands(kept: dict[str, object], state: str) -> None:
    found = reply({"reply": kept | {"control": "R1"}})
    assert found is not None
    assert (found.state, found.attempts, found.code) == (state, kept["attempts"], kept.get("code", ""))
    for moment in (found.due, found.at):
        assert moment is None or moment.utcoffset() == timedelta()
    assert (found.due or found.at) == NOW.replace(tzinfo=UTC)
