"""An emergency access in words."""

from datetime import UTC, datetime, timedelta

import pytest

from services.portal.emergency import REASONS, left, purpose, reason_fault

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (4 * 3600, (4, 0)),
        (4 * 3600 - 1, (4, 0)),
        (3540, (0, 59)),
        (3541, (1, 0)),
        (1, (0, 1)),
        (0, (0, 0)),
        (-9, (0, 0)),
    ],
)
def test_the_last_minute_counts_as_whole(seconds: int, expected: tuple[int, int]) -> None:
    assert left(NOW + timedelta(seconds=seconds), NOW) == expected


def test_a_reason_is_treatment_or_breaks_the_glass() -> None:
    assert {code: purpose(code) for code in REASONS} == {
        "unconscious": "ETREAT", "life-threat": "ETREAT", "newborn": "ETREAT", "other": "BTG",
    }  # fmt: skip


@pytest.mark.parametrize(
    "reason",
    [
        "路边昏倒送来，叫不醒，家属不在",
        "大出血，血压60/40，抢救",
        "BP 60/40 HR 150",
        "cardiac arrest",
        "新生儿窒息，母亲昏迷，抢救中",
        "昏迷不醒，昏迷不醒，快",
        "心跳骤停心跳骤停心跳",
        "CPR CPR CPR CPR",
        "anaphylaxis",
        "polytrauma",
        "Hyperkalaemia",
        "抢救" * 5,
        "车" + "祸，昏迷，" * 100,
    ],
)
def test_what_may_be_a_reason_is_one(reason: str) -> None:
    assert reason_fault(reason[:500]) == ""


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("", "至少10个字"),
        ("昏迷", "至少10个字"),
        ("昏 迷 不 醒 的 病 人", "至少10个字"),
        ("昏迷不醒的病人" * 80, "最多500个字"),
        ("啊" * 11, "写明出了什么事"),
        ("Ａa" * 8, "写明出了什么事"),
        ("1234567890", "写明出了什么事"),
        ("。，！？；：、…—·～", "写明出了什么事"),
        ("2026-11-28 12:30", "写明出了什么事"),
    ],
)
def test_what_can_be_no_reason_is_sent_back(reason: str, fault: str) -> None:
    assert fault in reason_fault(reason)
