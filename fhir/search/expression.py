"""SearchParameter.expression: the subset of FHIRPath that the R4 definitions use.

FHIRPath 2.0 (hl7.org/fhirpath/N1) as far as searchparameter-registry.html needs it: paths, unions, `as`,
`ofType`, indexers, `where` on a fixed value, on `resolve()` and on `hasExtension`, `extension(url)`,
`%resource`, and the one existence test (Patient.deceased). Types of elements are not known here, so a step
is a name.
"""

import re
from dataclasses import dataclass, replace
from typing import NoReturn

_TOKEN = re.compile(r"\s*(?:(?P<word>%?\w+)|(?P<text>'[^']*')|(?P<sign>!=|[.()|=\[\]]))")


class ExpressionError(ValueError):
    """The expression is outside the subset."""


@dataclass(frozen=True, slots=True)
class Step:
    """One element name on a path, and what is asked of what is found there."""

    name: str
    type: str | None = None
    where: tuple[str, str] | None = None
    resolves: str | None = None
    extended: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A branch of the union, from `head`: a type, `%resource`, or "" where it begins with an element.

    `test` asks whether the element is there and not false, and gives a boolean.
    """

    head: str
    steps: tuple[Step, ...]
    test: bool = False


def parse(expression: str) -> tuple[Path, ...]:
    """Read an expression into the branches of its union; an ExpressionError says what is not understood."""
    return _Parser(expression).whole()


class _Parser:
    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._tokens = list(_tokens(expression))
        self._at = 0

    def whole(self) -> tuple[Path, ...]:
        paths = self._union()
        if self._peek() == "and":
            paths = (self._existence(paths),)
        if self._at != len(self._tokens):
            self._fail()
        return paths

    def _existence(self, paths: tuple[Path, ...]) -> Path:
        """`X.exists() and X != false`."""
        self._take("and")
        again = self._union()
        self._take("!=")
        self._take("false")
        if len(paths) != 1 or len(again) != 1 or paths[0] != replace(again[0], test=True):
            self._fail()
        return paths[0]

    def _union(self) -> tuple[Path, ...]:
        paths = [self._cast()]
        while self._peek() == "|":
            self._take("|")
            paths.append(self._cast())
        return tuple(paths)

    def _cast(self) -> Path:
        path = self._term()
        if self._peek() == "as":
            self._take("as")
            path = self._on_last(path, type=self._word())
        return path

    def _term(self) -> Path:
        if self._peek() == "(":
            self._take("(")
            path = self._cast()
            self._take(")")
        else:
            path = self._start()
        while self._peek() in (".", "["):
            path = self._indexer(path) if self._peek() == "[" else self._member(path)
        return path

    def _start(self) -> Path:
        word = self._peek()
        if word == "%resource":
            self._take(word)
            return Path(word, ())
        word = self._word()
        return Path(word, ()) if word[0].isupper() else Path("", (Step(word),))

    def _indexer(self, path: Path) -> Path:
        self._take("[")
        number = int(self._word())
        self._take("]")
        return self._on_last(path, index=number)

    def _member(self, path: Path) -> Path:
        self._take(".")
        name = self._word()
        if self._peek() != "(":
            return replace(path, steps=(*path.steps, Step(name)))
        self._take("(")
        path = self._function(path, name)
        self._take(")")
        return path

    def _function(self, path: Path, name: str) -> Path:
        if name in ("as", "ofType"):
            return self._on_last(path, type=self._word())
        if name == "extension":
            return replace(path, steps=(*path.steps, Step("extension", where=("url", self._text()))))
        if name == "exists":
            return replace(path, test=True)
        if name == "where":
            return self._where(path)
        return self._fail()

    def _where(self, path: Path) -> Path:
        name = self._word()
        if name in ("resolve", "hasExtension"):
            self._take("(")
            extension = self._text() if name == "hasExtension" else None
            self._take(")")
            if extension is not None:
                return self._on_last(path, extended=extension)
            self._take("is")
            return self._on_last(path, resolves=self._word())
        self._take("=")
        return self._on_last(path, where=(name, self._text()))

    def _on_last(self, path: Path, **changes: object) -> Path:
        if not path.steps:
            self._fail()
        return replace(path, steps=(*path.steps[:-1], replace(path.steps[-1], **changes)))  # type: ignore[arg-type]

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            self._fail()
        self._at += 1

    def _word(self) -> str:
        word = self._peek()
        if word is None or not (word.isidentifier() or word.isdigit()):
            self._fail()
        self._at += 1
        return word

    def _text(self) -> str:
        text = self._peek()
        if text is None or not text.startswith("'"):
            self._fail()
        self._at += 1
        return text[1:-1]

    def _fail(self) -> NoReturn:
        raise ExpressionError(f"not understood at part {self._at} of {self._expression!r}")


def _tokens(expression: str) -> list[str]:
    found, at = [], 0
    expression = expression.rstrip()
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise ExpressionError(f"not understood at character {at} of {expression!r}")
        found.append(match.group(match.lastgroup or 0))
        at = match.end()
    return found
