"""Uri parameters: exact, or by their beginning.

FHIR R4 3.1.1.4.13 (search.html#uri). A canonical is found with and without its version.
"""

import re
from typing import Any

from fhir.search import refused
from fhir.search.condition import Condition, Filter, HasToken, Matches, Term, beginning
from fhir.search.entries import Emit, Entries
from fhir.search.registry import SearchParameter
from fhir.search.value import plain
from fhir.search.walker import Location

# MongoDB takes patterns of up to 32 KB; what stands beyond is not compared.
LONGEST = 1024
_TYPES = frozenset({"uri", "url", "canonical"})


def emitter(parameter: SearchParameter, location: Location) -> Emit | None:
    """How values of a location are indexed; None where its type is no URI."""
    key = parameter.key
    return (lambda value, entries: uri(key, value, entries)) if location.type in _TYPES else None


def uri(key: str, value: Any, entries: Entries) -> None:
    """Index a URI or canonical."""
    if isinstance(value, str) and value:
        entries.tokens += (key, f"{key}|{value}")
        if "|" in value:
            entries.tokens.append(f"{key}|{value.partition('|')[0]}")


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    start = f"{parameter.key}|"
    texts = [plain(value) for value in values]
    if modifier == "":
        return HasToken(tuple(Term(start + text) for text in texts))
    if modifier == "above":
        return HasToken(tuple(Term(start + above) for text in texts for above in _above(text)))
    if modifier == "below":
        return Matches(tuple(each for text in texts for each in _below(start, text)))
    if modifier == "contains":
        return Matches(tuple(containing(start, text, "i") for text in texts))
    raise refused.modifier(parameter.code, modifier)


def containing(start: str, text: str, options: str = "") -> Filter:
    """A token that begins with `start` and has `text` anywhere after it."""
    found: Filter = {"$regex": f"^{re.escape(start)}.*{re.escape(text[:LONGEST])}"}
    return {"tokens": found | ({"$options": options} if options else {})}


def _below(start: str, text: str) -> list[Filter]:
    return [{"tokens": start + text}, beginning(start + text.rstrip("/") + "/")]


def _above(text: str) -> list[str]:
    """The URI itself and its parents, down to the host."""
    slashes = [at for at, sign in enumerate(text) if sign == "/"]
    scheme = text.find("://") + 2 if "://" in text else -1
    return [text, *(text[:at] for at in slashes if at > scheme)]
