"""Uri parameters: exact, by a path above or below, or by any part.

FHIR R4 3.1.1.4.13 (search.html#uri). A canonical is found with and without its version; a URN is never
partial.
"""

from typing import Any

from fhir.search import refused
from fhir.search.condition import AllOf, AnyOf, Condition, Filter, HasToken, Matches, Term, beginning
from fhir.search.entries import Emit, Entries
from fhir.search.names.fold import fold_text
from fhir.search.registry import SearchParameter, definitions
from fhir.search.types import ngram
from fhir.search.value import guarded, plain
from fhir.search.walker import Location, walk

_TYPES = frozenset({"uri", "url", "canonical", "oid", "uuid"})
_WHOLE = frozenset({"_profile", "_source"})
"""Every resource has them, so their parts are not indexed."""


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no URI."""
    key, partly = parameter.key, parameter.code not in _WHOLE
    if location.type not in _TYPES:
        return None

    def emit(value: Any, entries: Entries) -> None:
        uri(key, value, entries)
        if partly and isinstance(value, str):
            ngram.keep(key, fold_text(value), entries)

    return emit


def uri(key: str, value: Any, entries: Entries) -> None:
    """Index a URI or canonical."""
    if isinstance(value, str) and value:
        entries.tokens.append(f"{key}|{value}")
        if "|" in value:
            entries.tokens.append(f"{key}|{value.partition('|')[0]}")


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    start = f"{parameter.key}|"
    texts = [plain(value).strip() for value in values]
    if modifier == "":
        whole = HasToken(tuple(Term(start + text) for text in texts))
        versioned = [each for text in texts for each in _of_version(parameter, text)]
        return AnyOf((whole, *versioned)) if versioned else whole
    if modifier == "above":
        return HasToken(tuple(Term(start + above) for text in texts for above in _above(text)))
    if modifier == "below":
        return Matches(tuple(each for text in texts for each in _below(start, text)))
    if modifier == "contains" and parameter.code not in _WHOLE:
        found = tuple(_containing(parameter, fold_text(text)) for text in texts)
        return found[0] if len(found) == 1 else AnyOf(found)
    raise refused.modifier(parameter.code, modifier)


def _of_version(parameter: SearchParameter, text: str) -> list[Condition]:
    """`url|version` as the url and the version of what a definition is called by (canonical references)."""
    url, _, version = text.rpartition("|")
    named = definitions(parameter.base).get("version") if parameter.code == "url" and url else None
    if named is None or not version:
        return []
    tokens = HasToken((Term(f"{parameter.key}|{url}"),)), HasToken((Term(f"{named.key}|{guarded(version)}"),))
    return [AllOf(tokens)]


def _containing(parameter: SearchParameter, pattern: str) -> Condition:
    if not pattern:
        raise refused.malformed(parameter.code, "nothing is left to search for")
    return ngram.shown(
        parameter.base, parameter.key, pattern, lambda resource: _holds(parameter, resource, pattern)
    )


def _holds(parameter: SearchParameter, resource: Any, pattern: str) -> bool:
    """Whether a resource itself has the pattern in a URI of this parameter."""
    found = (value for place in parameter.locations for value in walk(place.steps)(resource))
    return any(pattern in fold_text(value) for value in found if isinstance(value, str))


def _below(start: str, text: str) -> list[Filter]:
    exact: Filter = {"tokens": start + text}
    return [exact] if text.startswith("urn:") else [exact, beginning(start + text.rstrip("/") + "/")]


def _above(text: str) -> list[str]:
    """The URI itself and its parents, down to the host."""
    slashes = [at for at, sign in enumerate(text) if sign == "/"]
    scheme = text.find("://") + 2 if "://" in text else -1
    return [text, *(text[:at] for at in slashes if at > scheme)]
