"""adapters.v2_to_fhir.table: vocabulary maps."""

from pathlib import Path

import pytest

from adapters.v2_to_fhir import table as module
from adapters.v2_to_fhir.table import MapError, names, table


def test_every_table_can_be_read() -> None:
    assert len(names()) > 25
    assert all(table(name).entries for name in names())


def test_codes_fold_and_unknown_ones_are_nothing() -> None:
    sex = table("AdministrativeSex")
    male, unknown = sex.find("m"), sex.find("9")
    assert male is not None
    assert male.code == "male"
    assert unknown is not None
    assert (unknown.code, unknown.keep) == ("unknown", "urn:oid:2.16.156.10011.2.3.3.4")
    assert sex.find("5") is None


def test_results_and_reports_know_every_state() -> None:
    assert set("ABCDFINOPRSUVWX") == set(table("ObservationResultStatus").entries)
    assert set("ACFIMNOPRSX") == set(table("ResultStatus").entries)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("map: [1]", "a table has"),
        ("map: {1: x}", "row 1"),
        ('map: {"1": {a: b}}', "row '1'"),
        ('map: {"1": [a, b, c, d]}', "row '1'"),
        ("map: {", "while parsing"),
    ],
)
def test_a_wrong_file_is_named(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Wrong.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(MapError, match=r"tables/Wrong\.yaml") as error:
        table.__wrapped__("Wrong")
    assert reason in str(error.value)


@pytest.mark.parametrize("name", ["Nothing", "../source"])
def test_a_missing_table_is_named(name: str) -> None:
    with pytest.raises(MapError, match="no such table"):
        table(name)
