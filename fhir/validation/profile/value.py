"""ElementDefinition.fixed[x], pattern[x], minValue[x], maxValue[x], maxLength: what a value is compared with.

FHIR R4 elementdefinition.html 2.27.0 (fixed: the very same; pattern: at least this, arrays in any order).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fhir.validation.date import DATE_TIME, TIME, surely_after

_NUMBERS = (int, Decimal)


def given(definition: Mapping[str, Any], prefix: str) -> Any:
    """The value of `fixed[x]`, `pattern[x]` … in an ElementDefinition, whatever its type; None without."""
    for name, value in definition.items():
        if name.startswith(prefix) and name[len(prefix) :][:1].isupper():
            return value
    return None


def same(value: Any, fixed: Any) -> bool:
    """Whether both are the very same, a decimal by its amount."""
    if isinstance(fixed, dict):
        return (
            isinstance(value, dict)
            and value.keys() == fixed.keys()
            and all(same(value[name], part) for name, part in fixed.items())
        )
    if isinstance(fixed, list):
        return (
            isinstance(value, list)
            and len(value) == len(fixed)
            and all(same(one, other) for one, other in zip(value, fixed, strict=True))
        )
    return _equal(value, fixed)


def matches(value: Any, pattern: Any) -> bool:
    """Whether `value` holds at least what `pattern` holds."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and matches(value[name], part) for name, part in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(matches(one, part) for one in value) for part in pattern)
    return _equal(value, pattern)


def _equal(value: Any, other: Any) -> bool:
    return isinstance(value, bool) == isinstance(other, bool) and bool(value == other)


def exceeds(first: Any, second: Any) -> bool:
    """Whether `first` is greater or later than `second`, as far as they can be compared."""
    if isinstance(first, dict) and isinstance(second, dict):  # Quantities of one unit
        comparable = all(first.get(key) == second.get(key) for key in ("system", "code"))
        return comparable and exceeds(first.get("value"), second.get("value"))
    if isinstance(first, bool) or isinstance(second, bool):
        return False
    if isinstance(first, _NUMBERS) and isinstance(second, _NUMBERS):
        return bool(first > second)
    if not (isinstance(first, str) and isinstance(second, str)):
        return False
    if TIME(first) and TIME(second):
        return first > second
    return bool(DATE_TIME(first) and DATE_TIME(second)) and surely_after(first, second)
