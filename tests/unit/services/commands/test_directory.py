"""./furong directory load: a dry run shows, a load writes, and again changes nothing; a fault stops all."""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fhir.store import EVERYONE
from services.commands import directory
from services.directory.columns import COLUMNS
from services.failure import Failure, WrongArgument
from services.platform import Platform

EXAMPLES = Path(__file__).parents[4] / "docs" / "directory"
ORDER = ("endpoints", "organizations", "locations", "services", "practitioners", "posts", "devices")


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    directory.add_arguments(parser)
    return await directory.run(parser.parse_args(["load", *words]), platform)


def joined(files: list[Path], folder: Path) -> Path:
    """Several files as one: the columns of all, each line in its own."""
    english = {chinese: each for each, chinese in COLUMNS.items()}
    rows: list[dict[str, str]] = []
    for each in files:
        with each.open(newline="", encoding="utf-8") as file:
            rows += [{english.get(k, k): v for k, v in row.items()} for row in csv.DictReader(file)]
    path = folder / "whole.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """All examples of the documentation."""
    return joined([EXAMPLES / f"{name}.csv" for name in ORDER], tmp_path)


async def load(platform: Platform, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert await run(platform, *words, "--json") == 0
    return json.loads(capsys.readouterr().out)


async def count(platform: Platform, type: str) -> int:
    return len(await platform.store.resources.search({"tokens": type}, EVERYONE, limit=0))


async def test_dry_run_load_and_load_again(
    platform: Platform, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried = await load(platform, capsys, str(whole), "--dry-run")
    assert tried["counts"] == {"created": 12, "changed": 0, "ended": 0, "unchanged": 0}
    assert tried["written"] is False
    assert await count(platform, "Organization") == 0
    done = await load(platform, capsys, str(whole))
    assert done["lines"] == tried["lines"]
    assert await count(platform, "Organization") == 3
    again = await load(platform, capsys, str(whole))
    assert again["counts"] == {"created": 0, "changed": 0, "ended": 0, "unchanged": 12}
    assert again["lines"] == []
    versions = await platform.store.resources.search({"tokens": "Practitioner"}, EVERYONE, limit=0)
    assert [each.version for each in versions] == [1, 1]


HEAD = "type,number,name,kind,organization,area,zone,citizen_number,licence,begins,ends,practitioner,active,"
HEAD += "system\n"
FAULTS = {
    "Clinic,1,,,,,,,,,,,,": "line 2: type: none of Organization, Location,",
    "Organization,,HTEST,,,,,,,,,,,": "line 2: number: is missing, and so is everything else",
    "Organization,1,,,,,,,,,,,,": "line 2: name: is missing: every Organization has one",
    "Organization,1,HTEST,B1,,,,,,,,,,": "line 2: kind: a kind of WS 218 is a letter and three digits",
    "Organization,1,HTEST,,,510199,,,,,,,,": "line 2: area: GB/T 2260 has no such code",
    "Organization,1,HTEST,,,5101,,,,,,,,": "line 2: area: an area code has six digits",
    "Organization,1,HTEST,,,,GX,,,,,,,": "line 2: zone: does not belong to a line of type Organization",
    "Organization,1,HTEST,,,,,,,,,,maybe,": "line 2: active: yes or no",
    "Organization,1,HTEST,,,,,,,,,,,x": "line 2: system: a system is a URI",
    "Location,1,HTEST,,,,Mars,,,,,,,": "line 2: zone: there is no such reporting zone",
    "Location,1,HTEST,,nobody,,,,,,,,,": "line 2: organization: no Organization, or more than one, has this",
    "Location,1,HTEST,,urn:x|,,,,,,,,,": "line 2: organization: a number is 1 to 64",
    "Practitioner,1,HTEST,,,,,510104195803129014,,,,,,": "line 2: citizen_number: no citizen number",
    "Practitioner,1,HTEST,,,,,,,,2026-02-30,,,": "line 2: ends: a day is written 2026-01-31",
    "Practitioner,1,HTEST,,,,,,,,2026-02-28,,,": "line 2: ends: of which licence or qualification?",
    "Practitioner,1,HTEST,,,,,,L12345,2026-03-01,2026-02-28,,,": "line 2: ends: is before it begins",
    "PractitionerRole,,,,1,,,,,,,,,": "line 2: practitioner: is missing: every PractitionerRole has one",
    "Endpoint,1,,telegraph,,,,,,,,,,": "line 2: kind: none of ",
    "Organization,1,HTEST": "line 2: 3 cells, and the head line has 14",
}  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), FAULTS.items())
async def test_a_fault_names_line_and_column_and_nothing_is_written(
    platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, expected: str
) -> None:
    file = tmp_path / "HTEST.csv"
    good = "Organization,2,HTEST,,,,,,,,,,,"
    for text in (f"{line}\n{good}", f"{line}\r\n{good}\r\n"):
        file.write_bytes((HEAD + text).encode())
        with pytest.raises(Failure, match="Nothing was written"):
            await run(platform, str(file))
        assert f"HTEST.csv: {expected}" in capsys.readouterr().out
    assert await count(platform, "Organization") == 0


async def test_what_can_not_be_read_is_a_wrong_argument(platform: Platform, tmp_path: Path) -> None:
    with pytest.raises(WrongArgument, match=r"no\.csv can't be read: No such file"):
        await run(platform, str(tmp_path / "no.csv"))
    (tmp_path / "HTEST.csv").write_bytes(b"number\n1\n")
    with pytest.raises(WrongArgument, match=r"HTEST\.csv: the head line lacks type"):
        await run(platform, str(tmp_path / "HTEST.csv"))


async def test_it_stands_in_the_audit(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    await load(platform, capsys, str(EXAMPLES / "practitioners.csv"), "--dry-run")
    await load(platform, capsys, str(EXAMPLES / "practitioners.csv"))
    events = [str(each) for each in await platform.archive.search(None)]
    assert sum("directory, dry run of 2 lines, SHA-256" in each for each in events) == 1
    assert sum("directory, load of 2 lines, SHA-256" in each for each in events) == 1
    (written,) = await platform.store.resources.search({"tokens": "Provenance"}, EVERYONE, limit=0)
    targets = [each["reference"] for each in written.resource()["target"]]
    assert len(targets) == 2
    assert all(one.startswith("Practitioner/") and one.endswith("/_history/1") for one in targets)
    assert any(targets[0].partition("/_history")[0] in each for each in events)
