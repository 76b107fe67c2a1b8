"""_filter: the operators on each type of parameter.

FHIR R4 3.1.3.2 (search_filter.html#ops). A test asks of the index what a plain parameter asks; what only the
resource itself can tell (a whole text, its end) is confirmed there.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fhir.outcome import Fault, Refusal
from fhir.search import refused
from fhir.search.condition import AllOf, AnyOf, Condition, Matches, Not, beginning
from fhir.search.criteria import presence
from fhir.search.criteria.filter_expression import Comparison, Joined, Negated, Step, Tree, wrong
from fhir.search.refused import shown
from fhir.search.registry import WORDS, SearchParameter
from fhir.search.types import date
from fhir.search.types.ngram import Confirmed
from fhir.search.types.string import folded, texts_in

if TYPE_CHECKING:
    from fhir.search.criteria.criterion import Reading

_SYSTEMS = {
    "loinc": "http://loinc.org",
    "snomed": "http://snomed.info/sct",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ucum": "http://unitsofmeasure.org",
}
_PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "ap", "sa", "eb"})
Served = Callable[["Reading", SearchParameter, str], Condition]


def condition(reading: "Reading", type: str, tree: Tree) -> Condition:
    """What an expression asks of resources of `type`."""
    if isinstance(tree, Joined):
        parts = condition(reading, type, tree.left), condition(reading, type, tree.right)
        return AllOf(parts) if tree.word == "and" else AnyOf(parts)
    if isinstance(tree, Negated):
        return Not(condition(reading, type, tree.inner))
    return _along(reading, type, tree.path, tree)


def _along(reading: "Reading", type: str, path: tuple[Step, ...], test: Comparison) -> Condition:
    step, rest = path[0], path[1:]
    try:
        if step.name.startswith("_has:"):
            _, referrer, code, _ = step.name.split(":")
            return _required(
                reading.has(type, referrer, code, lambda each: _along(reading, each, rest, test))
            )
        parameter = reading.parameter(type, _name(step))
        if not rest:
            return _compared(reading, parameter, test)

        def inner(target: str) -> Condition:
            found = _along(reading, target, rest, test)
            return found if step.filter is None else AllOf((condition(reading, target, step.filter), found))

        return _required(reading.chain(parameter, step.type, _name(rest[0]), inner))
    except Refusal as refusal:
        if refusal.issues[0].diagnostics.startswith("search parameter '_filter'"):
            raise
        raise wrong(step.at, refusal.issues[0].diagnostics, refusal.fault) from None


def _name(step: Step) -> str:
    """The parameter; the specification's own examples spell the logical id without its underscore."""
    return "_id" if step.name == "id" else step.name


def _required(found: Condition | None) -> Condition:
    assert found is not None, "a test has a value"
    return found


def _compared(reading: "Reading", parameter: SearchParameter, test: Comparison) -> Condition:
    if test.operator == "pr":
        if test.value not in ("true", "false"):
            raise wrong(test.at, "after pr the value is true or false")
        return presence.condition(parameter, ["false" if test.value == "true" else "true"])
    kind = "words" if parameter.code in WORDS else parameter.type
    serve = _TABLE.get(kind, {}).get(test.operator)
    if serve is None:
        name = shown(parameter.code)
        text = f"the operator {test.operator} does not fit {name!r}, which is of type {parameter.type}"
        raise wrong(test.at, text, Fault.UNSUPPORTED_PARAMETER)
    return serve(reading, parameter, test.value)


