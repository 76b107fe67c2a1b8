"""adapters.hl7v2.strict."""

import pytest

from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.strict import beside, strict

SEGMENTS = "EVN|A01|20260105\rPID|1||1||HTEST\rPV1|1|I"


def message(version: str, kind: str = "ADT^A01^ADT_A01", segments: str = SEGMENTS) -> Message:
    return Message.parse(f"MSH|^~\\&|HIS|HTEST|||20260105||{kind}|1|P|{version}\r{segments}\r")


def keys(one: Message) -> list[str]:
    return [f"{error.text_key} {error.location}" for error in strict(one)]


@pytest.mark.parametrize("version", ["2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"])
def test_a_good_message_of_every_version(version: str) -> None:
    assert keys(message(version)) == []


@pytest.mark.parametrize("version", ["2.7.1", "2.9"])
def test_a_version_without_tables_is_checked_by_the_one_before(version: str) -> None:
    assert keys(message(version)) == ["version-nearest MSH-12"]


def test_z_segments_anywhere_are_no_fault() -> None:
    assert keys(message("2.5", segments="ZZZ|x\r" + SEGMENTS.replace("\r", "\rZPI|1|x\r"))) == []


def test_places_are_precise() -> None:
    assert keys(message("2.5", segments="EVN|A01|20260105\rPID|1||1||HTEST")) == ["segment-missing PV1"]
    assert keys(message("2.5", segments="PID|1||1||HTEST\rPV1|1|I\rEVN|A01|20260105")) == [
        "segment-unexpected EVN",
        "segment-missing EVN",
    ]


def test_the_structure_is_that_of_table_0354() -> None:
    assert keys(message("2.4", "ADT^A08")) == []
    assert keys(message("2.4", "XYZ^X01", "NTE|1||x"))[0] == "structure-unknown MSH-9"


def test_one_fault_is_told_once() -> None:
    own = [Error("timestamp", Location("PID", 1, 7))]
    assert beside([Error("timestamp", Location("PID", 1, 7, 1, 1))], own) == []
    assert len(beside([Error("timestamp", Location("PID", 1, 29))], own)) == 1
