"""_filter: the expression as a tree.

FHIR R4 3.1.3 (search_filter.html). `and` and `or` are joined from left to right, neither before the other;
a value is a JSON string or a token, with no difference in what it means.
"""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

from fhir.outcome import Fault, Refusal

OPERATORS = (
    "eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap", "sa", "eb",
    "pr", "po", "ss", "sb", "in", "ni", "re",
)  # fmt: skip
MOST_TESTS = 100
DEEPEST = 20
_NAME = re.compile(r"[_A-Za-z][_A-Za-z0-9\-]*")
_TYPED = re.compile(r":([A-Z][A-Za-z]*)")
_HAS = re.compile(r"_has:[A-Za-z]+:[_A-Za-z0-9\-]+:")
_WORD = re.compile(r"[a-z]+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_TOKEN = re.compile(r"[^\s()\[\]\"][^\s)\]]*")
_SPACE = re.compile(r"\s*")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path: a parameter, or `_has:Type:parameter:` before one.

    What it leads to may be narrowed to a type and by a filter.
    """

    name: str
    type: str = ""
    filter: "Tree | None" = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator value`."""

    path: tuple[Step, ...]
    operator: str
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Two filters with `and` or `or` between them."""

    word: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Negated:
    """`not (…)`."""

    inner: "Tree"


Tree = Comparison | Joined | Negated


def parse(text: str) -> Tree:
    """Read an expression; a Refusal names the position at which it is wrong."""
    parser = _Parser(text)
    tree = parser.filter(0)
    parser.end()
    return tree


def wrong(at: int, why: str, fault: Fault = Fault.PARAMETER) -> Refusal:
    """The expression is wrong at a position (from 0)."""
    return Refusal(fault, f"search parameter '_filter', at character {at + 1}: {why}")


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._tests = 0

    def filter(self, depth: int) -> Tree:
        """Tests joined from left to right."""
        if depth > DEEPEST:
            raise wrong(self._at, f"brackets are nested at most {DEEPEST} deep", Fault.TOO_COSTLY)
        tree = self._one(depth)
        while word := self._joint():
            tree = Joined(word, tree, self._one(depth))
        return tree

    def end(self) -> None:
        """Nothing may follow."""
        self._space()
        if self._at < len(self._text):
            self._fail("and, or, or the end is expected")

    def _one(self, depth: int) -> Tree:
        self._space()
        if self._take("("):
            return self._closed(depth)
        start = self._at
        word = self._match(_WORD)
        if word == "not":
            self._space()
            if self._take("("):
                return Negated(self._closed(depth))
        self._at = start
        return self._test(depth)

    def _closed(self, depth: int) -> Tree:
        tree = self.filter(depth + 1)
        self._space()
        if not self._take(")"):
            self._fail("and, or, or a closing bracket is expected")
        return tree

    def _joint(self) -> str:
        self._space()
        start = self._at
        word = self._match(_WORD)
        if word in ("and", "or"):
            return word
        self._at = start
        return ""

    def _test(self, depth: int) -> Comparison:
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise wrong(self._at, f"it has more than {MOST_TESTS} tests", Fault.TOO_COSTLY)
        path = self._path(depth)
        self._space()
        at = self._at
        operator = self._match(_WORD)
        if operator not in OPERATORS:
            self._at = at
            self._fail(f"an operator is expected: {', '.join(OPERATORS)}")
        self._space()
        return Comparison(path, operator, self._value(), at)

    def _path(self, depth: int) -> tuple[Step, ...]:
        steps: list[Step] = []
        while True:
            at = self._at
            if has := self._match(_HAS):
                steps.append(Step(has, at=at))
                continue
            name = self._match(_NAME)
            if not name:
                self._fail("the name of a search parameter is expected")
            typed = self._match(_TYPED).removeprefix(":")
            inner = self._bracket(depth)
            steps.append(Step(name, typed, inner, at))
            if self._take("."):
                continue
            if typed or inner is not None:
                self._fail("a dot and the name of a search parameter are expected")
            return tuple(steps)

    def _bracket(self, depth: int) -> Tree | None:
        if not self._take("["):
            return None
        inner = self.filter(depth + 1)
        self._space()
        if not self._take("]"):
            self._fail("and, or, or a closing square bracket is expected")
        return inner

    def _value(self) -> str:
        quoted = self._match(_STRING)
        if quoted:
            try:
                text = str(json.loads(quoted))
            except ValueError:
                text = "\0"
            if _NO_TEXT.search(text):
                self._at -= len(quoted)
                self._fail("the JSON string holds an escape that stands for no character")
            return text
        value = self._match(_TOKEN)
        if not value:
            self._fail("a value is expected: a JSON string, or characters without spaces and brackets")
        return value

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _take(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _space(self) -> None:
        self._match(_SPACE)

    def _fail(self, why: str) -> NoReturn:
        raise wrong(self._at, why)
