"""PID of a person, and that the feed reads it as it was."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.fhir_to_v2.pid import corresponding, pid, qri
from adapters.hl7v2.delimiters import USUAL
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import xad, xpn, xtn
from adapters.v2_to_fhir.source import Source

HAN = st.text(st.sampled_from("张王李赵陈明华㛃䶮|^&~\\"), min_size=1, max_size=3)
PHONES = st.lists(
    st.fixed_dictionaries(
        {
            "system": st.just("phone"),
            "value": st.from_regex(r"0[0-9]{9}", fullmatch=True),
            "use": st.sampled_from(["home", "work"]),
        }
    ),
    max_size=3,
    unique_by=lambda each: each["value"],
)


def test_a_pix_answer_names_nobody() -> None:
    assert corresponding([("1", "", "", ("H", "", ""), "MR")], USUAL) == "PID|||1^^^H^MR||~^^^^^^S"


def test_each_element_is_that_of_the_first_patient_that_has_it() -> None:
    one: dict[str, Any] = {"name": [{"family": "张", "given": ["三"]}]}
    other = {"name": [{"family": "赵"}], "birthDate": "1980-02", "gender": "male"}
    assert pid(2, [one, other], [("1", "", "", ("H", "", ""), "")], USUAL) == "PID|2||1^^^H||张^三||198002|M"


def test_why_and_how_certainly_somebody_was_found() -> None:
    assert qri(("NA", "DB"), None, USUAL) == "QRI||NA~DB"
    assert qri((), 0.95, USUAL) == "QRI|0.95"


@given(HAN, HAN, PHONES, HAN)
def test_the_feed_reads_it_as_it_was(
    family: str, first: str, phones: list[dict[str, str]], city: str
) -> None:
    person = {
        "name": [{"use": "official", "family": family, "given": [first]}],
        "telecom": phones,
        "address": [{"use": "home", "line": ["1 Road"], "city": city}],
    }
    written = pid(1, [person], [], USUAL)
    message = Message.parse(f"MSH|^~\\&|H|H|F|C|2026||ADT^A01|1|P|2.5\r{written}\r")
    context = Context(message, Source("H", "Organization/h"), str)
    (segment,) = message.all("PID")
    name = xpn.human_name(segment[5].first, context)
    assert name is not None
    assert name["use"] == "official"
    assert (segment[5].first[1].value, segment[5].first[2].value) == (family, first)
    read = [
        point
        for field, use in ((13, "home"), (14, "work"))
        for each in segment[field]
        for point in xtn.contact_points(each, context, use)
    ]
    assert sorted(read, key=lambda each: each["value"]) == sorted(phones, key=lambda each: each["value"])
    address = xad.address(segment[11].first, context)
    assert address is not None
    assert (address["city"], address["line"], address["use"]) == (city, ["1 Road"], "home")
