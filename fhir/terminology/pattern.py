"""Regular expressions of value sets, matched in linear time.

FHIR R4 valueset-filter-operator.html (regex). The pattern is the caller's, so it is run as a nondeterministic
automaton over all its states at once, which no text can trap (Thompson, 1968), within a budget of work.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as syntax  # type: ignore[attr-defined]
from typing import Any

from fhir.outcome import Fault, Refusal

LONGEST = 512
MOST_STATES = 2000
MOST_WORK = 2_000_000
"""Steps that one pattern may take; what it has learned costs nothing again."""
Test = Callable[[str], object]


class Pattern:
    """A compiled pattern; `fullmatch` says whether a whole text fits."""

    def __init__(self, text: str) -> None:
        """A Refusal where `text` is no regular expression of the kind that is taken."""
        if len(text) > LONGEST:
            raise _refused(f"is longer than {LONGEST} characters")
        self._steps: list[tuple[Test, int]] = []
        self._jumps: list[tuple[int, ...]] = []
        self._work = MOST_WORK
        try:
            parsed = syntax.parse(text)
            if parsed.state.flags & ~re.UNICODE:
                raise _refused("sets flags, which is not supported")
            self._end = self._add()
            start = self._sequence(parsed, self._end)
        except (re.error, OverflowError, RecursionError):
            raise _refused("is none") from None
        self._start = self._reached([start])
        self._known: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def fullmatch(self, text: str) -> bool:
        """Does the whole of `text` fit?"""
        states = self._start
        for character in text:
            following = self._known.get((states, character))
            if following is None:
                following = self._known[states, character] = self._following(states, character)
            states = following
            if not states:
                return False
        return self._end in states

    def _following(self, states: frozenset[int], character: str) -> frozenset[int]:
        steps = (self._steps[state] for state in states)
        return self._reached([to for test, to in steps if to >= 0 and test(character)])

    def _reached(self, waiting: list[int]) -> frozenset[int]:
        found: set[int] = set()
        while waiting:
            state = waiting.pop()
            if state not in found:
                self._spend()
                found.add(state)
                waiting += self._jumps[state]
        return frozenset(found)

    def _spend(self) -> None:
        self._work -= 1
        if self._work < 0:
            raise Refusal(Fault.TOO_COSTLY, "the regular expression of a filter takes too much work")

    def _add(self, test: Test = bool, to: int = -1, jumps: tuple[int, ...] = ()) -> int:
        if len(self._steps) >= MOST_STATES:
            raise _refused("has too many repetitions")
        self._steps.append((test, to))
        self._jumps.append(jumps)
        return len(self._steps) - 1

    def _sequence(self, parsed: Iterable[Any], to: int) -> int:
        self._spend()
        for kind, argument in reversed(list(parsed)):
            to = self._part(kind, argument, to)
        return to

    def _part(self, kind: Any, argument: Any, to: int) -> int:
        if kind is op.BRANCH:
            return self._add(jumps=tuple(self._sequence(each, to) for each in argument[1]))
        if kind is op.SUBPATTERN:
            return self._sequence(argument[3], to)
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
            least, most, body = argument
            return self._repeat(least, most, body, to)
        if kind is op.AT and argument in (op.AT_BEGINNING, op.AT_END):
            return to  # the whole text must fit anyway
        test = _test(kind, argument)
        if test is None:
            raise _refused("uses what is not supported (references, look-around)")
        return self._add(test, to)

    def _repeat(self, least: int, most: Any, body: Any, to: int) -> int:
        if most is op.MAXREPEAT:
            loop = self._add()
            self._jumps[loop] = (self._sequence(body, loop), to)
            to = loop
        else:
            end = to
            for _ in range(most - least):
                to = self._add(jumps=(self._sequence(body, to), end))
        for _ in range(least):
            to = self._sequence(body, to)
        return to


def _test(kind: Any, argument: Any) -> Test | None:
    if kind is op.LITERAL:
        return chr(argument).__eq__
    if kind is op.NOT_LITERAL:
        return chr(argument).__ne__
    if kind is op.ANY:
        return "\n".__ne__
    if kind is op.IN:
        return _set(argument)
    return None


def _set(members: list[Any]) -> Test | None:
    negated = members[0][0] is op.NEGATE
    tests = [_member(kind, argument) for kind, argument in members[negated:]]
    if None in tests:
        return None
    return lambda character: any(test(character) for test in tests if test) is not negated


def _member(kind: Any, argument: Any) -> Test | None:
    if kind is op.LITERAL:
        return chr(argument).__eq__
    if kind is op.RANGE:
        low, high = argument
        return lambda character: low <= ord(character) <= high
    return _CATEGORIES.get(argument) if kind is op.CATEGORY else None


_CATEGORIES: dict[Any, Test] = {
    op.CATEGORY_DIGIT: re.compile(r"\d").match,
    op.CATEGORY_NOT_DIGIT: re.compile(r"\D").match,
    op.CATEGORY_SPACE: re.compile(r"\s").match,
    op.CATEGORY_NOT_SPACE: re.compile(r"\S").match,
    op.CATEGORY_WORD: re.compile(r"\w").match,
    op.CATEGORY_NOT_WORD: re.compile(r"\W").match,
}


@lru_cache(maxsize=64)
def pattern(text: str) -> Pattern:
    """The compiled pattern."""
    return Pattern(text)


def _refused(why: str) -> Refusal:
    return Refusal(Fault.UNPROCESSABLE, f"the regular expression of a filter {why}")
