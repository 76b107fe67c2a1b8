"""String parameters: names, addresses and other text, by their beginning.

FHIR R4 3.1.1.4.5 (search.html#string). Of the types that describe a person every beginning of every form
is one keyed hash, so that a prefix search is an equality and the text itself is not in the index; other
types keep the folded text.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from fhir.search import refused
from fhir.search.condition import Condition, HasToken, Matches, Term, beginning
from fhir.search.entries import Emit, Entries
from fhir.search.fold import fold, fold_name
from fhir.search.humanname import family_forms, forms, given_forms, parts_of, spoken
from fhir.search.registry import SearchParameter
from fhir.search.uri import containing
from fhir.search.value import plain
from fhir.search.walker import Location

LONGEST_PREFIX = 32
MOST_PREFIXES = 400
LONGEST = 256
_ADDRESS = ("text", "line", "city", "district", "state", "postalCode", "country")
_NAME = ("text", "family", "given", "prefix", "suffix")


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no string."""
    if location.type not in ("string", "markdown", "HumanName", "Address"):
        return None
    key, exact = parameter.key, f"{parameter.key}:exact|"
    fields = {"HumanName": _NAME, "Address": _ADDRESS}.get(location.type, ())
    spelled = _forms(parameter, location)
    add = _hash_prefixes if parameter.personal else _keep

    def emit(value: Any, entries: Entries) -> None:
        texts = parts_of(value, fields) if fields else [value] if isinstance(value, str) else []
        if not texts:
            return
        entries.tokens.append(key)
        if _sounds(parameter):
            return
        add(f"{key}|", spelled(value), entries)
        for text in texts:
            entries.tokens.append(exact + (entries.hashed(text) if parameter.personal else text[:LONGEST]))

    return emit


def _sounds(parameter: SearchParameter) -> bool:
    """Whether a parameter asks for the sound of a name: those tokens are among the ones of `name`."""
    return parameter.personal and parameter.code == "phonetic"


def _start(parameter: SearchParameter, kind: str = "") -> str:
    return f"{parameter.base}.name{kind}|" if _sounds(parameter) else f"{parameter.key}{kind}|"


def _forms(parameter: SearchParameter, location: Location) -> Callable[[Any], Iterable[str]]:
    """The folded forms of a value of this parameter."""
    if location.type == "HumanName":
        return forms
    if location.type == "Address":
        return lambda value: map(fold_name, parts_of(value, _ADDRESS))
    if parameter.personal and parameter.code in ("family", "given"):
        return family_forms if parameter.code == "family" else given_forms
    return lambda value: (_folded(parameter, value),)


def _folded(parameter: SearchParameter, text: str) -> str:
    return fold_name(text) if parameter.naming else fold(text)[:LONGEST]


def _hash_prefixes(start: str, found: Iterable[str], entries: Entries) -> None:
    prefixes = dict.fromkeys(
        form[:length] for form in found for length in range(1, min(len(form), LONGEST_PREFIX) + 1)
    )
    hashed = entries.hashed
    entries.tokens += [start + hashed(prefix) for prefix in islice(prefixes, MOST_PREFIXES)]


def _keep(start: str, found: Iterable[str], entries: Entries) -> None:
    entries.tokens += [start + form for form in found if form]


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    texts = [plain(value) for value in values]
    if modifier == "exact":
        return HasToken(tuple(_exact(parameter, text) for text in texts))
    if modifier not in ("", "contains") or (modifier and parameter.personal):
        raise refused.modifier(parameter.code, modifier)
    start = _start(parameter)
    folded = [_asked(parameter, text) for text in texts]
    if modifier == "contains":
        return Matches(tuple(containing(start, text) for text in folded))
    if parameter.personal:
        return HasToken(tuple(Term(start, text[:LONGEST_PREFIX]) for text in folded))
    return Matches(tuple(beginning(start + text) for text in folded))


def _exact(parameter: SearchParameter, text: str) -> Term:
    start = _start(parameter, ":exact")
    return Term(start, text) if parameter.personal else Term(start + text[:LONGEST])


def _asked(parameter: SearchParameter, text: str) -> str:
    folded = spoken(text) if _sounds(parameter) else _folded(parameter, text)
    if not folded:
        raise refused.malformed(parameter.code, "nothing is left to search for")
    return folded
