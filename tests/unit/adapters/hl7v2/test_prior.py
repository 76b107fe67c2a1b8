"""adapters.hl7v2.prior: a merge that contradicts itself is refused with its place (line 51)."""

import pytest

from adapters.hl7v2.check import check
from adapters.hl7v2.message import Message


def found(event: str, *segments: str) -> list[tuple[str, str]]:
    header = f"MSH|^~\\&|A|HTEST1|||20260101||ADT^{event}|1|P|2.5.1\rEVN||2026\r"
    errors = check(Message.parse(header + "\r".join(segments)))
    return [(error.text_key, str(error.location)) for error in errors if error.severity == "E"]


@pytest.mark.parametrize("event", ["A18", "A30", "A34", "A36", "A39", "A40"])
def test_a_patient_is_not_merged_with_itself_or_across_authorities(event: str) -> None:
    assert found(event, "PID|||1^^^X", "MRG|1^^^X") == [("merge-with-itself", "MRG-1")]
    pair = ("PID|||3^^^X", "MRG|4^^^X")
    assert found(event, *pair, "PID|||1^^^X", "MRG|2^^^Y") == [("authorities-differ", "MRG(2)-1.4")]
    assert found(event, *pair) == []


@pytest.mark.parametrize(
    ("pid", "mrg"),
    [
        ("1", "2"),
        ("1^^^X", "2"),
        ("1", "2^^^X"),
        ("1^^^X", "2^^^HTEST1"),
        ("1^^^X~9^^^Y", "2^^^Y"),
        ("1~2", "2"),
    ],
)
def test_what_may_be_one_authority_passes(pid: str, mrg: str) -> None:
    assert found("A40", f"PID|||{pid}", f"MRG|{mrg}") == []


def test_accounts_and_visits_are_not_merged_with_themselves() -> None:
    for event in ("A35", "A41"):
        assert found(event, "PID|||1|||||||||||||||A1", "MRG|1||A1") == [("merge-with-itself", "MRG-3")]
        assert found(event, "PID|||1|||||||||||||||A1", "MRG|1||A2") == []
    assert found("A42", "PID|||1", "MRG|1||||V1", "PV1||I|||||||||||||||||V1") == [
        ("merge-with-itself", "MRG-5")
    ]
    assert found("A50", "PID|||1", "MRG|1||||V1", "PV1||I|||||||||||||||||V1") == []


@pytest.mark.parametrize("event", ["A43", "A46", "A47", "A48"])
def test_a_change_of_numbers_may_keep_the_first(event: str) -> None:
    assert found(event, "PID|||1", "MRG|1") == []
    assert found(event, "PID|||1^^^X", "MRG|2^^^X") == []


@pytest.mark.parametrize("event", ["A43", "A46", "A47", "A48"])
def test_a_change_of_numbers_does_not_change_the_authority(event: str) -> None:
    assert found(event, "PID|||1^^^X", "MRG|2^^^Y") == [("authorities-differ", "MRG-1.4")]


@pytest.mark.parametrize("event", ["A17", "A24", "A37"])
def test_two_patients_are_two(event: str) -> None:
    assert found(event, "PID|||1") == [("segment-missing", "PID(2)")]
    assert found(event, "PID|||1", "PID|||2") == []


@pytest.mark.parametrize("event", ["A35", "A41", "A49"])
def test_an_account_that_is_another_one_has_both_numbers(event: str) -> None:
    assert found(event, "PID|||1", "MRG|1||A1") == [("field-missing", "PID-18")]
    assert found(event, "PID|||1|||||||||||||||A2", "MRG|1") == [("field-missing", "MRG-3")]


@pytest.mark.parametrize("event", ["A42", "A50", "A51"])
def test_a_visit_that_is_another_one_has_both_numbers(event: str) -> None:
    assert found(event, "PID|||1", "MRG|1||||V1") == [("segment-missing", "PV1")]
    assert found(event, "PID|||1", "MRG|1||||V1", "PV1||I") == [("field-missing", "PV1-19")]
    assert found(event, "PID|||1", "MRG|1", "PV1||I" + "|" * 17 + "V2") == [("field-missing", "MRG-5")]
