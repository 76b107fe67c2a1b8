"""What QPD-3 of a Patient Demographics Query asks for."""

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.criteria import Criteria, Number, Word, criteria
from adapters.v2_to_fhir.source import Source


def asked(*parameters: str) -> tuple[Criteria, list[tuple[str, str]]]:
    message = Message.parse(f"MSH|^~\\&|HIS|H|F|C\rQPD|N|T|{'~'.join(parameters)}\r")
    context = Context(message, Source("H", "Organization/h"), str)
    found, errors = criteria(message.get("QPD-3"), context)  # type: ignore[arg-type]
    return found, [(error.text_key, str(error.location)) for error in errors]


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ("@PID.3^1", Criteria(number=Number("1"))),
        ("@PID.3.1^1", Criteria(number=Number("1"))),
        ("@PID.3^1^^^H2", Criteria(number=Number("1", ("H2", "", "")))),
        ("@PID.3^1^^^A&1.2&ISO", Criteria(number=Number("1", ("A", "1.2", "ISO")))),
        ("@PID.5^张^三", Criteria(families=[Word("张")], givens=[Word("三")])),
        ("@PID.5.1^张", Criteria(families=[Word("张")])),
        ("@PID.5.1.1^张*", Criteria(families=[Word("张", open=True)])),
        ("@pid.5.2^三", Criteria(givens=[Word("三")])),
        ("PID-5.2^三", Criteria(givens=[Word("三")])),
        ("@PID.7^1980", Criteria(birth_date="1980")),
        ("@PID.7.1^198002", Criteria(birth_date="1980-02")),
        ("@PID.7^19800203101500+0800", Criteria(birth_date="1980-02-03")),
        ("@PID.8^2", Criteria(gender="female")),
        ("@PID.8^男", Criteria(gender="male")),
        ("@PID.11^锦绣路", Criteria(addresses=[("address", Word("锦绣路"))])),
        ("@PID.11.3^成都市", Criteria(addresses=[("address-city", Word("成都市"))])),
        ("@PID.11.5^610000", Criteria(addresses=[("address-postalcode", Word("610000"))])),
        ("@PID.13^13800001111", Criteria(phones=["13800001111"])),
        ("@PID.13.4^a@b", Criteria(mails=["a@b"])),
        ("@PID.18.1^A1", Criteria(account=Number("A1"))),
    ],
)
def test_reads_each_parameter(parameter: str, expected: Criteria) -> None:
    assert asked(parameter) == (expected, [])


def test_an_authority_in_parts() -> None:
    expected = Criteria(number=Number("1", ("N", "1.2", "ISO")))
    parts = ("@PID.3.4.1^N", "@PID.3.4.2^1.2", "@PID.3.1^1", "@PID.3.4.3^ISO")
    assert asked(*parts) == (expected, [])
    assert asked("@PID.3.1^1", "@PID.3.4^N&1.2&ISO") == (expected, [])


def test_names_add_up() -> None:
    found, errors = asked("@PID.5.1^王小明", "@PID.5.1^WANG")
    assert (found.families, errors) == ([Word("王小明"), Word("WANG")], [])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        (("@PID.6^x",), [("query-parameter", "QPD-3.1")]),
        (("@PID.5.1^张", "@PV1.3^x"), [("query-parameter", "QPD-3(2).1")]),
        (("@PID.5.3^x",), [("query-parameter", "QPD-3.1")]),
        (("@PID.3.4.4^x",), [("query-parameter", "QPD-3.1")]),
        (("张三",), [("query-parameter", "QPD-3.1")]),
        (("@PID.5.1^*",), [("query-value", "QPD-3.2")]),
        (("@PID.5.1^张*三",), [("query-value", "QPD-3.2")]),
        (("@PID.3^1*",), [("query-value", "QPD-3.2")]),
        (("@PID.7^19801301",), [("timestamp", "QPD-3.2")]),
        (("@PID.7^1980*",), [("timestamp", "QPD-3.2")]),
        (("@PID.8^?",), [("code-unknown", "QPD-3.2")]),
        (("@PID.3^1", "@PID.3^2"), [("too-many-repetitions", "QPD-3(2).2")]),
        (("@PID.8^1", "@PID.8^2"), [("too-many-repetitions", "QPD-3(2).2")]),
        (("@PID.5.1^", "@PID.3.4.1^H"), [("field-missing", "QPD-3")]),
        (("@PID.5.1^", ""), [("field-missing", "QPD-3")]),
    ],
)
def test_what_can_t_be_asked_is_told_with_its_place(
    parameters: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert asked(*parameters)[1] == expected
