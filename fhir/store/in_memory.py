"""A search filter held against one row in memory, as MongoDB would.

What ships with the program is no row of the database, but is found by the same filters. Arrays follow
MongoDB: a value fits an array where it fits one of its elements, a range where each bound fits one.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

Row = Mapping[str, Any]
Test = Callable[[list[Any], Any], bool]


class UnknownOperatorError(Exception):
    """The filter asks something that is not known here."""


def held(filter: Row, row: Row) -> bool:
    """Does `row` meet `filter`?"""
    for name, wanted in filter.items():
        if name.startswith("$"):
            joined = _JOINED.get(name)
            if joined is None:
                raise UnknownOperatorError(name)
            if not joined(held(part, row) for part in wanted):
                return False
        elif not _fits(list(_values(row, name.split("."))), wanted):
            return False
    return True


_JOINED: dict[str, Callable[[Iterator[bool]], bool]] = {
    "$and": all,
    "$or": any,
    "$nor": lambda parts: not any(parts),
}


def _values(value: Any, path: list[str]) -> Iterator[Any]:
    """What stands at a path; of an array the array itself and its elements."""
    if not path:
        yield value
        if isinstance(value, list):
            yield from value
    elif isinstance(value, Mapping):
        if path[0] in value:
            yield from _values(value[path[0]], path[1:])
    elif isinstance(value, list):
        for each in value:
            yield from _values(each, path)


def _fits(values: list[Any], wanted: Any) -> bool:
    if not isinstance(wanted, Mapping) or not any(name.startswith("$") for name in wanted):
        return wanted in values or (wanted is None and not values)
    options = str(wanted.get("$options", ""))
    return all(
        _test(name)(values, (operand, options) if name == "$regex" else operand)
        for name, operand in wanted.items()
        if name != "$options"
    )


def _test(name: str) -> Test:
    found = _TESTS.get(name)
    if found is None:
        raise UnknownOperatorError(name)
    return found


def _compares(test: Callable[[Any, Any], bool]) -> Test:
    def compares(values: list[Any], bound: Any) -> bool:
        return any(_alike(value, bound) and test(value, bound) for value in values)

    return compares


def _alike(value: Any, bound: Any) -> bool:
    """MongoDB compares numbers with numbers and texts with texts."""
    if isinstance(bound, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(bound))


def _element(values: list[Any], wanted: Row) -> bool:
    arrays = [each for each in values if isinstance(each, list)]
    if any(name.startswith("$") and name not in _JOINED for name in wanted):
        return any(_fits([each], wanted) for array in arrays for each in array)
    return any(isinstance(each, Mapping) and held(wanted, each) for array in arrays for each in array)


@lru_cache(maxsize=256)
def _pattern(text: str, options: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE if "i" in options else 0)


def _matches(values: list[Any], wanted: tuple[str, str]) -> bool:
    pattern = _pattern(*wanted)
    return any(isinstance(each, str) and pattern.search(each) is not None for each in values)


def _any_of(values: list[Any], listed: list[Any]) -> bool:
    return any(_fits(values, each) for each in listed)


_TESTS: dict[str, Test] = {
    "$eq": _fits,
    "$ne": lambda values, wanted: not _fits(values, wanted),
    "$in": _any_of,
    "$nin": lambda values, listed: not _any_of(values, listed),
    "$all": lambda values, listed: all(_fits(values, each) for each in listed),
    "$exists": lambda values, wanted: bool(values) is bool(wanted),
    "$not": lambda values, wanted: not _fits(values, wanted),
    "$elemMatch": _element,
    "$gt": _compares(lambda value, bound: value > bound),
    "$gte": _compares(lambda value, bound: value >= bound),
    "$lt": _compares(lambda value, bound: value < bound),
    "$lte": _compares(lambda value, bound: value <= bound),
    "$geoWithin": lambda values, wanted: False,  # nothing that ships stands anywhere
    "$regex": _matches,
}
