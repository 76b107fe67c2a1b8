"""_sort: the keys of an order.

FHIR R4 3.1.1.5.1 (search.html#sort). `updated`, the clinical date and the id are scalar fields of the
document; by other keys a bounded set is sorted (`fhir.search.order`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from fhir.search import refused
from fhir.search.order import sortable
from fhir.search.registry import SearchParameter, definitions, parameters

CLINICAL = "sort.date"
MOST_KEYS = 10
_FIELDS = {"_lastUpdated": "updated", "_id": "id"}

# The first of these that a type has is its clinical date; the others stand in where a resource lacks it.
_CLINICAL = (
    "onset-date", "recorded-date", "authoredon", "authored-on", "authored", "date", "effective-time",
    "effective", "occurrence", "whenhandedover", "whenprepared", "sent", "received", "started", "start",
    "start-date", "created", "recorded", "issued", "collected", "identified", "period", "datetime",
    "datewritten", "timestamp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sort:
    """One key: the parameter asked for, the field of the document where there is one, and the direction."""

    parameter: SearchParameter
    field: str | None
    descending: bool = False

    @property
    def code(self) -> str:
        """The name of the parameter."""
        return self.parameter.code


@cache
def clinical_dates(type: str) -> tuple[str, ...]:
    """The keys (`Condition.onset-date`) of the clinical dates of a type, the proper one first."""
    known = parameters(type)
    return tuple(known[code].key for code in _CLINICAL if code in known and known[code].type == "date")


def known(types: Sequence[str], key: str) -> str | None:
    """The `key` if all of `types` have a parameter of that name."""
    return key if all(key.removeprefix("-") in definitions(type) for type in types) else None


def parse(type: str, text: str) -> tuple[Sort, ...]:
    """Read `_sort`: known keys between commas, `-` for descending."""
    keys = tuple(_key(type, each.strip()) for each in text.split(",") if each.strip())
    if len({key.code for key in keys}) < len(keys):
        raise refused.malformed("_sort", "a key stands twice")
    if len(keys) > MOST_KEYS:
        raise refused.costly("_sort", f"it has at most {MOST_KEYS} keys")
    return keys


def _key(type: str, text: str) -> Sort:
    code, descending = text.removeprefix("-"), text.startswith("-")
    parameter = definitions(type).get(code)
    if parameter is None:
        raise refused.malformed("_sort", f"{type} has no parameter of that name")
    if code not in _FIELDS and not sortable(parameter):
        raise refused.unsupported("_sort", f"values of {code!r} have no order")
    clinical = parameter.key in clinical_dates(type)[:1]
    return Sort(parameter, CLINICAL if clinical else _FIELDS.get(code), descending)
