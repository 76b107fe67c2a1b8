from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.v2_to_fhir.concept_map import Code
from services.portal.console.maps import open_codes, version_at, versions
from services.unmapped_codes import Counts, Waiting

START = datetime(2026, 11, 26, 12, tzinfo=UTC)


def row(number: int, version: str | None) -> dict[str, Any]:
    activated = (START + timedelta(hours=number)).replace(tzinfo=None)
    return {"number": number, "version": version, "activated": activated, "note": "", "of": None}


ROWS = [row(3, None), row(2, "b"), row(1, "a")]


def test_line_56_the_version_of_a_moment_is_the_last_before_it() -> None:
    assert [one.version for one in versions(ROWS)] == ["", "b", "a"]
    told = {hours: version_at(ROWS, START + timedelta(hours=hours)) for hours in (0, 1, 2.5, 9)}
    assert {hours: one and one.number for hours, one in told.items()} == {0: None, 1: 1, 2.5: 2, 9: 3}


def test_line_55_the_codes_of_most_messages_come_first() -> None:
    def task(id: str, code: str) -> Waiting:
        told = [{"type": {"text": "place"}, "valueString": "OBX-3"}]
        return Waiting(id, "S", Code("urn:x", code), {"input": told})

    found = open_codes([task("1", "A"), task("2", "B")], {"1": Counts(1, 0), "2": Counts(7, 2)})
    assert [(one.code, one.place, one.messages, one.held) for one in found] == [
        ("B", "OBX-3", 7, 2), ("A", "OBX-3", 1, 0),
    ]  # fmt: skip
