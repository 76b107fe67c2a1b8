"""What a record says of an app, as it is written and read."""

import pytest

from services.portal.apps.deeds import Deed, Kind, deed


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Deed(Kind.ALLOWED, "a1", "openid patient/*.rs"), "allowed to the app a1: openid patient/*.rs"),
        (Deed(Kind.WITHDRAWN, "a1"), "withdrawn from the app a1"),
        (Deed(Kind.LAUNCHED, "a1"), "launch of the app a1"),
    ],
)
def test_a_reason_is_read_as_it_was_written(made: Deed, reason: str) -> None:
    assert made.reason == reason
    assert deed(reason) == made


def test_other_reasons_tell_of_no_app() -> None:
    for reason in (
        None,
        "",
        "arrival",
        "refused to the app a1",
        "allowed to the app ",
        "allowed to the app a b",
    ):
        assert deed(reason) is None, reason


def test_a_long_scope_is_cut_and_still_tells_of_the_app() -> None:
    made = Deed(Kind.ALLOWED, "a1", " ".join(["patient/Observation.rs"] * 60))
    assert len(made.reason) == 500
    cut = deed(made.reason)
    assert cut is not None
    assert (cut.client, cut.what) == ("a1", ("检验结果和体征",))
