import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir import cursor
from fhir.cursor import open_cursor, seal_cursor
from fhir.outcome import Fault, Refusal
from fhir.store.vault import Vault
from tests.support.mongo import MASTER_KEY

PLACES = st.lists(st.none() | st.integers() | st.text(), max_size=4)
VAULT = Vault(None, MASTER_KEY)  # type: ignore[arg-type]


@given(PLACES)
def test_what_is_sealed_is_opened(place: list[object]) -> None:
    text = seal_cursor(place, "reader", "query", VAULT)
    assert open_cursor(text, "reader", "query", VAULT) == place
    assert "=" not in text


def test_it_reveals_nothing() -> None:
    text = seal_cursor(["Patient/quokka"], "reader", "query", VAULT)
    assert b"quokka" not in base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(("reader", "query"), [("other", "query"), ("reader", "other"), ("readerquery", "")])
def test_it_opens_for_its_reader_and_its_query_alone(reader: str, query: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_cursor(seal_cursor([1], "reader", "query", VAULT), reader, query, VAULT)
    assert (refused.value.fault, refused.value.status) == (Fault.PARAMETER, 400)


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_no_byte_of_it_can_be_changed(position: int, change: int) -> None:
    text = seal_cursor(["Patient/p1", 7], "reader", "query", VAULT)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[position % len(raw)] ^= change
    with pytest.raises(Refusal, match="changed"):
        open_cursor(base64.urlsafe_b64encode(raw).decode().rstrip("="), "reader", "query", VAULT)


@pytest.mark.parametrize("text", ["", "x", "!!!!", "AAAA", "é", "a b", "=" * 10, "A" * 200])
def test_what_was_never_given_is_refused(text: str) -> None:
    """Attack 33: a forged or edited page token is 400."""
    with pytest.raises(Refusal) as refused:
        open_cursor(text, "reader", "query", VAULT)
    assert refused.value.status == 400


def test_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checklist line 61: 410 with an outcome, and to its own reader alone."""
    monkeypatch.setattr(cursor, "LIFETIME", -1)
    expired = seal_cursor([1], "reader", "query", VAULT)
    answers = []
    for reader, query, text in (
        ("reader", "query", expired),
        ("other", "query", expired),
        ("reader", "other", expired),
        ("reader", "query", expired[:-2] + "AA"),
        ("other", "query", "x"),
    ):
        with pytest.raises(Refusal) as refused:
            open_cursor(text, reader, query, VAULT)
        answers.append((refused.value.status, str(refused.value)))
    assert answers[0][0] == 410
    assert {status for status, _ in answers[1:]} == {400}
    assert len(set(answers[1:])) == 1, "nobody else is told that it was one"
