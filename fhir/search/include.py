"""_include and _revinclude: which resources come along with the matches.

FHIR R4 3.1.1.5.4 (search.html#include): `Type:parameter[:TargetType]`, with `*` for every reference
parameter, and `:iterate` for what is included by the included.
"""

from dataclasses import dataclass

from fhir.definitions.search_parameters import types
from fhir.search import refused
from fhir.search.registry import parameters

ANY = "*"


@dataclass(frozen=True, slots=True)
class Include:
    """References of `type` by `parameter` (or `*`), to `target` only when it is given."""

    type: str
    parameter: str
    target: str | None = None
    iterate: bool = False


def parse(name: str, modifier: str, value: str, type: str) -> Include:
    """Read one value of `name` (_include or _revinclude) on a search of `type`."""
    if modifier not in ("", "iterate", "recurse"):
        raise refused.modifier(name, modifier)
    iterate = modifier != ""
    if value == ANY and name == "_include":
        return Include(type, ANY, None, iterate)
    parts = value.split(":")
    if len(parts) not in (2, 3) or parts[0] not in types():
        raise refused.malformed(name, "it is written Type:parameter[:TargetType]")
    source, code, target = parts[0], parts[1], parts[2] if len(parts) == 3 else None
    if code != ANY:
        _check(name, source, code, target)
    elif target is not None and target not in types():
        raise refused.malformed(name, "the target is no resource type")
    return Include(source, code, target, iterate)


def _check(name: str, source: str, code: str, target: str | None) -> None:
    parameter = parameters(source).get(code)
    if parameter is None or parameter.type != "reference":
        raise refused.malformed(name, f"{source} has no reference parameter of that name")
    if target is not None and target not in parameter.targets:
        raise refused.malformed(name, f"{source}:{code} does not refer to that target type")
