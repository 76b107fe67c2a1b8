"""Token parameters: codes, identifiers, contact points, booleans.

FHIR R4 3.1.1.4.10 (search.html#token). A coding leaves `key|code` and `key|system|code` (without a system
`key||code`); `system|` is their common beginning. An element that is a bare code leaves `key|code`: its
system is implied. The values of Identifier and ContactPoint name a person, so keyed hashes stand for them.
Codes are compared as written, identifiers without case.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fhir.search import refused
from fhir.search.condition import AnyOf, Condition, Filter, HasToken, Matches, Not, Term, beginning
from fhir.search.entries import Emit, Entries
from fhir.search.names.fold import fold, fold_contact, fold_identifier
from fhir.search.registry import SearchParameter
from fhir.search.types.text_index import starting
from fhir.search.types.token_sets import InValueSet, Related
from fhir.search.value import guarded, plain, separate
from fhir.search.walker import Location

BOOLEAN = "http://hl7.org/fhir/special-values"
MIME = "urn:ietf:bcp:13"
LONGEST = 256
_BARE = frozenset({"code", "boolean", "test", "string", "id", "uri", "markdown", "positiveInt", "integer"})
_TRUE_OR_FALSE = frozenset({"boolean", "test"})
_CODED = frozenset({"Coding", "CodeableConcept"})
_SECRET = {"Identifier": fold_identifier, "ContactPoint": fold_contact}


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no token."""
    key = parameter.key
    if location.type in _BARE:
        return _code(key, None if bare(parameter) else system_of(location))
    return {
        "Coding": lambda value, entries: coding(key, value, entries),
        "CodeableConcept": lambda value, entries: _concept(key, value, entries),
        "Identifier": lambda value, entries: identifier(key, value, entries, typed=True),
        "ContactPoint": lambda value, entries: _contact(key, value, entries),
    }.get(location.type)


def bare(parameter: SearchParameter) -> bool:
    """Whether all that it finds are bare codes of one system, so that the system need not be indexed."""
    systems = {system_of(place) for place in parameter.locations}
    return all(place.type in _BARE for place in parameter.locations) and len(systems) == 1


def system_of(location: Location) -> str | None:
    """The system that a bare code implies."""
    return location.system or (BOOLEAN if location.type in ("boolean", "test") else None)


def _code(key: str, system: str | None) -> Emit:
    full = None if system is None else f"{key}|{guarded(system)}|"

    def emit(value: Any, entries: Entries) -> None:
        text = code_of(value)
        if text:
            entries.tokens.append(f"{key}|{guarded(text)}")
            if full is not None:
                entries.tokens.append(full + guarded(text))

    return emit


