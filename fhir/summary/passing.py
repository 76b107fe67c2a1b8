"""What passes: for how long a result or a diagnosis that ends by itself is told first; data, passing.yaml."""

from functools import cache
from pathlib import Path

import yaml

YEAR = 366


def days_of_result(loinc: str | None) -> int:
    """For how many days an abnormal, not critical result of this test matters; YEAR for most."""
    return _table()["results"].get(loinc or "", YEAR)


def days_of_diagnosis(icd10: str | None) -> int:
    """For how many days a diagnosis that is neither chronic nor listed is current; YEAR for most."""
    code = (icd10 or "").upper()
    return next((days for start, days in _table()["diagnoses"].items() if code.startswith(start)), YEAR)


@cache
def _table() -> dict[str, dict[str, int]]:
    told: dict[str, dict[str, int]] = yaml.safe_load(
        Path(__file__).with_name("passing.yaml").read_text("utf-8")
    )
    return told
