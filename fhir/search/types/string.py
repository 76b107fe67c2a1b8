"""String parameters: names, addresses and other text, by their beginning or by any part.

FHIR R4 3.1.1.4.5 (search.html#string). Of the types that describe a person every beginning of every form
is one keyed hash, so that a prefix search is an equality and the text itself is not in the index; other
types keep the folded text.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from fhir.outcome import Fault, Refusal
from fhir.search import refused
from fhir.search.condition import AnyOf, Condition, HasToken, Matches, Term
from fhir.search.entries import Emit, Entries
from fhir.search.names.fold import fold_name, fold_text
from fhir.search.names.humanname import (
    asked_name,
    family_forms,
    forms,
    given_forms,
    parts_of,
    spoken,
    written,
)
from fhir.search.registry import WORDS, SearchParameter
from fhir.search.types import content, ngram
from fhir.search.types.text_index import HasSecret, starting
from fhir.search.value import plain
from fhir.search.walker import Location, walk

LONGEST_PREFIX = 32
MOST_PREFIXES = 400
MOST_PARTS = 500
LONGEST = 256
_ADDRESS = ("text", "line", "city", "district", "state", "postalCode", "country")
_NAME = ("text", "family", "given", "prefix", "suffix")
_TYPES = frozenset({"string", "markdown", "HumanName", "Address"})


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no string."""
    if location.type not in _TYPES:
        return None
    if _sounds(parameter):
        return lambda value, entries: entries.tokens.append(f"{parameter.key}|")
    return _personal(parameter, location) if parameter.personal else _open(parameter, location)


def _personal(parameter: SearchParameter, location: Location) -> Emit:
    key, spelled = parameter.key, _forms(parameter, location)
    addressed = _addressed(parameter)

    def emit(value: Any, entries: Entries) -> None:
        texts = texts_of(value, location.type)
        if not texts:
            return
        if len(texts) > MOST_PARTS:
            raise Refusal(Fault.TOO_LARGE, f"a name or address has at most {MOST_PARTS} parts")
        prefixes = _prefixes(spelled(value))
        if addressed:
            entries.texts += [entries.secret(f"{key}|{prefix}") for prefix in prefixes]
            entries.tokens.append(f"{key}|")
        else:
            entries.tokens += [f"{key}|{entries.hashed(prefix)}" for prefix in prefixes]
        entries.texts += [entries.secret(f"{key}:exact|{text}") for text in texts]
        ngram.hide(key, _written(value, location.type), entries)

    return emit


def _open(parameter: SearchParameter, location: Location) -> Emit:
    key = parameter.key

    def emit(value: Any, entries: Entries) -> None:
        for each in texts_of(value, location.type):
            form = folded(parameter, each)
            entries.texts += (f"{key}|{form[:LONGEST]}", f"{key}:exact|{each[:LONGEST]}")
            ngram.keep(key, form, entries)

    return emit


def texts_of(value: Any, type: str) -> list[str]:
    """The texts in a value, as they are written."""
    fields = {"HumanName": _NAME, "Address": _ADDRESS}.get(type, ())
    return parts_of(value, fields) if fields else [value] if isinstance(value, str) else []


def _sounds(parameter: SearchParameter) -> bool:
    """Whether a parameter asks for the sound of a name: those tokens are among the ones of `name`."""
    return parameter.personal and parameter.code == "phonetic"


def _addressed(parameter: SearchParameter) -> bool:
    """Whether it finds addresses, whose beginnings stand in the smaller index."""
    return parameter.code.startswith("address")


def _start(parameter: SearchParameter) -> str:
    return f"{parameter.base}.name|" if _sounds(parameter) else f"{parameter.key}|"


def _forms(parameter: SearchParameter, location: Location) -> Callable[[Any], Iterable[str]]:
    """The folded forms of a value of this parameter."""
    if location.type == "HumanName":
        return forms
    if parameter.code in ("family", "given"):
        return family_forms if parameter.code == "family" else given_forms
    return lambda value: _written(value, location.type)


def _written(value: Any, type: str) -> Iterable[str]:
    return written(value) if type == "HumanName" else map(fold_name, texts_of(value, type))


def folded(parameter: SearchParameter, text: str) -> str:
    """A text as values of this parameter are compared."""
    return fold_name(text) if parameter.naming else fold_text(text)


def _prefixes(found: Iterable[str]) -> list[str]:
    prefixes = dict.fromkeys(
        form[:length] for form in found for length in range(1, min(len(form), LONGEST_PREFIX) + 1)
    )
    return list(islice(prefixes, MOST_PREFIXES))


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if parameter.code in WORDS:
        return content.condition(parameter, modifier, values)
    texts = [plain(value) for value in values]
    if modifier == "exact" and not _sounds(parameter):
        return _exact(parameter, texts)
    if modifier == "contains" and not _sounds(parameter):
        found = tuple(_containing(parameter, _asked(parameter, text)) for text in texts)
        return found[0] if len(found) == 1 else AnyOf(found)
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    start = _start(parameter)
    asked = [_asked(parameter, asked_name(text) if _named(parameter) else text) for text in texts]
    if not parameter.personal:
        return Matches(tuple(starting(start + text[:LONGEST]) for text in asked))
    if _addressed(parameter):
        return HasSecret(tuple(start + text[:LONGEST_PREFIX] for text in asked))
    return HasToken(tuple(Term(start, text[:LONGEST_PREFIX]) for text in asked))


def _named(parameter: SearchParameter) -> bool:
    return parameter.personal and parameter.code in ("name", "family", "given", "phonetic")


def _exact(parameter: SearchParameter, texts: list[str]) -> Condition:
    start = f"{parameter.key}:exact|"
    if parameter.personal:
        return HasSecret(tuple(start + text for text in texts))
    return Matches(({"texts": {"$in": [start + text[:LONGEST] for text in texts]}},))


def _containing(parameter: SearchParameter, pattern: str) -> Condition:
    find = ngram.hidden if parameter.personal else ngram.shown
    return find(parameter.base, parameter.key, pattern, lambda resource: _holds(parameter, resource, pattern))


def _holds(parameter: SearchParameter, resource: Any, pattern: str) -> bool:
    """Whether a resource itself has the pattern in a text of this parameter."""
    return any(pattern in text for text in texts_in(parameter, resource))


def texts_in(parameter: SearchParameter, resource: Any) -> Iterator[str]:
    """The folded texts that a resource itself has for this parameter."""
    for place in parameter.locations:
        for value in walk(place.steps)(resource):
            if parameter.personal:
                yield from _written(value, place.type)
            else:
                yield from (folded(parameter, each) for each in texts_of(value, place.type))


def _asked(parameter: SearchParameter, text: str) -> str:
    form = spoken(text) if _sounds(parameter) else folded(parameter, text)
    if not form:
        raise refused.malformed(parameter.code, "nothing is left to search for")
    return form