def code_of(value: Any) -> str:
    """The code that a primitive value is; "" where it is none."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, int) else ""


def coding(key: str, value: Any, entries: Entries) -> None:
    """Index a Coding."""
    if isinstance(value, dict):
        _pair(key, value.get("system"), value.get("code"), entries)
        _text(key, value.get("display"), entries)


def _concept(key: str, value: Any, entries: Entries) -> None:
    if not isinstance(value, dict):
        return
    codings = value.get("coding")
    if isinstance(codings, list) and codings:
        for each in codings:
            coding(key, each, entries)
    else:
        entries.tokens.append(f"{key}|")
    _text(key, value.get("text"), entries)


def _text(key: str, text: Any, entries: Entries) -> None:
    if isinstance(text, str) and (folded := shown(text)):
        entries.texts.append(f"{key}:text|{folded}")


@lru_cache(maxsize=8192)
def shown(text: str) -> str:
    """A display as `:text` compares it."""
    return fold(text)[:LONGEST]


def _pair(key: str, system: Any, code: Any, entries: Entries) -> None:
    """What is there leaves at least one token, so that `:missing` sees it."""
    named = guarded(system) if isinstance(system, str) else None
    if not isinstance(code, str):
        entries.tokens.append(f"{key}|" if named is None else f"{key}|{named}|")
        return
    code = guarded(code)
    entries.tokens += (f"{key}|{code}", f"{key}||{code}" if named is None else f"{key}|{named}|{code}")


def identifier(key: str, value: Any, entries: Entries, *, typed: bool = False) -> None:
    """Index an Identifier, and (`typed`) its kind for `:of-type` and `:text`."""
    if not isinstance(value, dict):
        return
    number = value.get("value")
    hashed = entries.hashed(fold_identifier(number)) if isinstance(number, str) else None
    _pair(key, value.get("system"), hashed, entries)
    kind = value.get("type")
    if not typed or not isinstance(kind, dict):
        return
    _text(key, kind.get("text"), entries)
    codings = kind.get("coding")
    for each in codings if hashed is not None and isinstance(codings, list) else ():
        if isinstance(each, dict) and isinstance(each.get("code"), str):
            system = guarded(str(each.get("system") or ""))
            entries.tokens.append(f"{key}:of-type|{system}|{guarded(each['code'])}|{hashed}")


def _contact(key: str, value: Any, entries: Entries) -> None:
    if not isinstance(value, dict):
        return
    number = value.get("value")
    hashed = entries.hashed(fold_contact(number)) if isinstance(number, str) else None
    _pair(key, value.get("system"), hashed, entries)
    if hashed is not None:
        entries.tokens.append(f"{key}||{hashed}")


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    types = types_of(parameter)
    if modifier == "of-type" and types == {"Identifier"}:
        return HasToken(tuple(_of_type(parameter, value) for value in values))
    if modifier == "text" and types & (_CODED | {"Identifier"}):
        return _texts(parameter, values)
    if modifier in ("in", "not-in") and _of_codes(parameter):
        names = tuple(plain(value).strip() for value in values)
        return InValueSet(parameter.code, _keys(parameter), names, negated=modifier == "not-in")
    if modifier == "below" and _of_media(parameter):
        return _media(parameter, values)
    if modifier in ("above", "below") and _of_codes(parameter):
        return Related(_keys(parameter), _codings(parameter, values), above=modifier == "above")
    if modifier not in ("", "not"):
        raise refused.modifier(parameter.code, modifier)
    found = _any(parameter, values)
    if modifier == "":
        return found
    return HasToken(found.terms, negated=True) if isinstance(found, HasToken) else Not(found)


def types_of(parameter: SearchParameter) -> set[str]:
    """The types of all that a parameter finds."""
    return {place.type for part in parameter.parts for place in part.locations}


def _of_codes(parameter: SearchParameter) -> bool:
    return bool(types_of(parameter) & (_CODED | {"code"}))


def _of_media(parameter: SearchParameter) -> bool:
    return bare(parameter) and system_of(parameter.locations[0]) == MIME


def _media(parameter: SearchParameter, values: list[str]) -> Condition:
    """Media types whatever their parameters (3.1.1.4.10.1): `text/xml` finds `text/xml; charset=UTF-8`."""
    pairs = [pair(parameter.code, value) for value in values]
    starts = [f"{parameter.key}|{guarded(code)}" for system, code in pairs if system in (None, "", MIME)]
    exact: Filter = {"tokens": {"$in": starts}}
    return Matches((exact, *(beginning(start + sign) for start in starts for sign in (";", " ;"))))


def _keys(parameter: SearchParameter) -> tuple[tuple[str, str | None], ...]:
    """The key of every part, with the system that bare codes under it imply."""
    return tuple((part.key, system_of(part.locations[0]) if bare(part) else None) for part in parameter.parts)


def _codings(parameter: SearchParameter, values: list[str]) -> tuple[tuple[str, str], ...]:
    found = [pair(parameter.code, value) for value in values]
    if not all(system and code for system, code in found):
        raise refused.malformed(parameter.code, "with :above and :below a code is written system|code")
    return tuple((system, code) for system, code in found if system is not None)


def _texts(parameter: SearchParameter, values: list[str]) -> Condition:
    found = [shown(plain(value)) for value in values]
    if not all(found):
        raise refused.malformed(parameter.code, "nothing is left to search for")
    return Matches(tuple(starting(f"{part.key}:text|{text}") for part in parameter.parts for text in found))


def _any(parameter: SearchParameter, values: list[str]) -> Condition:
    """Any of the values: tokens in one set, a whole system as a range of tokens."""
    terms: list[Term] = []
    systems: list[Filter] = []
    pairs = [pair(parameter.code, value) for value in values]
    if types_of(parameter) <= _TRUE_OR_FALSE and not {code for _, code in pairs} <= {"true", "false", ""}:
        raise refused.malformed(parameter.code, "it is true or false")
    for system, code in pairs:
        for part in parameter.parts:
            if code:
                terms += _terms(part, system, code)
            else:
                systems.append(beginning(_start(part, system)))
    if not systems:
        return HasToken(tuple(terms))
    wide = Matches(tuple(systems))
    return AnyOf((HasToken(tuple(terms)), wide)) if terms else wide


def _start(parameter: SearchParameter, system: str | None) -> str:
    """What the tokens of all codes of a system begin with."""
    if bare(parameter) and system == system_of(parameter.locations[0]):
        return f"{parameter.key}|"
    return f"{parameter.key}|{guarded(system or '')}|"


def terms_of_identifier(key: str, name: str, value: str) -> list[Term]:
    """The token of an identifier `system|value` under `key`."""
    system, code = pair(name, value)
    return [_term(key, system, code, "Identifier")]


def _terms(parameter: SearchParameter, system: str | None, code: str) -> Iterator[Term]:
    """The tokens that a code may stand for, by the types of what is found."""
    types = {place.type for place in parameter.locations}
    if bare(parameter) and system in ("", system_of(parameter.locations[0])):
        system = None
    secret = [type for type in _SECRET if type in types]
    for type in secret:
        yield _term(parameter.key, system, code, type)
    if not types <= set(secret):
        yield _term(parameter.key, system, code, "")


def pair(name: str, value: str) -> tuple[str | None, str]:
    """`code`, `system|code`, `|code` or `system|`, read; system None where none is asked for."""
    parts = [plain(part).strip() for part in separate(value, "|")]
    if len(parts) > 2 or not any(parts):
        raise refused.malformed(name, "a token is written code, system|code, |code or system|")
    return (None, parts[0]) if len(parts) == 1 else (parts[0], parts[1])


def _term(key: str, system: str | None, code: str, type: str) -> Term:
    start = f"{key}|" if system is None else f"{key}|{guarded(system)}|"
    if not code:
        return Term(start)
    return Term(start, _SECRET[type](code)) if type else Term(start + guarded(code))


def _of_type(parameter: SearchParameter, value: str) -> Term:
    parts = [plain(part).strip() for part in separate(value, "|")]
    if len(parts) != 3 or not all(parts):
        raise refused.malformed(parameter.code, "with :of-type a value is written system|code|value")
    system, code, number = parts
    return Term(f"{parameter.key}:of-type|{guarded(system)}|{guarded(code)}|", fold_identifier(number))
