"""Granting: what of the scopes that were asked for is granted, and never more.

SMART App Launch 2.2, "Scopes and Launch Context"; RFC 6749 section 3.3; RFC 9700 section 2.3. A granular
scope (`?category=…`) is granted where the whole type is allowed, or the scope itself, word for word.
"""

from collections.abc import Iterable
from dataclasses import replace

from auth.smart.scope import Scope, parse, parse_all

IDENTITY = ("openid", "fhirUser", "profile")
LAUNCH = ("launch", "launch/patient", "launch/encounter")
OFFLINE, ONLINE = "offline_access", "online_access"
REFRESHING = (OFFLINE, ONLINE)
INTROSPECT = "introspect"
"""May ask what a token stands for (RFC 7662); no scope of an app."""
WORDS = (*IDENTITY, *LAUNCH, *REFRESHING, INTROSPECT)
"""The scopes that are no resource scopes."""
OF_PERSONS = frozenset({"patient", "user"})
_ORDER = "cruds"


def grant(requested: str | None, allowed: str) -> str:
    """What is granted of `requested`: never more than asked for nor than `allowed`; empty means nothing.

    Omitted (None) asks for everything allowed. What is not allowed or unknown is dropped.
    """
    if requested is None:
        return allowed
    words, granted = frozenset(allowed.split()) & frozenset(WORDS), dict[str, None]()
    for text in requested.split(" "):
        scope = parse(text)
        if scope is not None and (scope.query is None or scope.type != "*"):
            granted |= dict.fromkeys(_within(scope, parse_all(allowed)))
        elif text in words:
            granted[text] = None
    return " ".join(granted)


def of_person(scopes: str) -> str:
    """Those of `scopes` that may be granted on behalf of a person."""
    return " ".join(text for text in scopes.split() if _personal(text))


def of_system(scopes: str) -> str:
    """Those of `scopes` that a system may have for itself."""
    return " ".join(text for text in scopes.split() if text.startswith("system/") or text == INTROSPECT)


def has_access(scopes: str) -> bool:
    """Does a list of scopes open anything at all: data, or who somebody is?"""
    return any(parse(text) is not None or text == "openid" for text in scopes.split())


def names_patient(scopes: str) -> bool:
    """Does a list of scopes need a Patient in context?"""
    words = scopes.split()
    return "launch/patient" in words or any(scope.level == "patient" for scope in parse_all(scopes))


def _personal(text: str) -> bool:
    scope = parse(text)
    return text != INTROSPECT if scope is None else scope.level in OF_PERSONS


def _within(wanted: Scope, allowed: Iterable[Scope]) -> list[str]:
    letters: dict[str, set[str]] = {}
    for scope in allowed:
        type = _meet(wanted.type, scope.type)
        if type and scope.level == wanted.level and scope.query in (None, wanted.query):
            letters.setdefault(type, set()).update(set(wanted.actions) & set(scope.actions))
    if letters.get(wanted.type) == set(wanted.actions):
        return [wanted.text]
    return [text(replace(wanted, type=type), found) for type, found in letters.items() if found]


def _meet(one: str, other: str) -> str | None:
    if one == "*":
        return other
    return one if other in ("*", one) else None


def text(scope: Scope, letters: Iterable[str]) -> str:
    """`scope` with these letters, in the notation of version 2."""
    query = f"?{scope.query}" if scope.query else ""
    return f"{scope.level}/{scope.type}." + "".join(each for each in _ORDER if each in letters) + query
