import pytest

from fhir import rest
from services.api.interactions import ROWS


def test_every_name_and_address_stands_once() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert len({(row.method, row.path) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_says_what_it_does_and_what_it_refuses(row: object) -> None:
    assert set(row.done) <= {200, 201, 204, 304}  # type: ignore[attr-defined]
    assert {400, 406} <= set(row.refused)  # type: ignore[attr-defined]


def test_what_is_claimed_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {row.interaction for row in ROWS if row.claimed(None)}
    assert set(rest.INTERACTIONS) | set(rest.SYSTEM_INTERACTIONS) - {"batch"} <= told
    (row,) = [row for row in ROWS if row.name == "conditional-delete"]
    assert row.claimed("Patient")
    assert not row.claimed("AuditEvent")
    monkeypatch.setitem(rest.CONDITIONAL, "conditionalDelete", "not-supported")
    assert not row.claimed("Patient")
