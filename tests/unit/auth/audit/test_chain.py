"""Hash chain: every part of a record and its place change the hash."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.audit.chain import ORIGIN, Chain, digest
from auth.store.audit import Entry

ENTRY = Entry("id-1", datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), ("Patient/a", "Patient/b"), b"body")


def test_the_hash_is_the_documented_one() -> None:
    """Recomputed here by hand, so that an auditor without this program can do it too."""
    text = (
        '{"body":"Ym9keQ==","chain":"c","id":"id-1","moment":"2026-01-02T03:04:05.678+00:00",'
        '"patients":["Patient/a","Patient/b"],"prev":"","seq":0}'
    )
    assert digest("c", 0, ORIGIN, ENTRY) == hashlib.sha256(text.encode()).hexdigest()


TEXT = st.text(st.characters(exclude_categories=[]))


@given(id=TEXT, patients=st.lists(TEXT, max_size=3), body=st.binary(max_size=40), seq=st.integers(0, 2**62))
def test_whatever_it_holds_the_hash_is_that_of_the_documented_text(
    id: str, patients: list[str], body: bytes, seq: int
) -> None:
    parts = {
        "id": id, "chain": "c", "seq": seq, "prev": "p", "moment": "2026-01-02T03:04:05.678+00:00",
        "patients": patients, "body": base64.b64encode(body).decode(),
    }  # fmt: skip
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    entry = Entry(id, ENTRY.moment, tuple(patients), body)
    assert digest("c", seq, "p", entry) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"id": "id-2"},
        {"moment": ENTRY.moment.replace(microsecond=679000)},
        {"patients": ("Patient/b", "Patient/a")},
        {"patients": ("Patient/a",)},
        {"body": b"bodx"},
    ],
    ids=str,
)
def test_every_part_counts(change: dict[str, Any]) -> None:
    assert digest("c", 0, ORIGIN, replace(ENTRY, **change)) != digest("c", 0, ORIGIN, ENTRY)


def test_the_place_counts() -> None:
    places = [("c", 0, ORIGIN), ("d", 0, ORIGIN), ("c", 1, ORIGIN), ("c", 0, "x")]
    assert len({digest(*place, ENTRY) for place in places}) == 4


def test_records_are_linked_without_gaps() -> None:
    chain = Chain()
    rows = chain.append([ENTRY, ENTRY]) + chain.append([ENTRY])
    assert [row.seq for row in rows] == [0, 1, 2]
    assert [row.prev for row in rows] == [ORIGIN, rows[0].hash, rows[1].hash]
    assert (chain.length, chain.head) == (3, rows[2].hash)
    assert Chain().id != chain.id