def _guarded(text: str) -> str:
    """A text of which every character stands for itself."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$")


def _modified(modifier: str, prepare: Callable[[str], str] = str) -> Served:
    return lambda reading, parameter, value: reading.compared(parameter, modifier, [prepare(value)])


def _unequal(equal: Served) -> Served:
    """There is a value, and it is not equal."""
    return lambda reading, parameter, value: AllOf(
        (presence.condition(parameter, ["false"]), Not(equal(reading, parameter, value)))
    )


def _named_system(value: str) -> str:
    """`loinc|1234-5`: some systems have short names."""
    system, bar, code = value.partition("|")
    return f"{_SYSTEMS.get(system, system)}|{code}" if bar else value


def _named_unit(value: str) -> str:
    number, bar, unit = value.partition("|")
    return f"{number}|{_named_system(unit)}" if bar else value


def _prefixed(operator: str) -> Served:
    return lambda reading, parameter, value: reading.compared(
        parameter, "", [f"{operator}{_named_unit(_unsigned(parameter, value))}"]
    )


def _unsigned(parameter: SearchParameter, value: str) -> str:
    """The operator is the prefix, so the value has none of its own."""
    if value[:1].isalpha():
        raise refused.malformed(parameter.code, "after the operator stands a value without a prefix")
    return value


def _confirmed(modifier: str, fits: Callable[[str, str], bool]) -> Served:
    """Of those that `modifier` finds, the ones that have a text which fits."""

    def serve(reading: "Reading", parameter: SearchParameter, value: str) -> Condition:
        candidates = reading.compared(parameter, modifier, [_guarded(value)])
        wanted = folded(parameter, value)

        def test(resource: Any) -> bool:
            return any(fits(text, wanted) for text in texts_in(parameter, resource))

        return Confirmed(parameter.base, candidates, test)

    return serve


def _of_period(bounds: Callable[[int, int], dict[str, Any]]) -> Served:
    """A comparison of a date's range that is no prefix."""

    def serve(reading: "Reading", parameter: SearchParameter, value: str) -> Condition:
        asked = date.asked(parameter.code, _unsigned(parameter, value))
        if parameter.code == "_lastUpdated":
            return reading.compared(parameter, "", [value])
        return Matches(
            tuple({"dates": {"$elemMatch": each}} for each in date.ranged(parameter, bounds(*asked[1:])))
        )

    return serve


def _starting_uri(reading: "Reading", parameter: SearchParameter, value: str) -> Condition:
    return Matches((beginning(f"{parameter.key}|{value}"),))


def _of_codes(modifier: str) -> Served:
    def serve(reading: "Reading", parameter: SearchParameter, value: str) -> Condition:
        return reading.compared(
            parameter, modifier, [value if modifier.endswith("in") else _named_system(value)]
        )

    return serve


_WHOLE = _confirmed("", lambda text, wanted: text == wanted)
_TOKEN = _modified("", _named_system)
_TABLE: dict[str, dict[str, Served]] = {
    "string": {
        "eq": _WHOLE,
        "ne": _unequal(_WHOLE),
        "co": _modified("contains", _guarded),
        "sw": _modified("", _guarded),
        "ew": _confirmed("contains", lambda text, wanted: text.endswith(wanted)),
    },
    "words": {"co": _modified("", _guarded)},
    "number": {each: _prefixed(each) for each in _PREFIXES},
    "quantity": {each: _prefixed(each) for each in _PREFIXES},
    "date": {each: _prefixed(each) for each in _PREFIXES}
    | {
        "co": _of_period(lambda low, high: {"s": {"$lte": low}, "e": {"$gte": high}}),
        "po": _of_period(lambda low, high: {"s": {"$lt": high}, "e": {"$gt": low}}),
    },
    "token": {
        "eq": _TOKEN,
        "ne": _unequal(_TOKEN),
        "ss": _of_codes("below"),
        "sb": _of_codes("above"),
        "in": _of_codes("in"),
        "ni": _of_codes("not-in"),
    },
    "reference": {
        "eq": _modified(""),
        "ne": _unequal(_modified("")),
        "re": _modified(""),
    },
    "uri": {
        "eq": _modified("", _guarded),
        "ne": _unequal(_modified("", _guarded)),
        "co": _modified("contains", _guarded),
        "sw": _starting_uri,
        "ss": _modified("below", _guarded),
        "sb": _modified("above", _guarded),
    },
    "composite": {"eq": _TOKEN, "ne": _unequal(_TOKEN)},
}
"""By type of parameter and operator."""
