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
    assert refused.value.fault is Fault.EXPIRED


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=255))
def test_no_byte_of_it_can_be_changed(position: int, change: int) -> None:
    text = seal_cursor(["Patient/p1", 7], "reader", "query", VAULT)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[position % len(raw)] ^= change
    with pytest.raises(Refusal):
        open_cursor(base64.urlsafe_b64encode(raw).decode().rstrip("="), "reader", "query", VAULT)


@pytest.mark.parametrize("text", ["", "x", "!!!!", "AAAA", "é", "a b", "=" * 10, "A" * 200])
def test_garbage_is_gone(text: str) -> None:
    """Checklist line 61: a link that leads nowhere is 410 with an outcome."""
    with pytest.raises(Refusal) as refused:
        open_cursor(text, "reader", "query", VAULT)
    assert refused.value.status == 410


def test_it_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor, "LIFETIME", -1)
    with pytest.raises(Refusal) as refused:
        open_cursor(seal_cursor([1], "reader", "query", VAULT), "reader", "query", VAULT)
    assert refused.value.status == 410
