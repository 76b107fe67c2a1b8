"""adapters.hl7v2.segment_attributes, by the tables of 2.5.1."""

import pytest

from adapters.hl7v2.message import Message
from adapters.hl7v2.strict import strict

MSH = "MSH|^~\\&|HIS|HTEST|||20260105||ORU^R01^ORU_R01|1|P|2.5.1"


def findings(segment: str) -> list[str]:
    found = strict(Message.parse("\r".join((MSH, "PID|1||1||HTEST", "OBR|1|||X", segment))))
    return [f"{error.severity} {error.text_key} {error.location}" for error in found]


@pytest.mark.parametrize(
    ("segment", "finding"),
    [
        ("OBX|1|NM|X||5||||||F", []),
        ("OBX|1|NM|X||5", ["E field-missing OBX-11"]),
        ("OBX|1|NM|||5||||||F", ["E field-missing OBX-3"]),
        ("OBX|x|ST|X||5||||||F", ["E number OBX-1"]),
        ("OBX|1|NM|X||阴性||||||F", ["E number OBX-5"]),
        ("OBX|1|NM|X||1~y||||||F", ["E number OBX-5(2)"]),
        ("OBX|1|DT|X||20260230||||||F", ["E timestamp OBX-5"]),
        ("OBX|1|TM|X||2560||||||F", ["E timestamp OBX-5"]),
        ("OBX|1|ST|X||5||||||?", ["W code-unknown OBX-11"]),
        ("OBX|1|ST|X||5||||||F~F", ["E too-many-repetitions OBX-11(2)"]),
        ("OBX|1|ST|X||5^6||||||F", ["W beyond-the-standard OBX-5.2"]),
        ("OBX|1|ST|X||5||||||F|||2026-01-05", ["E timestamp OBX-14"]),
        ("OBX|1|ST|X||5||||||F" + "|" * 20 + "x", ["W beyond-the-standard OBX-31"]),
        ("OBX|1|ZZ|X||5||||||F", ["W code-unknown OBX-2"]),
    ],
)
def test_says_what_a_field_lacks(segment: str, finding: list[str]) -> None:
    found = [one.removesuffix(".1").removesuffix(".1") for one in findings(segment)]
    assert found == finding


def test_a_deleted_field_is_not_missing() -> None:
    assert findings('OBX|1|ST|""||5||||||F') == []
