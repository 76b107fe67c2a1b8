"""What a sender is told of a processed message: checklist lines 22, 23 and 27 of the feed."""

import pytest

from adapters.hl7v2.error import Location
from services.inbox import DEAD, DISCARDED, DONE, RECEIVED, REPLACED
from services.intake.verdict import LOCKED, verdict
from services.worker.unusable import Unusable

SOMEBODY_ELSE = {"text": "the patient's number is known for somebody else: name and birth date differ"}
OTHER = {"text": "a resource can't be stored"}


@pytest.mark.parametrize(
    ("state", "reason", "expected"),
    [
        (DONE, None, []),
        (RECEIVED, None, [("pending", "207", True)]),
        (LOCKED, None, [("locked", "206", True)]),
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


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("the number is that of another patient: a clerk must decide", "another-patients", "205"),
        ("the visit or account is that of another patient: a clerk must decide", "another-patients", "205"),
        ("the patient is not known: this source's own ADT has to come first", "unknown-patient", "204"),
        ("the patient that remains has been merged into this one before", "merge-refused", "205"),
        ("the two patients differ in name, birth date and sex: a clerk must decide", "merge-refused", "205"),
        ("the patients of one person carry different valid citizen numbers", "merge-refused", "205"),
    ],
)
def test_lines_27_and_51_what_only_the_store_can_tell_has_its_code_and_place(
    text: str, key: str, code: str
) -> None:
    (error,) = verdict(DEAD, Unusable(text, place="MRG[2]-1").reason)
    assert (error.text_key, error.code, error.rejected) == (key, code, False)
    assert error.location == Location("MRG", 2, 1)
