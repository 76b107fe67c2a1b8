"""The tokeniser against hl7apy, field by field, and against public messages, byte by byte."""

from pathlib import Path

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message

CORPORA = Path(__file__).parents[5] / "shared" / "corpora" / "hl7v2"
FILES = sorted(CORPORA.rglob("*.hl7"))
STANDARD = [
    "MSH|^~\\&|HIS|HTEST1|FURONG|CD|20260102030405||ADT^A01^ADT_A01|1|P|2.5\r"
    "EVN|A01|20260102030405\r"
    "PID|1||123^^^HTEST1&1.2.3&ISO^MR~456^^^GA^NI||张^三^^^^^L||19800101|M|||四川路1号\\T\\2号^^成都||028-1\r"
    "PV1|1|I|W1^101^2^HTEST1||||1^王^五\r",
    "MSH|^~\\&|LIS|HTEST1|FURONG|CD|20260102030405||ORU^R01^ORU_R01|2|P|2.4\r"
    "PID|1||123\r"
    "OBR|1|P1^HIS|F1^LIS|58410-2^CBC^LN|||20260102\r"
    "OBX|1|NM|718-7^Hb^LN||13.5|g/dL|12-16|N|||F\r"
    "OBX|2|ST|x^y^L||a\\F\\b|||||||F\r",
    "MSH#*~\\&#LIS#HTEST1###20260102##ORU*R01*ORU_R01#3#P#2.5.1\r"
    "PID#1##7***A&1.2&ISO~8\r"
    "OBR#1###k*Kalium*L\r"
    "OBX#1#NM#k*Kalium*L##4.1#mmol/l####F\r",
]


@pytest.mark.parametrize("text", STANDARD)
def test_agrees_with_hl7apy_on_standard_messages(text: str) -> None:
    ours = Message.parse(text)
    theirs = parse_message(text, validation_level=VALIDATION_LEVEL.TOLERANT, find_groups=False)
    segments = list(theirs.children)
    assert [segment.name for segment in ours] == [segment.name for segment in segments]
    for segment, other in zip(ours, segments, strict=True):
        for position, field in enumerate(segment, 1):
            if segment.name == "MSH" and position < 3:
                continue
            repetitions = [part.to_er7() for part in getattr(other, f"{segment.name}_{position}".lower())]
            assert [part.raw for part in field.repetitions] == repetitions


@pytest.mark.skipif(not FILES, reason="the public messages (../shared/corpora/hl7v2) are not here")
@pytest.mark.parametrize(
    "file", FILES or [None], ids=lambda file: str(file.relative_to(CORPORA)) if file else ""
)
def test_public_messages_are_read_and_written_whole(file: Path) -> None:
    text = decode(file.read_bytes(), "UTF-8").text.lstrip("\ufeff")
    for part in text.replace("\r\n", "\r").replace("\n", "\r").split("\rMSH|"):
        sent = part if part.startswith("MSH") else f"MSH|{part}"
        message = Message.parse(sent)
        assert message.header[1].raw == sent[3]
        written = [line for line in message.encode().replace("\n", "\r").split("\r") if line.strip()]
        assert written == [line.lstrip(" \t") for line in sent.split("\r") if line.strip()]
