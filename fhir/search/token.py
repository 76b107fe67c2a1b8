"""Token parameters: codes, identifiers, contact points, booleans.

FHIR R4 3.1.1.4.10 (search.html#token). Each value leaves `key|system|code`, `key|code` (any system),
`key||code` where it has no system, and `key|system|` (any code). The values of Identifier and
ContactPoint name a person, so keyed hashes stand for them.
"""

from typing import Any

from fhir.search import refused
from fhir.search.condition import Condition, HasToken, Term
from fhir.search.entries import Emit, Entries
from fhir.search.fold import fold_contact, fold_identifier
from fhir.search.registry import SearchParameter
from fhir.search.value import guarded, plain, separate
from fhir.search.walker import Location

_BOOLEAN = "http://hl7.org/fhir/special-values"
_SECRET = {"Identifier": fold_identifier, "ContactPoint": fold_contact}


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no token."""
    key = parameter.key
    if location.type in ("code", "boolean", "test"):
        return _code(key, location.system or (None if location.type == "code" else _BOOLEAN))
    if location.type in ("string", "id", "uri"):
        return _code(key, None)
    return {
        "Coding": lambda value, entries: coding(key, value, entries),
        "CodeableConcept": lambda value, entries: _concept(key, value, entries),
        "Identifier": lambda value, entries: identifier(key, value, entries),
        "ContactPoint": lambda value, entries: _contact(key, value, entries),
    }.get(location.type)


def _code(key: str, system: str | None) -> Emit:
    full = None if system is None else f"{key}|{guarded(system)}|"

    def emit(value: Any, entries: Entries) -> None:
        text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else ""
        if not text:
            return
        text = guarded(text)
        entries.tokens += (key, f"{key}|{text}", f"{key}||{text}")
        if full is not None:
            entries.tokens += (full + text, full)

    return emit


def coding(key: str, value: Any, entries: Entries) -> None:
    """Index a Coding."""
    if isinstance(value, dict):
        _pair(key, value.get("system"), value.get("code"), entries)


def _concept(key: str, value: Any, entries: Entries) -> None:
    if not isinstance(value, dict):
        return
    entries.tokens.append(key)
    codings = value.get("coding")
    for each in codings if isinstance(codings, list) else ():
        coding(key, each, entries)


def _pair(key: str, system: Any, code: Any, entries: Entries) -> None:
    named, coded = isinstance(system, str), isinstance(code, str)
    add = entries.tokens.append
    add(key)
    if named:
        system = guarded(system)
        add(f"{key}|{system}|")
    if coded:
        code = guarded(code)
        add(f"{key}|{code}")
        add(f"{key}|{system}|{code}" if named else f"{key}||{code}")


def identifier(key: str, value: Any, entries: Entries) -> None:
    """Index an Identifier, and its kind for `:of-type`."""
    if not isinstance(value, dict):
        return
    number = value.get("value")
    hashed = entries.hashed(fold_identifier(number)) if isinstance(number, str) else None
    _pair(key, value.get("system"), hashed, entries)
    kind = value.get("type")
    codings = kind.get("coding") if isinstance(kind, dict) else None
    if hashed is None or not isinstance(codings, list):
        return
    for each in codings:
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
    if modifier == "of-type" and _types(parameter) == {"Identifier"}:
        return HasToken(tuple(_of_type(parameter, value) for value in values))
    if modifier not in ("", "not"):
        raise refused.modifier(parameter.code, modifier)
    terms = [term for value in values for term in _terms(parameter, value)]
    return HasToken(tuple(terms), negated=modifier == "not")


def terms_of_identifier(key: str, name: str, value: str) -> list[Term]:
    """The token of an identifier `system|value` under `key`."""
    return [_term(key, name, value, "Identifier")]


def _terms(parameter: SearchParameter, value: str) -> list[Term]:
    types = _types(parameter)
    secret = [type for type in _SECRET if type in types]
    terms = [_term(parameter.key, parameter.code, value, type) for type in secret]
    return (
        terms
        if secret and types <= set(secret)
        else [_term(parameter.key, parameter.code, value, ""), *terms]
    )


def _types(parameter: SearchParameter) -> set[str]:
    return {location.type for location in parameter.locations}


def _term(key: str, name: str, value: str, type: str) -> Term:
    """`code`, `system|code`, `|code` and `system|`."""
    parts = [plain(part).strip() for part in separate(value, "|")]
    if len(parts) > 2 or not any(parts):
        raise refused.malformed(name, "a token is written code, system|code, |code or system|")
    code = parts[-1]
    if not code:
        return Term(f"{key}|{guarded(parts[0])}|")
    start = f"{key}|" if len(parts) == 1 else f"{key}|{guarded(parts[0])}|"
    return Term(start, _SECRET[type](code)) if type else Term(start + guarded(code))


def _of_type(parameter: SearchParameter, value: str) -> Term:
    parts = [plain(part).strip() for part in separate(value, "|")]
    if len(parts) != 3 or not all(parts):
        raise refused.malformed(parameter.code, "with :of-type a value is written system|code|value")
    system, code, number = parts
    return Term(f"{parameter.key}:of-type|{guarded(system)}|{guarded(code)}|", fold_identifier(number))
