"""What refuses a message and what warns (lines 19 and 24 to 28 of the feed's checklist)."""

import pytest

from adapters.hl7v2.check import check, refuses
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message

HEADER = "MSH|^~\\&|A|B|||20260101||{}|1|P|2.5.1\r"


def found(event: str, *segments: str, strict: bool = False) -> list[Error]:
    return check(Message.parse(HEADER.format(event) + "\r".join(segments)), strict=strict)


def test_nothing_wrong() -> None:
    assert found("ADT^A01", "EVN||20260101", "PID|||1||A||19800101", "PV1||I") == []
    assert found("ORU^R01", "PID|||1", "OBR||||CBC", "OBX||NM|a||1.5~-2") == []
    assert found("RDE^O11", "PID|||1", "ORC|NW", "RXE|1") == []
    assert found("VXU^V04", "PID|||1", "RXA|0|1|20260101") == []
    assert found("ADT^A40", "EVN||2026", "PID|||1", "MRG|2") == []
    assert found("ADT^A20", "EVN||2026", "NPU|B1") == []
    assert found("MFN^M02", "MFI|x") == []


def test_no_message_at_all() -> None:
    errors = check(None)
    assert [error.code for error in errors] == ["100"]
    assert refuses(errors)


@pytest.mark.parametrize("version", ["2.1", "2.2", "2.3", "2.3.1", "2.5.1^CHN", "2.8.2", "2.9", "2.9.1", ""])
def test_every_version_is_accepted(version: str) -> None:
    text = f"MSH|^~\\&|A|B|||20260101||ADT^A01|1|P|{version}\rEVN|\rPID|||1\rPV1||I\r"
    assert check(Message.parse(text)) == []


@pytest.mark.parametrize("version", ["3", "2.0", "1.9", "x2.5", "2.5.1.999"])
def test_other_versions_are_not(version: str) -> None:
    text = f"MSH|^~\\&|A|B|||20260101||ADT^A01|1|P|{version}\rPID|||1\r"
    assert [error.code for error in check(Message.parse(text))] == ["203"]


def test_a_missing_processing_id_is_a_warning() -> None:
    message = Message.parse("MSH|^~\\&|A|B|||20260101||ADT^A01|1||2.5\rEVN|\rPID|||1\rPV1||I\r")
    assert check(message) == [Error("field-missing", Location("MSH", 1, 11), "W")]
    assert not refuses(check(message))


def test_supported_pairs_narrow_what_is_known() -> None:
    message = Message.parse(HEADER.format("ADT^A05") + "EVN|\rPID|||1\rPV1||I\r")
    assert check(message) == []
    assert check(message, {"ADT^A05"}) == []
    assert [error.text_key for error in check(message, {"ADT^A01"})] == ["event-unsupported"]
    assert [error.text_key for error in check(message, {"ORU^R01"})] == ["type-unsupported"]


def test_a_rejected_message_is_not_looked_into() -> None:
    assert [error.text_key for error in found("ADT^A99")] == ["event-unsupported"]


@pytest.mark.parametrize("pid", ["PID||1", "PID||||1", "PID|||||||||||||||||||510101"])
def test_an_identifier_elsewhere_is_a_warning(pid: str) -> None:
    assert found("ADT^A01", "EVN|", pid, "PV1||I") == [
        Error("patient-identifier-missing", Location("PID", 1, 3), "W")
    ]


@pytest.mark.parametrize("pid", ["PID|1", 'PID|1||""', "PID|1||  ", "PID|1||^^^H1"])
def test_no_identifier_anywhere_is_an_error(pid: str) -> None:
    errors = found("ADT^A01", "EVN|", pid, "PV1||I")
    assert errors == [Error("patient-identifier-missing", Location("PID", 1, 3), "E")]


def test_each_pair_of_a_merge_needs_its_identifiers() -> None:
    errors = found("ADT^A40", "EVN|", "PID|||1", "MRG|2", "PID|", "MRG|")
    assert [str(error.location) for error in errors] == ["PID(2)-3", "MRG(2)-1"]


def test_strict_sources_have_warnings_refused() -> None:
    segments = ("PID|||1||A||1980-01-01", "OBR||||x", "OBX||NM|a||high")
    assert not refuses(found("ORU^R01", *segments))
    assert [error.severity for error in found("ORU^R01", *segments, strict=True)] == ["E", "E"]


def test_a_comparator_in_a_number_is_only_a_warning() -> None:
    errors = found("ORU^R01", "PID|||1", "OBR||||x", "OBX||NM|a||1~<5")
    assert errors == [Error("number", Location("OBX", 1, 5, 2), "W")]


@pytest.mark.parametrize(
    ("sent", "key"), [("", "field-missing"), ("2026/1/5", "timestamp"), ("20260105", None)]
)
def test_a_message_without_a_time_is_taken_with_a_warning(sent: str, key: str | None) -> None:
    message = Message.parse(f"MSH|^~\\&|A|B|||{sent}||ADT^A01|1|P|2.5\rEVN|\rPID|||1\rPV1||I\r")
    found = [(error.text_key, error.severity, error.location[:3]) for error in check(message)]
    assert found == ([(key, "W", ("MSH", 1, 7))] if key else [])
