"""_text and _content: words in the narrative, words in all that people read.

FHIR R4 3.1.1.4.4 (search.html#content). Latin words whole, Chinese by single characters and pairs, all as
keyed hashes. A query is words joined by AND, with OR, NOT and brackets. Ids, codes, URLs and binary data
are no words.
"""

import html
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from fhir.search import refused
from fhir.search.condition import AllOf, AnyOf, Condition, Not
from fhir.search.entries import Entries, Keyed, secret
from fhir.search.names.fold import fold_text
from fhir.search.registry import SearchParameter
from fhir.search.types.text_index import HasSecret
from fhir.search.value import plain

MOST_WORDS = 2000
LONGEST_WORD = 32
DEEPEST = 50
MOST_ASKED = 50
_FREQUENT = 256
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|[^\W_{_HAN}]+")
_TAG = re.compile(r"<[^<>]*>")
_PART = re.compile(r"[()]|[^\s()]+")
_OUTSIDE = frozenset({"meta", "identifier", "text"})
READABLE = frozenset((
    "abatementString", "additiveProductName", "ageString", "alias", "amountString", "amountText",
    "answerString", "authorDescription", "authorString", "baseFormulaProductName", "bornString", "brand",
    "cancelledReason", "city", "clinicalRecommendationStatement", "comment", "conclusion", "contentString",
    "copyright", "country", "deceasedString", "defaultValueMarkdown", "defaultValueString", "definition",
    "description", "detail", "detailString", "details", "deviceName", "diagnostics", "disclaimer", "display",
    "disposition", "district", "documentation", "doseNumberString", "extraDetails", "family", "fixedMarkdown",
    "fixedString", "given", "guidance", "human", "administrationInstruction", "instruction", "label", "line",
    "logMessage", "manufacturer", "manufacturerString", "meaningWhenMissing", "message", "mitigation", "name",
    "occurrenceString", "onsetString", "organismName", "outcomeDesc", "overrideReason", "patientInstruction",
    "patternMarkdown", "patternString", "performedString", "postConditions", "preConditions", "prefix",
    "preparation", "preparationInstruction", "productName", "publisher", "purpose", "question", "rationale",
    "reason", "requirements", "scheduledString", "series", "seriesDosesString", "short", "shortTitle", "site",
    "specialMeasures", "state", "statusReason", "subtitle", "suffix", "summary", "synonym", "text",
    "textEquivalent", "title", "unit", "usage", "usedString", "valueMarkdown", "valueString",
))  # fmt: skip


def words(text: str) -> Iterator[str]:
    """The words of a text as they are indexed."""
    for run in _RUN.finditer(fold_text(text)):
        word = run[0]
        if run["han"] is None:
            yield word[:LONGEST_WORD]
        else:
            yield from word
            yield from (word[at : at + 2] for at in range(len(word) - 1))


def emit(resource: dict[str, Any], entries: Entries) -> None:
    """Index the narrative of a resource and all else in it that people read."""
    found: dict[str, None] = {}
    hashes: dict[int, None] = {}
    _gather(resource, found, _OUTSIDE)
    narrative = resource.get("text")
    if isinstance(narrative, dict) and isinstance(narrative.get("div"), str):
        hashes |= _hashes(entries.keyed, "_text", _words_of(narrative["div"]))
    for text in found:
        frequent = len(text) < _FREQUENT
        hashes |= _known(entries.keyed, text) if frequent else _hashes(entries.keyed, "_content", text)
        if len(hashes) > MOST_WORDS:
            break
    entries.texts += list(hashes)[:MOST_WORDS] if len(hashes) > MOST_WORDS else hashes


def _words_of(div: str) -> str:
    return html.unescape(_TAG.sub(" ", div))


def _gather(node: dict[str, Any], found: dict[str, None], outside: frozenset[str] = frozenset()) -> None:
    """The texts that people read, each once."""
    for name, value in node.items():
        kind = type(value)
        if kind is str:
            if name in READABLE:
                found[value] = None
            elif name == "div":
                found[_words_of(value)] = None
        elif kind is dict:
            if name not in outside:
                _gather(value, found)
        elif kind is list and name not in outside:
            for inner in value:
                if type(inner) is dict:
                    _gather(inner, found)
                elif type(inner) is str and name in READABLE:
                    found[inner] = None


@lru_cache(maxsize=4096)
def _known(keyed: Keyed, text: str) -> dict[int, None]:
    """The hashes of a frequent text: a display, a unit."""
    return _hashes(keyed, "_content", text)


def _hashes(keyed: Keyed, kind: str, text: str) -> dict[int, None]:
    return {secret(keyed, f"{kind}|{word}"): None for word in words(text)}


def condition(parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
    """What a query asks; `values` are the escaped alternatives."""
    if modifier:
        raise refused.modifier(parameter.code, modifier)
    found = tuple(_Question(parameter.code, plain(value)).read() for value in values)
    return found[0] if len(found) == 1 else AnyOf(found)


class _Question:
    """`bone (liver OR lung) NOT skin`: words and groups side by side are joined by AND."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._parts = [part for part in _PART.findall(text) if part in "()" or _RUN.search(fold_text(part))]
        self._at = 0
        self._asked = 0
        self._depth = 0

    def read(self) -> Condition:
        found = self._any()
        if self._at < len(self._parts):
            raise self._malformed()
        return found

    def _any(self) -> Condition:
        found = [self._all()]
        while self._next("or"):
            found.append(self._all())
        return found[0] if len(found) == 1 else AnyOf(tuple(found))

    def _all(self) -> Condition:
        found = [self._one()]
        while self._next("and") or (self._peek() not in ("", ")", "or")):
            found.append(self._one())
        return found[0] if len(found) == 1 else AllOf(tuple(found))

    def _one(self) -> Condition:
        if self._next("not"):
            return Not(self._deeper(self._one))
        if self._next("("):
            found = self._deeper(self._any)
            if not self._next(")"):
                raise self._malformed()
            return found
        if self._peek() in ("", ")", "and", "or"):
            raise self._malformed()
        self._at += 1
        return self._word(self._parts[self._at - 1])

    def _deeper(self, read: Callable[[], Condition]) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise refused.costly(self._name, f"NOT and brackets are nested at most {DEEPEST} deep")
        found = read()
        self._depth -= 1
        return found

    def _word(self, text: str) -> Condition:
        runs = [run[0] for run in _RUN.finditer(fold_text(text))]
        asked = [word for run in runs for word in _asked(run)]
        self._asked += len(asked)
        if not asked or self._asked > MOST_ASKED:
            raise self._malformed()
        found = tuple(HasSecret(self._places(word)) for word in dict.fromkeys(asked))
        return found[0] if len(found) == 1 else AllOf(found)

    def _places(self, word: str) -> tuple[str, ...]:
        """The narrative is part of the content."""
        return (f"_text|{word}",) if self._name == "_text" else (f"_content|{word}", f"_text|{word}")

    def _peek(self) -> str:
        return self._parts[self._at].lower() if self._at < len(self._parts) else ""

    def _next(self, part: str) -> bool:
        if self._peek() != part:
            return False
        self._at += 1
        return True

    def _malformed(self) -> Exception:
        return refused.malformed(
            self._name, f"it is up to {MOST_ASKED} words, with AND, OR, NOT and brackets between them"
        )


def _asked(run: str) -> list[str]:
    """What the index holds of a run of letters: a word, one character, or pairs of characters."""
    found = list(words(run))
    return [word for word in found if len(word) == 2] if len(found) > 1 else found
