"""The coverage report is what the guide and today's maps give (hl7v2.md, behaviour 56)."""

from pathlib import Path

import pytest

from adapters.v2_to_fhir.coverage.__main__ import REPORT
from adapters.v2_to_fhir.coverage.report import report

GUIDE = Path(__file__).parents[6] / "shared" / "data" / "v2-to-fhir"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in ("messages", "segments", "datatypes", "codesystems"):
        (tmp_path / kind).mkdir()
    return tmp_path


def write(path: Path, *rows: str) -> None:
    path.write_text("\n".join(("heading", "heading", *rows)), encoding="utf-8")


def test_the_committed_report_is_what_the_generator_gives() -> None:
    if not GUIDE.is_dir():
        pytest.skip("the guide's tables (../shared/data/v2-to-fhir) are not here")
    assert REPORT.read_text(encoding="utf-8") == report(GUIDE), "run python -m adapters.v2_to_fhir.coverage"


def test_a_field_is_the_same_or_read_or_open_and_rows_without_a_target_do_not_count(folder: Path) -> None:
    write(
        folder / "segments" / "PID[Patient].csv",
        "1,PID-5,,XPN,,,,,,name[1]",
        "2,PID-3,,CX,,,,,,link",
        "3,PID-99,,ST,,,,,,photo",
        "4,PID-1,,SI,,,,,,",
    )
    text = report(folder)
    assert "| segments | 3 | 1 | 1 | 0 | 1 |" in text
    assert "- `PID[Patient]` open: `PID-99 → photo`" in text


def test_what_is_decided_otherwise_has_its_reason(folder: Path) -> None:
    write(folder / "messages" / "ADT_A01.csv", "1,ADT_A01.MSH,MSH,,1,1,,,,MessageHeader[1]")
    assert "`ADT_A01` otherwise (no message bundle is made" in report(folder)


def test_another_code_than_the_guide_gives_is_listed(folder: Path) -> None:
    write(
        folder / "codesystems" / "AdministrativeSex.csv",
        "F,Female,HL70001,,,,female",
        "M,Male,HL70001,,,,other",
    )
    text = report(folder)
    assert "| codesystems | 2 | 1 | 1 | 0 | 0 |" in text
    assert "- `AdministrativeSex` read (ours: male): `M → other`" in text
