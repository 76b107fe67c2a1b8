"""The command `codes` as an operator calls it: progress aside, a report, and errors that name the place."""

import argparse
import json
from pathlib import Path

import pytest

from services.commands import codes as command
from services.failure import Failure, WrongArgument
from services.platform import Platform
from tests.support.code_files import ICD10, LOINC, written
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def called(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return await command.run(parser.parse_args(words), platform)


async def test_a_load_is_reported_recorded_and_listed(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path, LOINC))
    assert await called(platform, "load", "loinc", file, "--dry-run") == 0
    assert "Nothing was kept (--dry-run)." in capsys.readouterr().out
    assert await called(platform, "load", "loinc", file) == 0
    assert "http://loinc.org|2.80: 4 codes in codes.csv" in capsys.readouterr().out
    assert await called(platform, "load", "loinc", file, "--json") == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 4
    await called(platform, "list")
    assert [each["count"] for each in json.loads(capsys.readouterr().out)] == [4]
    events = await platform.archive.search(None)
    told = [each.get("outcomeDesc", "") for each in events]
    assert told.count("code system http://loinc.org|2.80 loaded: 4 codes") == 2


async def test_refused_lines_keep_the_file_out(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(written(tmp_path, ICD10 + "XX,,错\n"))
    with pytest.raises(Failure, match="Nothing was loaded"):
        await called(platform, "load", "icd10-clinical", file, "--version", "2.0")
    assert "codes.csv: line 9, column 主要编码: this is not a code of ICD-10" in capsys.readouterr().out
    assert await called(platform, "load", "icd10-clinical", file, "--version", "2.0", "--json") == 1
    capsys.readouterr()
    assert await called(platform, "load", "icd10-clinical", file, "--version", "2.0", "--skip-refused") == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("icd10-clinical", "nowhere.csv"), "can't be read"),
        (("icd10-clinical", "codes.csv"), "name it"),
        (("loinc", "codes.csv"), "line 1: a column for the code is missing"),
        (("icd10-clinical", "codes.csv", "--version", "2 0"), "--version"),
    ],
)
async def test_what_can_t_be_loaded(
    platform: Platform, tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    written(tmp_path, ICD10)
    kind, name, *more = words
    with pytest.raises(WrongArgument) as raised:
        await called(platform, "load", kind, str(tmp_path / name), *more)
    assert why in str(raised.value)
