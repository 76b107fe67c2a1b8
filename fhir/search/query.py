"""A search query: the parameters of a request, read and checked, and the filter that answers them.

FHIR R4 3.1.1.3 and 3.1.1.7 (search.html#combining, #errors). A parameter that R4 does not define for the
type is left out with a warning, or refused under `handling=strict`; one that is known but not served, or
malformed, is always refused, because ignoring it would show more than was asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fhir.definitions.search_parameters import types
from fhir.outcome import Fault, Issue, Refusal
from fhir.search import refused, sort
from fhir.search.condition import Condition, Filter, Linked, Resolver, pending, resolved
from fhir.search.criteria.chain import Chained
from fhir.search.criteria.criterion import MOST_VALUES, SPECIAL, Reading
from fhir.search.criteria.reverse_chain import ReferredBy
from fhir.search.entries import Keyed
from fhir.search.include import Include
from fhir.search.refused import shown
from fhir.search.registry import definitions
from fhir.search.result import READERS, SEVERAL, Result
from fhir.search.sort import Sort

__all__ = ["MOST_PARAMETERS", "MOST_VALUES", "Parameters", "Query", "parse", "parse_all"]

MOST_PARAMETERS = 200
Parameters = Sequence[tuple[str, str]]
_SILENT = frozenset({"_format", "_pretty"})


@dataclass(slots=True)
class Query:
    """One search of one type."""

    type: str
    result: Result
    conditions: list[Condition] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    processed: list[tuple[str, str]] = field(default_factory=list)
    types: set[str] = field(default_factory=set)

    async def resolved(self, resolver: Resolver) -> "Query":
        """The same query with nothing left to be looked up."""
        plain = tuple(each for each in self.conditions if not pending(each))
        found = [await resolved(_beside(each, plain), resolver) for each in self.conditions]
        return replace(self, conditions=found)

    @property
    def patients(self) -> frozenset[str]:
        """The Patients that the query names, as references."""
        return frozenset().union(*(each.patients for each in self.conditions))

    @property
    def sort(self) -> tuple[Sort, ...]:
        """The keys asked for, () for the server's own order."""
        return self.result.sort

    @property
    def count(self) -> int | None:
        """The page size, at most 1000; None when the server chooses; 0 asks for the total alone."""
        return self.result.count

    @property
    def total(self) -> str | None:
        """`none`, `estimate`, `accurate`, or None."""
        return self.result.total

    @property
    def summary(self) -> str | None:
        """`true`, `false`, `text`, `data`, `count`, or None."""
        return self.result.summary

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements asked for, () for all."""
        return self.result.elements

    @property
    def includes(self) -> tuple[Include, ...]:
        """What the matches refer to and is wanted."""
        return self.result.includes

    @property
    def revincludes(self) -> tuple[Include, ...]:
        """What refers to the matches and is wanted."""
        return self.result.revincludes

    def filter(self, keyed: Keyed, linked: Linked) -> Filter:
        """The MongoDB filter; `linked` maps a Patient of `patients` to all Patients of that person."""
        parts = [each.filter(keyed, linked) for each in self.conditions]
        return {"$and": [*parts, {"tokens": self.type}]} if parts else {"tokens": self.type}


def _beside(condition: Condition, others: tuple[Condition, ...]) -> Condition:
    return replace(condition, beside=others) if isinstance(condition, Chained | ReferredBy) else condition


def parse(type: str, parameters: Parameters, strict: bool, base: str | None = None) -> Query:
    """Read the decoded parameters of a search of `type`; `base` is the server's own URL. Raises Refusal."""
    return parse_all([type], parameters, strict, base)[0]


def parse_all(
    wanted: Sequence[str], parameters: Parameters, strict: bool, base: str | None = None
) -> list[Query]:
    """The same search of several types (at least one), by the parameters that all of them have."""
    if not types().issuperset(wanted):
        raise Refusal(Fault.UNKNOWN_TYPE, "the resource type is not known")
    if len(parameters) > MOST_PARAMETERS:
        raise Refusal(Fault.TOO_COSTLY, f"a search takes at most {MOST_PARAMETERS} parameters")
    return [_Reader(each, wanted, strict, base or "").read(parameters) for each in wanted]


class _Reader:
    def __init__(self, type: str, together: Sequence[str], strict: bool, base: str) -> None:
        self.query = Query(type, Result(type))
        self._together = together
        self._strict = strict
        self._reading = Reading(base)
        self._single: dict[str, str] = {}

    def read(self, parameters: Parameters) -> Query:
        """Take all parameters."""
        for given, value in parameters:
            self._take(given, value)
        result = self.query.result
        if result.summary == "text" and (result.includes or result.revincludes):
            raise refused.malformed("_summary", "text does not go with _include or _revinclude")
        self.query.types = self._reading.types - {self.query.type}
        return self.query

    def _take(self, given: str, value: str) -> None:
        """Take one parameter as it was given, modifier and all."""
        name = given.partition(".")[0].partition(":")[0]
        if name in _SILENT:
            return
        _check_text(name, given + value)
        if name in READERS:
            self._result(given, name, given.removeprefix(name).removeprefix(":"), value)
        elif name in SPECIAL or all(name in definitions(each) for each in self._together):
            condition = self._reading.condition(self.query.type, given, value)
            if condition is not None:
                self.query.conditions.append(condition)
                self.query.processed.append((given, value))
        else:
            self._ignored(f"search parameter {shown(name)!r} is not known for {self._searched()}")

    def _searched(self) -> str:
        return self.query.type if len(self._together) == 1 else "all types that are searched"

    def _result(self, given: str, name: str, modifier: str, value: str) -> None:
        value = value.strip()
        if not value:
            return
        if name not in SEVERAL and self._single.setdefault(name, value) != value:
            raise refused.malformed(name, "it stands twice with different values")
        if name == "_sort":
            value = self._sortable(value)
        if value:
            self.query.result.take(name, modifier, value)
            self.query.processed.append((given, self.query.result.applied(name, value)))

    def _sortable(self, value: str) -> str:
        """The keys of `_sort` that are known; of the others it is told."""
        known = [sort.known(self._together, each.strip()) for each in value.split(",") if each.strip()]
        for key in known:
            if key is None:
                self._ignored(f"a key of '_sort' is not known for {self._searched()}")
        return ",".join(filter(None, known))

    def _ignored(self, text: str) -> None:
        if self._strict:
            raise Refusal(Fault.PARAMETER, text)
        issue = Issue("not-supported", f"{text} and was ignored", severity="warning")
        if issue not in self.query.issues:
            self.query.issues.append(issue)


def _check_text(name: str, text: str) -> None:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise refused.malformed(shown(name), "the value holds a character that no text has")
