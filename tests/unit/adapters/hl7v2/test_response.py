"""The answer to a query: in its delimiters, with its QPD as it came."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from adapters.hl7v2.ack import is_acknowledgement
from adapters.hl7v2.error import Error, Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.response import Hits, respond

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def asked(modes: str = "|") -> Message:
    msh = f"MSH|^~\\&|HIS|H|F|C|2026||QBP^Q23^QBP_Q21|7|P|2.5|||{modes}||UNICODE UTF-8"
    return Message.parse(f"{msh}\rQPD|IHE PIX Query|T1|1^^^H\rRCP|I\r")


def lines(text: str) -> list[str]:
    assert text.endswith("\r")
    return text.rstrip("\r").split("\r")


def test_what_was_found() -> None:
    text = respond(asked(), [], NOW, "ID", segments=["PID|||2"], hits=Hits(5, 1, 4), pointer="a|b")
    assert lines(text) == [
        "MSH|^~\\&|F|C|HIS|H|20260102030405.000+0000||RSP^K23^RSP_K23|ID|P|2.5||||||UNICODE UTF-8",
        "MSA|AA|7",
        "QAK|T1|OK|IHE PIX Query|5|1|4",
        "QPD|IHE PIX Query|T1|1^^^H",
        "PID|||2",
        "DSC|a\\F\\b|I",
    ]


def test_nothing_and_errors() -> None:
    assert lines(respond(asked(), [], NOW, "ID"))[2] == "QAK|T1|NF|IHE PIX Query"
    refused = respond(asked(), [Error("unknown-domain", Location("QPD", 1, 4, 2))], NOW, "ID")
    assert lines(refused)[1] == "MSA|AE|7"
    assert lines(refused)[2].startswith("ERR||QPD^1^4^2|204^")
    assert lines(refused)[3] == "QAK|T1|AE|IHE PIX Query"
    assert lines(respond(asked(), [Error("busy")], NOW, "ID"))[3] == "QAK|T1|AR|IHE PIX Query"


def test_in_enhanced_mode_no_acknowledgement_is_wanted() -> None:
    header = Message.parse(respond(asked("AL|AL"), [], NOW, "ID")).header
    assert (header[15].value, header[16].value) == ("NE", "NE")


def test_a_cancel_is_acknowledged() -> None:
    cancel = Message.parse("MSH|^~\\&|HIS|H|F|C|2026||QCN^J01^QCN_J01|8|P|2.5\rQID|T1|N\r")
    assert [line[:8] for line in lines(respond(cancel, [], NOW, "ID"))] == ["MSH|^~\\&", "MSA|AA|8"]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))
def test_the_query_comes_back_as_it_was_and_is_never_more_than_a_line(tag: str) -> None:
    message = Message.parse(asked().encode().replace("|T1|", f"|{tag}\nX|"))
    answer = Message.parse(respond(message, [], NOW, "ID"))
    assert is_acknowledgement(answer)
    assert [segment.name for segment in answer] == ["MSH", "MSA", "QAK", "QPD"]
