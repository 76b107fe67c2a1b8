"""ElementDefinition.constraint of a profile: FHIRPath, parsed once.

FHIR R4 fhirpath.html 2.9, elementdefinition.html 2.27. The constraints of R4 itself are compiled by hand
(`fhir.validation.invariants`) and not asked again. fhirpathpy lacks hasValue(), resolve(), memberOf() and a
bound on regular expressions; they are added here. What can't be evaluated is a warning, never a refusal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from re import _constants as sre  # type: ignore[attr-defined]  # the one parser of Python's expressions
from re import _parser as sre_parser  # type: ignore[attr-defined]
from time import perf_counter
from typing import Any

from fhirpathpy import apply_parsed_path
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models
from fhirpathpy.parser import parse as parse_path

from fhir.definitions.structures import Element, complex_types, resource_types, structure
from fhir.validation.finding import Finding
from fhir.validation.profile.binding import bound
from fhir.validation.profile.item import Check, Item, Scope

_MEMBER_OF = re.compile(r"memberOf\(\s*'([^']+)'\s*\)").findall
_GENERAL = frozenset(("ele-1", "dom-6"))
_LONGEST_EXPRESSION = 4096
_STEPS = 10_000_000


def value_sets(definition: Mapping[str, Any]) -> Iterator[str]:
    """The value sets that the constraints of an element ask about."""
    for one in definition.get("constraint", ()):
        yield from _MEMBER_OF(one.get("expression", ""))


class Unevaluated(Exception):
    """The expression asks for something that is not done here."""


@cache
def _official() -> frozenset[tuple[str, str]]:
    """Key and expression of every constraint of R4 itself."""
    found: set[tuple[str, str]] = set()
    for type in resource_types | complex_types:
        found |= {(one.key, one.expression) for one in structure(type).constraints}
        found |= {(key, text) for key, text in _below(structure(type).elements)}
    return frozenset(found)


def _below(elements: tuple[Element, ...]) -> Iterator[tuple[str, str]]:
    for element in elements:
        yield from ((one.key, one.expression) for one in element.constraints)
        yield from _below(element.elements)


def is_own(constraint: Mapping[str, Any]) -> bool:
    """Whether a profile adds it to what R4 says."""
    key, expression = constraint.get("key", ""), constraint.get("expression")
    return bool(expression) and key not in _GENERAL and (key, expression) not in _official()


def constraint(definition: Mapping[str, Any], base: str) -> Check:
    """The check of one constraint on values whose type, or path for a backbone element, is `base`."""
    text = f"{definition.get('human', '')} ({definition.get('key')})"
    severity = "warning" if definition.get("severity") == "warning" else "error"
    holds = _compiled(definition["expression"], base)

    def check(item: Item, scope: Scope) -> list[Finding]:
        if scope.seconds <= 0:
            return [Finding("", "too-costly", "the constraints of the profile take too long here")]
        begin = perf_counter()
        try:
            return [] if holds(item, scope) else [Finding("", "invariant", text, severity)]
        except Exception:  # the library fails in many ways on what it does not know
            return [Finding("", "not-supported", f"{text}: the expression could not be evaluated", "warning")]
        finally:
            scope.seconds -= perf_counter() - begin

    return check


def _compiled(expression: str, base: str) -> Callable[[Item, Scope], bool]:
    try:
        parsed = parse_path(expression) if len(expression) <= _LONGEST_EXPRESSION else None
    except Exception:  # whatever the grammar fails with
        parsed = None

    def holds(item: Item, scope: Scope) -> bool:
        if parsed is None:
            raise Unevaluated
        type = item.type if item.type and item.type[:1].islower() else base or item.type
        start = item.value if item.value is scope.resource else ResourceNode.create_node(item.value, type)
        variables = {"resource": scope.resource, "rootResource": scope.resource, "context": item.value}
        options = {"traceFn": lambda *_: None, "userInvocationTable": functions(scope)}
        return bool(apply_parsed_path(start, parsed, variables, models["r4"], options) == [True])

    return holds


def functions(scope: Scope) -> dict[str, Any]:
    """The functions that FHIR adds to FHIRPath, and safe ones in place of those that match a pattern."""

    def resolve(inputs: list[Any]) -> list[Any]:
        texts = [one.get("reference", "") if isinstance(one, dict) else one for one in inputs]
        found = (scope.resolve(text) for text in texts)
        return [ResourceNode.create_node(one, one["resourceType"]) for one in found if one is not None]

    def member_of(inputs: list[Any], url: str) -> list[bool]:
        if (codings := scope.codings(url)) is None:
            raise Unevaluated
        return [bound(one, codings) for one in inputs[:1]]

    return {
        "hasValue": {
            "fn": lambda inputs: [len(inputs) == 1 and not isinstance(inputs[0], dict | list)],
            "arity": {0: []},
        },
        "htmlChecks": {"fn": lambda _: [True], "arity": {0: []}},  # txt-1 and txt-2 are checked anyway
        "resolve": {"fn": resolve, "arity": {0: []}},
        "memberOf": {"fn": member_of, "arity": {1: ["String"]}},
        "matches": {"fn": _matches, "arity": {1: ["String"]}},
        "replaceMatches": {"fn": _replaced, "arity": {2: ["String", "String"]}},
    }


def _matches(inputs: list[Any], pattern: str) -> list[bool]:
    return [_safe(pattern, text).search(text) is not None for text in _texts(inputs)]


def _replaced(inputs: list[Any], pattern: str, replacement: str) -> list[str]:
    groups = re.sub(r"\$(\d)", r"\\\1", replacement)
    return [_safe(pattern, text).sub(groups, text) for text in _texts(inputs)]


def _texts(inputs: list[Any]) -> list[str]:
    if len(inputs) > 1 or not all(isinstance(one, str) for one in inputs):
        raise Unevaluated
    return inputs


def _safe(pattern: str, text: str) -> re.Pattern[str]:
    """The pattern compiled; Unevaluated where matching `text` could take long."""
    compiled, endless, factor = _measured(pattern)
    if len(text) ** endless * factor > _STEPS:
        raise Unevaluated
    return compiled


@lru_cache(512)
def _measured(pattern: str) -> tuple[re.Pattern[str], int, int]:
    """The pattern compiled, and what its steps grow by: a power of the text's length, and a factor."""
    try:
        parsed = sre_parser.parse(pattern)
        endless, factor = _growth(parsed)
        anchored = len(parsed) > 0 and parsed[0][0] is sre.AT
        return re.compile(pattern), endless + (not anchored), factor
    except (re.error, RecursionError, OverflowError):
        raise Unevaluated from None


def _growth(part: Any, *, inside: bool = False) -> tuple[int, int]:
    """Repetitions without end, and the product of the others; Unevaluated where one stands in another."""
    endless, factor = 0, 1
    for operation, argument in part:
        inner = [argument]
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            least, most, repeated = argument
            if inside and least != most:
                raise Unevaluated
            endless += most is sre.MAXREPEAT
            factor *= 1 if most is sre.MAXREPEAT else 1 + most - least
            endless_below, factor_below = _growth(repeated, inside=inside or most > 1)
            endless, factor, inner = endless + endless_below, factor * factor_below, []
        elif operation is sre.BRANCH and inside:
            raise Unevaluated
        for one in _subpatterns(inner):
            endless_below, factor_below = _growth(one, inside=inside)
            endless, factor = endless + endless_below, factor * factor_below
    return endless, factor


def _subpatterns(argument: Any) -> Iterator[Any]:
    for one in argument:
        if isinstance(one, sre_parser.SubPattern):
            yield one
        elif isinstance(one, tuple | list):
            yield from _subpatterns(one)
