"""Acknowledgements by the cases of tests/spec/hl7v2 (lines 13 and 20 to 30 of the feed's checklist)."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.hl7v2.ack import acknowledge, code_of, is_acknowledgement, is_enhanced
from adapters.hl7v2.check import check
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message, MessageError

CASES = Path(__file__).parents[3] / "spec" / "hl7v2"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, timezone(timedelta(hours=8)))
CHARSET = "MSH|^~\\&|HIS|H|A|B|2026||ADT^A01|1|P|2.5||||||"


def cases() -> list[Any]:
    files = sorted(CASES.glob("*.yaml"))
    return [
        pytest.param(row, id=row["rule"])
        for file in files
        for row in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def parsed(text: str) -> Message | None:
    try:
        return Message.parse(text)
    except MessageError:
        return None


@pytest.mark.parametrize("case", cases())
def test_answers_as_specified(case: dict[str, Any]) -> None:
    message = parsed(case["message"])
    supported, processing_ids = case.get("supported"), case.get("processing_ids", ("P",))
    errors = check(message, supported, processing_ids, strict=case.get("strict", False))
    errors += [Error(key) for key in case.get("errors", ())]
    options = {name: case[name] for name in ("level", "sequence_number", "accept") if name in case}
    answer = acknowledge(message, errors, NOW, "ID", **options)
    if case["answer"] is None:
        assert answer is None
        return
    expected = case["answer"].replace("TIME", "20260102030405.678+0800").replace("\n", "\r")
    assert answer == expected


def test_an_answer_is_a_message_that_nobody_answers() -> None:
    answer = acknowledge(Message.parse(CHARSET), [], NOW, "a|b")
    assert answer is not None
    reply = Message.parse(answer)
    assert is_acknowledgement(reply)
    assert str(reply.get("MSH-10")) == "a|b"
    assert acknowledge(reply, [Error("internal")], NOW, "2") is None


def test_mode_and_code() -> None:
    original, enhanced = Message.parse(CHARSET), Message.parse("MSH|^~\\&|A||||||ADT^A01|1|P|2.5|||AL|AL")
    assert not is_enhanced(original)
    assert is_enhanced(enhanced)
    warning, ours = Error("number", severity="W"), Error("busy")
    assert code_of(original, [warning]) == "AA"
    assert code_of(original, [ours]) == "AR"
    assert code_of(enhanced, [ours]) == "CE"
    assert code_of(enhanced, [ours], "application") == "AR"
    assert code_of(None, [Error("no-header")]) == "AR"


@pytest.mark.parametrize(
    ("charset", "chinese"), [("", False), ("GBK", True), ("UTF-8", True), ("8859/1", False)]
)
def test_chinese_only_where_the_character_set_has_it(charset: str, chinese: bool) -> None:
    answer = acknowledge(Message.parse(CHARSET + charset), [Error("internal", Location())], NOW, "1")
    assert answer is not None
    assert bool(Message.parse(answer).get("ERR-8")) is chinese
    assert str(Message.parse(answer).get("MSH-18")) == charset


def test_a_sender_of_undeclared_chinese_is_answered_in_chinese() -> None:
    message = Message.parse(f"{CHARSET}\rPID|1||1||张伟\r")
    answer = acknowledge(message, [Error("internal")], NOW, "1")
    assert answer is not None
    assert str(Message.parse(answer).get("ERR-8"))


def test_gives_the_expected_sequence_number() -> None:
    answer = acknowledge(Message.parse(CHARSET), [Error("sequence-number")], NOW, "1", sequence_number=7)
    assert answer is not None
    assert str(Message.parse(answer).get("MSA-4")) == "7"


def test_never_echoes_more_than_one_line_of_the_header() -> None:
    message = Message.parse("MSH|^~\\&|HIS|H|A|B|2026||ADT^A01|1\nHTEST name\r")
    answer = acknowledge(message, check(message), datetime.now(UTC), "1")
    assert answer is not None
    assert "HTEST" not in answer
    assert str(Message.parse(answer).get("MSA-2")) == "1"
