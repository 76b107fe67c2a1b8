"""Reply: the application acknowledgement that a message is owed, as a page shows it (checklist 20, 23)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.portal.catalogue import mark

_OUTCOMES = {
    "acknowledged": mark("对方已确认收到"),
    "given up": mark("没有送到，已放弃"),
    "not wanted": mark("发送方不需要"),
}
_UNSENT, _UNANSWERED = mark("还没有发送"), mark("已发送，等待对方确认")


@dataclass(frozen=True, slots=True)
class Reply:
    """Where it stands; `code` once it was made, `due` while another attempt is to come, `at` its end."""

    state: str
    code: str
    control_id: str
    attempts: int
    due: datetime | None
    at: datetime | None


def reply(row: dict[str, Any]) -> Reply | None:
    """What a row of the inbox owes its sender; None where nothing."""
    kept = row.get("reply")
    if not kept:
        return None
    attempts = int(kept["attempts"])
    return Reply(
        state=_OUTCOMES.get(kept.get("outcome", ""), _UNANSWERED if attempts else _UNSENT),
        code=kept.get("code", ""),
        control_id=kept["control"],
        attempts=attempts,
        due=_utc(kept.get("due")),
        at=_utc(kept.get("at")),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
