"""The answer to a batch: checklist line 7 of the feed."""

from datetime import UTC, datetime

from adapters.hl7v2.batch import split
from adapters.hl7v2.batch_answer import answer
from adapters.hl7v2.message import Message

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
ONE, TWO = b"MSH|^~\\&|||||||ACK|1|P|2.4\rMSA|AA|C1\r", b"MSH|^~\\&|||||||ACK|2|P|2.4\rMSA|AE|C2\r"
MESSAGE = b"MSH|^~\\&|HIS|HTEST|FURONG|CD|||ADT^A01|C1|P|2.4\rPID|1||P1\r"


def given(raw: bytes, *replies: bytes | None) -> list[str]:
    return answer(split(raw), replies, NOW, "F1").decode().splitlines()


def test_line_7_each_message_is_answered_within_an_envelope_that_names_the_batch() -> None:
    raw = b"FHS|^~\\&|HIS|HTEST|FURONG|CD|||||7\r" + b"BHS|^~\\&|HIS|HTEST|FURONG|CD|||||8\r"
    lines = given(raw + MESSAGE + MESSAGE + b"BTS|2\rFTS|1\r", ONE, TWO)
    assert lines[0] == "FHS|^~\\&|FURONG|CD|HIS|HTEST|20260301080000+0000||||F1|7"
    assert lines[1] == "BHS|^~\\&|FURONG|CD|HIS|HTEST|20260301080000+0000||||F1B1|8"
    assert [line for line in lines if line.startswith("MSA")] == ["MSA|AA|C1", "MSA|AE|C2"]
    assert lines[-2:] == ["BTS|2", "FTS|1"]


def test_line_7_a_wrong_count_is_told_by_an_acknowledgement_of_the_batch() -> None:
    lines = given(b"BHS|^~\\&|HIS|HTEST|FURONG|CD|||||8\r" + MESSAGE + b"BTS|5\r", ONE)
    start = max(number for number, line in enumerate(lines) if line.startswith("MSH"))
    told = Message.parse("\r".join(lines[start:-1]) + "\r")
    assert told.get("MSA-1").value == "AE"
    assert told.get("MSA-2").value == "8"
    assert told.get("ERR-2").raw == "BTS^1^1"
    assert told.get("ERR-3.1").value == "102"
    assert lines[-1] == "BTS|2"


def test_line_7_batches_of_one_file_are_answered_apart() -> None:
    head = b"BHS|^~\\&|HIS|HTEST|FURONG|CD|||||%d\r"
    lines = given(head % 1 + MESSAGE + b"BTS|1\r" + head % 2 + MESSAGE + b"BTS|1\r", ONE, None)
    assert [line.split("|")[-1] for line in lines if line.startswith("BHS")] == ["1", "2"]
    assert [line for line in lines if line.startswith("BTS")] == ["BTS|1", "BTS|0"]


def test_line_7_messages_without_an_envelope_are_answered_as_a_batch() -> None:
    lines = given(MESSAGE + MESSAGE, ONE, TWO)
    assert lines[0].startswith("BHS|^~\\&|")
    assert lines[-1] == "BTS|2"


def test_other_delimiters_and_chinese_names_of_the_sender_come_back() -> None:
    raw = "BHS$!~\\&$系统$珅院$FURONG$CD$$$$$9\r".encode("gb18030") + MESSAGE + b"BTS$1\r"
    text = answer(split(raw), [ONE], NOW, "F1").decode("gb18030")
    assert text.startswith("BHS$!~\\&$FURONG$CD$系统$珅院$20260301080000+0000$$$$F1B1$9\r")
    assert text.endswith("BTS$1\r")
