"""What a query asks for, and what is wrong with it as such."""

import pytest

from adapters.hl7v2.error import Location
from adapters.hl7v2.message import Message
from adapters.hl7v2.query import CANCEL, Query, check, is_query


def message(kind: str = "QBP^Q22^QBP_Q21", qpd: str = "QPD|IHE PDQ Query|T1|@PID.8^M", *more: str) -> Message:
    return Message.parse("\r".join([f"MSH|^~\\&|HIS|H|F|C|2026||{kind}|1|P|2.5", qpd, *more]))


def test_reads_what_is_asked() -> None:
    asked = message("QBP^Q22", "QPD|IHE PDQ Query|T1|@PID.8^M|||||^^^A~^^^B", "RCP|I|05^RD", "DSC|next|I")
    query = Query.of(asked)
    assert (query.event, query.tag, query.asked.raw) == ("QBP^Q22", "T1", "@PID.8^M")
    assert [each.raw for each in query.domains] == ["^^^A", "^^^B"]
    assert (query.quantity, query.pointer) == (5, "next")


def test_domains_of_a_pix_query_stand_in_another_field() -> None:
    query = Query.of(message("QBP^Q23", "QPD|IHE PIX Query|T1|1^^^H|^^^A||||^^^B"))
    assert [each.raw for each in query.domains] == ["^^^A"]
    assert query.quantity is None


def test_what_is_a_query_here() -> None:
    assert all(is_query(message(kind)) for kind in ("QBP^Q21", "QBP^Q22", "QBP^Q23", CANCEL))
    assert not any(is_query(message(kind)) for kind in ("QBP^Q11", "ADT^A01", "RSP^K22", "QRY^A19"))


@pytest.mark.parametrize(
    ("kind", "segments", "found"),
    [
        ("QBP^Q22", ("QPD|N|T1|x", "RCP|I|5^RD"), []),
        ("QBP^Q22", ("QPD||T1|x",), [("field-missing", Location("QPD", 1, 1), "W")]),
        ("QBP^Q22", ("QPD|N||x",), [("field-missing", Location("QPD", 1, 2), "E")]),
        ("QBP^Q23", ("QPD|N|T1",), [("field-missing", Location("QPD", 1, 3), "E")]),
        ("QBP^Q23", ("QPD|N|T1|x", "RCP|D"), [("code-unknown", Location("RCP", 1, 1), "E")]),
        ("QBP^Q23", ("QPD|N|T1|x", "RCP|I|0^RD"), [("number", Location("RCP", 1, 2, 1, 1), "E")]),
        ("QBP^Q23", ("QPD|N|T1|x", "RCP|I|ten^RD"), [("number", Location("RCP", 1, 2, 1, 1), "E")]),
        ("QBP^Q23", ("QPD|N|T1|x", "RCP|I|5^CH"), [("code-unknown", Location("RCP", 1, 2, 1, 2), "E")]),
        ("QBP^Q11", ("QPD|N|T1|x",), [("event-unsupported", Location("MSH", 1, 9, 1, 2), "E")]),
        ("QCN^J01", ("QID|T1",), [("field-missing", Location("QID", 1, 2), "W")]),
        ("QCN^J01", ("QID||N",), [("field-missing", Location("QID", 1, 1), "E")]),
        ("ADT^A01", ("QPD|N",), []),
    ],
)
def test_what_is_wrong(kind: str, segments: tuple[str, ...], found: list[object]) -> None:
    errors = list(check(message(kind, *segments)))
    assert [(error.text_key, error.location, error.severity) for error in errors] == found
