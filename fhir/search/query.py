"""A search query: the parameters of a request, read and checked, and the filter that answers them.

FHIR R4 3.1.1.3 and 3.1.1.7 (search.html#combining, #errors). A parameter that R4 does not define for the
type is left out with a warning, or refused under `handling=strict`; one that is known but not served, or
malformed, is always refused, because ignoring it would show more than was asked for.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fhir.definitions.search_parameters import types
from fhir.outcome import Fault, Issue, Refusal
from fhir.search import (
    composite,
    date,
    identity,
    near,
    number,
    presence,
    quantity,
    reference,
    refused,
    string,
    token,
    uri,
)  # fmt: skip
from fhir.search.condition import Condition, Filter, Linked
from fhir.search.entries import Keyed
from fhir.search.include import Include
from fhir.search.registry import SearchParameter, definitions
from fhir.search.result import READERS, SEVERAL, Result
from fhir.search.sort import Sort
from fhir.search.value import alternatives

MOST_PARAMETERS = 200
MOST_VALUES = 2000
Parameters = Sequence[tuple[str, str]]

_SILENT = frozenset({"_format", "_pretty"})
_NOT_SERVED = frozenset({"_has", "_list", "_query", "_filter", "_containedType"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
_CONDITIONS: dict[str, Callable[[SearchParameter, str, list[str]], Condition]] = {
    "composite": composite.condition,
    "date": date.condition,
    "number": number.condition,
    "quantity": quantity.condition,
    "reference": reference.condition,
    "special": near.condition,
    "string": string.condition,
    "token": token.condition,
    "uri": uri.condition,
}


@dataclass(slots=True)
class Query:
    """One search of one type."""

    type: str
    result: Result
    conditions: list[Condition] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    processed: list[tuple[str, str]] = field(default_factory=list)

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


def parse(type: str, parameters: Parameters, strict: bool, base: str | None = None) -> Query:
    """Read the decoded parameters of a search of `type`; `base` is the server's own URL. Raises Refusal."""
    if type not in types():
        raise Refusal(Fault.UNKNOWN_TYPE, "the resource type is not known")
    if len(parameters) > MOST_PARAMETERS:
        raise Refusal(Fault.TOO_COSTLY, f"a search takes at most {MOST_PARAMETERS} parameters")
    reader = _Reader(Query(type, Result(type)), strict, f"{base.rstrip('/')}/" if base else "")
    for name, value in parameters:
        reader.take(name, value)
    return reader.query


class _Reader:
    def __init__(self, query: Query, strict: bool, base: str) -> None:
        self.query = query
        self._strict = strict
        self._base = base
        self._values = 0
        self._single: dict[str, str] = {}

    def take(self, given: str, value: str) -> None:
        """Take one parameter as it was given, modifier and all."""
        name, _, modifier = given.partition(":")
        if name in _SILENT:
            return
        _check_text(name, value)
        if name in READERS:
            self._result(given, name, modifier, value)
        elif name in _NOT_SERVED or "." in given:
            raise refused.unsupported(_shown(name.partition(".")[0]), "it is not supported here")
        elif name not in definitions(self.query.type):
            self._unknown(name)
        else:
            self._condition(given, definitions(self.query.type)[name], modifier, value)

    def _result(self, given: str, name: str, modifier: str, value: str) -> None:
        if not value.strip():
            return
        if name not in SEVERAL and self._single.setdefault(name, value) != value:
            raise refused.malformed(name, "it stands twice with different values")
        self.query.result.take(name, modifier, value.strip())
        self.query.processed.append((given, value))

    def _unknown(self, name: str) -> None:
        text = f"search parameter {_shown(name)!r} is not known for {self.query.type}"
        if self._strict:
            raise Refusal(Fault.PARAMETER, text)
        self.query.issues.append(Issue("not-supported", f"{text} and was ignored", severity="warning"))

    def _condition(self, given: str, parameter: SearchParameter, modifier: str, value: str) -> None:
        if not parameter.searchable:
            raise refused.unsupported(
                parameter.code, f"parameters of type {parameter.type} are not supported yet"
            )
        values = alternatives(value)
        if not values:
            return
        self._values += len(values)
        if self._values > MOST_VALUES:
            raise Refusal(Fault.TOO_COSTLY, f"a search takes at most {MOST_VALUES} values")
        self.query.conditions.append(self._read(parameter, modifier, values))
        self.query.processed.append((given, value))

    def _read(self, parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
        if parameter.code == "_id":
            return identity.condition(parameter, modifier, values)
        if modifier == "missing" and parameter.code != "_lastUpdated":
            return presence.condition(parameter, values)
        if parameter.type == "reference":
            values = [value.strip().removeprefix(self._base) for value in values]
        return _CONDITIONS[parameter.type](parameter, modifier, values)


def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "…"


def _check_text(name: str, value: str) -> None:
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise refused.malformed(_shown(name), "the value holds a character that no text has")
