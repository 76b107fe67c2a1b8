"""Sorting: the keys that a stored document has ready.

FHIR R4 3.1.1.5.1 (search.html#sort). `updated` and the clinical date are scalar fields of the document;
any other order would need the whole set in memory, so it is refused with the reason.
"""

from dataclasses import dataclass
from functools import cache

from fhir.search import refused
from fhir.search.registry import parameters

# The first of these that a type has is its clinical date; the others stand in where a resource lacks it.
_CLINICAL = (
    "onset-date", "recorded-date", "authoredon", "authored-on", "authored", "date", "effective-time",
    "effective", "occurrence", "whenhandedover", "whenprepared", "sent", "received", "started", "start",
    "start-date", "created", "recorded", "issued", "collected", "identified", "period", "datetime",
    "datewritten", "timestamp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sort:
    """One key: the parameter asked for, the field of the document, and the direction."""

    code: str
    field: str
    descending: bool = False


@cache
def clinical_dates(type: str) -> tuple[str, ...]:
    """The keys (`Condition.onset-date`) of the clinical dates of a type, the proper one first."""
    known = parameters(type)
    return tuple(known[code].key for code in _CLINICAL if code in known and known[code].type == "date")


def parse(type: str, text: str) -> tuple[Sort, ...]:
    """Read `_sort`: keys between commas, `-` for descending."""
    keys = tuple(_key(type, each.strip()) for each in text.split(",") if each.strip())
    if len({key.field for key in keys}) < len(keys):
        raise refused.malformed("_sort", "a key stands twice")
    return keys


def _key(type: str, text: str) -> Sort:
    code, descending = text.removeprefix("-"), text.startswith("-")
    if code == "_lastUpdated":
        return Sort(code, "updated", descending)
    if f"{type}.{code}" in clinical_dates(type)[:1]:
        return Sort(code, "sort.date", descending)
    ready = ", ".join(["_lastUpdated", *(key.partition(".")[2] for key in clinical_dates(type)[:1])])
    raise refused.unsupported(
        "_sort", f"only {ready} can be sorted by, for these keys are ready in the index"
    )
