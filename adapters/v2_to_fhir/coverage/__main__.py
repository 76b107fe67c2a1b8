"""Writes docs/v2-to-fhir-coverage.md of the guide's CSVs: `python -m adapters.v2_to_fhir.coverage DIR`."""

import sys
from pathlib import Path

from adapters.v2_to_fhir.coverage.report import report

REPORT = Path(__file__).parents[3] / "docs" / "v2-to-fhir-coverage.md"

if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1], "segments").is_dir():
        sys.exit("give the folder of the guide's CSVs, as ../shared/data/v2-to-fhir")
    REPORT.write_text(report(Path(sys.argv[1])), encoding="utf-8")
