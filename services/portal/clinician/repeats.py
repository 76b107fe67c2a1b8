"""A result of another house that is recent enough to need no repetition (检查检验结果互认).

How long each is usually good for is data, repeats.yaml; what is not listed there is not judged.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from fhir.summary.results import Series

_VALID = ("final", "amended", "corrected")


@dataclass(frozen=True, slots=True)
class Done:
    """So many days ago, at another house; usually good for `good` days, None where nobody relies on it."""

    days: int
    house: str
    good: int | None


def done(series: Series, house: str | None, today: date) -> Done | None:
    """What another house than `house` has measured lately; None where it is old, one's own or not final."""
    latest = series.latest
    good = intervals().get(series.loinc or "")
    there, when = latest.origin.organization, latest.origin.when
    if good is None or there is None or there == house or when is None or latest.status not in _VALID:
        return None
    days = (today - when.day).days
    doubtful = series.judged.verdict.notable or (latest.number is not None and not latest.unit)
    return Done(days, there, None if doubtful else good) if 0 <= days <= good else None


@cache
def intervals() -> dict[str, int]:
    """For how many days a result is usually good, by LOINC code."""
    rows: dict[int, list[str]] = yaml.safe_load(Path(__file__).with_name("repeats.yaml").read_text("utf-8"))
    return {code: days for days, codes in rows.items() for code in codes}
