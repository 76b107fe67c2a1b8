"""What a permission by name opens of a closed file (design, section 4; ADR 8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.access.consent import Told
from auth.access.permission import permissions, unopened
from auth.access.provision import Reader
from fhir.store.in_memory import held
from tests.unit.auth.access.test_consent import (
    DR,
    GLUCOSE,
    H1,
    H2,
    HIV,
    HIV_LABEL,
    LAB,
    OBSERVATIONS,
    READER,
    VISIT,
    actor,
    consent,
)

HEAD = {"type": "Patient", "id": "head", "owner": "Patient/p", "facets": [], "sort": {}}
ME, ALL, SOME = actor(H1), ["lab", "hiv", "head"], ["lab", "head"]
DATA = {"reference": {"reference": "Observation/lab"}}


def shown(*consents: Told, reader: Reader = READER) -> list[str]:
    filter = unopened(consents, reader)
    return [row["id"] for row in (LAB, HIV, HEAD) if filter is None or not held(filter, row)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        ([consent("permit", actor=ME)], ALL),
        ([consent("permit", actor=actor(DR))], ALL),
        ([consent("permit", actor=ME, **{"class": OBSERVATIONS})], ["lab", "head"]),
        ([consent("permit", actor=ME, code=GLUCOSE)], ["lab", "head"]),
        ([consent("permit", actor=ME, securityLabel=HIV_LABEL)], ["hiv", "head"]),
        ([consent("permit", actor=ME, data=[{"meaning": "instance", **DATA}])], ["lab", "head"]),
        ([consent("permit", actor=ME, data=[{"meaning": "dependents", **VISIT}])], ["lab", "head"]),
        # whatever refers to it was not permitted
        ([consent("permit", actor=ME, data=[{"meaning": "related", **VISIT}])], ["head"]),
        # a date has to be certain
        ([consent("permit", actor=ME, dataPeriod={"start": "2020", "end": "2020"})], ["lab", "head"]),
        # who is not named is not meant: that speaks of those who treat him
        ([consent("permit")], []),
        ([consent("permit", **{"class": OBSERVATIONS})], []),
        ([consent("permit", actor=actor(H2))], []),
        ([consent("permit", actor=actor("RelatedPerson/r"))], []),
        ([consent("permit", actor=ME, purpose=[{"code": "HRESCH"}])], []),
        ([consent("permit", actor=ME, purpose=[{"code": "HRESCH"}, {"code": "TREAT"}])], ALL),
        ([consent("permit", actor=ME, action=[{"coding": [{"code": "correct"}]}])], []),
        ([consent("permit", actor=ME, period={"start": "2026-07"})], []),
        ([consent("permit", actor=ME, period={"end": "2026-05-31"})], []),
        ([consent("permit", "2025-05-31", actor=ME)], []),  # twelve months at most
        ([consent("permit", "2025-06-02", actor=ME)], ALL),
        ([consent("permit", "2025-01-01", actor=ME, period={"start": "2026-05"})], ALL),
        ([consent("permit", "2027-01-01", actor=ME)], []),
        # exceptions
        ([consent("permit", actor=ME, provision=[{"type": "deny", "code": GLUCOSE}])], ["hiv", "head"]),
        ([consent("deny", provision=[{"type": "permit", "actor": ME, "code": GLUCOSE}])], ["lab"]),
        ([consent("deny", provision=[{"actor": ME, "code": GLUCOSE}])], ["lab"]),
        ([consent("deny", provision=[{"type": "permit", "actor": actor(H2), "code": GLUCOSE}])], []),
        ([consent("deny", actor=ME, provision=[{"type": "permit", "code": GLUCOSE}])], []),
        # a denial wins
        ([consent("permit", actor=ME), consent("deny", code=GLUCOSE)], ["hiv", "head"]),
        ([consent("permit", actor=ME, code=GLUCOSE), consent("deny")], []),
        ([consent("permit", actor=ME, code=GLUCOSE), consent("deny", actor=actor(DR))], []),
        ([consent("deny", actor=ME), consent("permit", "2026-02-01", actor=ME, code=GLUCOSE)], SOME),
        ([consent("permit", actor=ME), consent("permit", actor=actor(DR), code=GLUCOSE)], ALL),
    ],
)  # fmt: skip
def test_what_is_shown(given: list[Told], expected: list[str]) -> None:
    assert shown(*given) == expected


def test_it_ends_with_its_period_and_not_before() -> None:
    end = datetime(2026, 6, 1, 0, 0, 1, tzinfo=UTC)
    given = consent("permit", actor=ME, period={"end": "2026-06-01T00:00:00Z"})
    for at, expected in ((end - timedelta(milliseconds=1), ALL), (end, [])):
        assert shown(given, reader=Reader(READER.names, "TREAT", at)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (consent("permit", actor=actor(H1, DR, "RelatedPerson/r")), [({H1, DR}, 2026)]),
        (consent("permit", actor=ME, period={"start": "2025-01", "end": "2025-03"}), [({H1}, 2025)]),
        (consent("permit", actor=ME, period={"start": "9999-01-01"}), [({H1}, 9999)]),
        (consent("deny", actor=ME), []),
        (consent("deny", provision=[{"actor": ME}, {"actor": actor(H2)}]), [({H1}, 2026), ({H2}, 2026)]),
    ],
)
def test_whom_it_names_and_until_when(given: Told, expected: list[Any]) -> None:
    assert [(set(each.to), each.until.year) for each in permissions(given)] == expected
