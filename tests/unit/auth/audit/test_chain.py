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

from auth.audit.chain import FIRST, ORIGIN, Chain, Link, digest
from auth.store.audit import Entry
from fhir import sm3

ENTRY = Entry("id-1", datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), ("Patient/a", "Patient/b"), b"body")


OLD = Link(ORIGIN, None)


def test_the_hashes_are_the_documented_ones() -> None:
    """Recomputed here by hand, so that an auditor without this program can do it too."""
    about = b'{"by":["k"],"patients":["Patient/a","Patient/b"]}\nbody'
    content = (
        f'"content":["{hashlib.sha256(about).hexdigest()}","{sm3.portable(about).hex()}"],'
        '"id":"id-1","moment":"2026-01-02T03:04:05.678+00:00","prev":"","prev_sm3":"","seq":0,"view":["v"]}'
    )
    text = ('{"chain":"c",' + content).encode()
    found = digest("c", 0, FIRST, replace(ENTRY, by=("k",), view=("v",)))
    assert found == Link(hashlib.sha256(text).hexdigest(), sm3.portable(text).hex())


def test_a_chain_without_sm3_has_the_hash_that_it_was_written_with() -> None:
    text = (
        '{"body":"Ym9keQ==","chain":"c","id":"id-1","moment":"2026-01-02T03:04:05.678+00:00",'
        '"patients":["Patient/a","Patient/b"],"prev":"","seq":0}'
    )
    assert digest("c", 0, OLD, ENTRY) == Link(hashlib.sha256(text.encode()).hexdigest(), None)


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
    assert digest("c", seq, Link("p", None), entry).sha256 == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"id": "id-2"},
        {"moment": ENTRY.moment.replace(microsecond=679000)},
        {"patients": ("Patient/b", "Patient/a")},
        {"patients": ("Patient/a",)},
        {"body": b"bodx"},
        {"by": ("k",)},
        {"view": ("v",)},
    ],
    ids=str,
)
def test_every_part_counts(change: dict[str, Any]) -> None:
    new, old = digest("c", 0, FIRST, replace(ENTRY, **change)), digest("c", 0, FIRST, ENTRY)
    assert new.sha256 != old.sha256
    assert new.sm3 != old.sm3


def test_the_place_counts() -> None:
    places = [
        ("c", 0, FIRST),
        ("d", 0, FIRST),
        ("c", 1, FIRST),
        ("c", 0, Link("x", "")),
        ("c", 0, Link("", "x")),
    ]
    found = [digest(*place, ENTRY) for place in places]
    assert len({each.sha256 for each in found}) == len({each.sm3 for each in found}) == 5


def test_records_are_linked_without_gaps() -> None:
    chain = Chain()
    rows = chain.append([ENTRY, ENTRY]) + chain.append([ENTRY])
    assert [row.seq for row in rows] == [0, 1, 2]
    assert [row.prev for row in rows] == [ORIGIN, rows[0].hash, rows[1].hash]
    assert [row.prev_sm3 for row in rows] == [ORIGIN, rows[0].sm3, rows[1].sm3]
    assert (chain.length, chain.head) == (3, Link(rows[2].hash, rows[2].sm3))
    assert Chain().id != chain.id
