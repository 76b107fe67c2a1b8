"""What a sender is told of a processed message: checklist lines 22, 23 and 27 of the feed."""

import pytest

from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REPLACED
from services.intake.verdict import verdict

SOMEBODY_ELSE = {"text": "the patient's number is known for somebody else: name and birth date differ"}
OTHER = {"text": "a resource can't be stored"}


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (DONE, None, []),
        (RECEIVED, None, [("pending", "207", True)]),
        (DEAD, OTHER, [("not-filed", "207", False)]),
        (DEAD, SOMEBODY_ELSE, [("duplicate", "205", False)]),
        (DEAD, None, [("not-filed", "207", False)]),
        (DISCARDED, OTHER, [("not-filed", "207", False)]),
        (REPLACED, OTHER, [("not-filed", "207", False)]),
    ],
)
def test_lines_22_to_27_a_state_is_told_by_a_code(
    state: str, reason: dict[str, str] | None, expected: list[tuple[str, str, bool]]
) -> None:
    assert [(each.text_key, each.code, each.rejected) for each in verdict(state, reason)] == expected
