"""Guide: the rows of the official V2-to-FHIR CSVs that name a target."""

import csv
from collections.abc import Iterator
from pathlib import Path

HEADINGS = 2


def rows(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """(map name, row) for each row of the CSVs in `folder`, in the order of names, without headings."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in list(csv.reader(file))[HEADINGS:]:
                if any(cell.strip() for cell in row):
                    yield path.stem, [*(cell.strip() for cell in row), *[""] * (20 - len(row))]


def resource(target: str) -> str:
    """`Provenance[1]`, `PID[Provenance-Source]` -> `Provenance`."""
    inner = target.partition("[")[0]
    return inner.partition(".")[0].partition("-")[0]
