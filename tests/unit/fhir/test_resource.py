"""JSON in, JSON out: nothing is lost, nothing odd comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.outcome import Refusal
from fhir.resource import DEEPEST, parse, reparse, serialize, stamp
from fhir.store.document import now


@pytest.mark.parametrize("number", ["120.50", "1e3", "0.10", "-0.0", "1E-7", "12345678901234567890.10"])
def test_decimals_keep_their_digits(number: str) -> None:
    body = b'{"resourceType":"Observation","valueQuantity":{"value":%s}}' % number.encode()
    assert serialize(parse(body)) == body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "no resourceType"),
        (b'{"resourceType":"Patient","id":"a","id":"b"}', "'id' stands twice"),
        (b'{"resourceType":"Patient","x":NaN}', "NaN"),
        (b'{"resourceType":"Patient","x":Infinity}', "Infinity"),
        (b'\xff{"resourceType":"Patient"}', "not UTF-8 at byte 0"),
        (b'{"resourceType":"Patient","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"resourceType":"Patient","x":' + b"1" * 10_000 + b"}", "more than 4300 digits"),
        (b'{"resourceType":"Patient",\n"x" 1}', "line 2, column 5"),
    ],
)
def test_bad_json_is_refused_with_its_place(body: bytes, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        parse(body)


@pytest.mark.parametrize(("opens", "closes"), [(b"[", b"]"), (b'{"x":', b"}")])
def test_how_deep_a_body_may_be_is_told(opens: bytes, closes: bytes) -> None:
    def body(depth: int) -> bytes:
        return b'{"resourceType":"Patient","x":' + opens * depth + b"1" + closes * depth + b"}"

    serialize(parse(body(DEEPEST - 1)))
    for depth in (DEEPEST, 400, 10_000):
        with pytest.raises(Refusal, match="at most 200 deep"):
            parse(body(depth))


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Refusal, match="surrogate"):
        serialize(parse(b'{"resourceType":"Patient","x":"\\ud800"}'))


@given(
    st.recursive(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(), st.lists, max_leaves=9)
)
def test_what_is_parsed_is_written_the_same(value: object) -> None:
    resource = {"resourceType": "Basic", "x": value}
    assert parse(serialize(resource)) == resource


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**40), 10**40)
        | st.decimals(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    )
)
def test_what_is_stored_is_read_again_with_every_digit(value: object) -> None:
    body = serialize({"resourceType": "Basic", "value": value})
    first, again = parse(body), reparse(body)
    assert again == first
    assert serialize(again) == serialize(first)


def test_the_stamp_keeps_the_order_of_members() -> None:
    stamped = stamp({"resourceType": "Patient", "gender": "male", "id": "x"}, "a", 3, now())
    assert list(stamped) == ["resourceType", "meta", "gender", "id"]
    assert (stamped["id"], stamped["meta"]["versionId"]) == ("a", "3")
