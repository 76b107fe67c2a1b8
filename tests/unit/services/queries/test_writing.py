"""The reply to a query in original and enhanced mode (table 0155)."""

import pytest

from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message
from services.intake.reading import Reading
from services.queries.answers import Answer
from services.queries.writing import written

FOUND = Answer(["PID|||1"], ["Patient/1"])


def reading(modes: str, errors: tuple[Error, ...] = ()) -> Reading:
    msh = f"MSH|^~\\&|HIS|H|F|C|2026||QBP^Q23^QBP_Q21|7|P|2.5|||{modes}"
    return Reading(Message.parse(f"{msh}\rQPD|N|T1|1\r"), "utf-8", errors)


def code(block: bytes | None) -> str | None:
    return None if block is None else Message.parse(block.decode()).get("MSA-1").value


@pytest.mark.parametrize(
    ("modes", "wrong", "accept", "answer"),
    [
        ("|", False, None, "AA"),
        ("|", True, None, "AE"),
        ("AL|AL", False, "CA", "AA"),
        ("AL|", False, "CA", "AA"),
        ("NE|AL", True, None, "AE"),
        ("AL|NE", False, "CA", None),
        ("NE|NE", False, None, None),
        ("SU|ER", False, "CA", None),
        ("ER|ER", True, None, "AE"),
        ("|SU", False, None, "AA"),
        ("|SU", True, None, None),
    ],
)
def test_what_is_wanted(modes: str, wrong: bool, accept: str | None, answer: str | None) -> None:
    errors = [Error("unknown-identifier")] if wrong else []
    reply = written(reading(modes), Answer() if wrong else FOUND, errors)
    assert (code(reply.accept), code(reply.answer)) == (accept, answer)
    assert reply.patients == (FOUND.patients if answer == "AA" else ())


@pytest.mark.parametrize(
    ("modes", "expected"), [("|", "AE"), ("AL|AL", "CE"), ("|AL", "AE"), ("NE|NE", None)]
)
def test_a_query_that_is_none_is_refused_at_the_first_level(modes: str, expected: str | None) -> None:
    wrong = Error("field-missing")
    reply = written(reading(modes, (wrong,)), Answer(), [wrong])
    assert (code(reply.answer), reply.accept) == (expected, None)


def test_our_own_fault_may_be_tried_again() -> None:
    reply = written(reading("|"), Answer(), [Error("query-failed")])
    assert (reply.code, reply.transient) == ("AR", True)
