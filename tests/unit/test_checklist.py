"""The checklist of R4 behaviour: every line that this server promises has a test that names it.

A test names a line in its docstring or a comment: "checklist line 29", "checklist lines 29, 30 and 62–64".
"""

import re
from pathlib import Path

_TESTS = Path(__file__).parents[1]
_NAMED = re.compile(r"checklist lines? ((?:\d+(?:\s*(?:[–-]|, and|,|and)\s*)?)+)", re.IGNORECASE)
PROMISED = frozenset({*range(1, 98), 100, *range(105, 109), 117})


def _numbers(text: str) -> set[int]:
    """The numbers of `12, 14–16 and 20`."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", text):
        found.update(range(int(first), int(last or first) + 1))
    return found


def _named() -> set[int]:
    files = [*_TESTS.rglob("test_*.py"), *(_TESTS / "spec").rglob("*.json")]
    return {
        number
        for file in files
        for match in _NAMED.finditer(" ".join(file.read_text().split()))
        for number in _numbers(match[1])
    }


def test_every_promised_line_has_a_test_that_names_it() -> None:
    assert sorted(PROMISED - _named()) == []


def test_several_lines_can_be_named_at_once() -> None:
    assert _numbers("12, 14–16 and 20") == {12, 14, 15, 16, 20}
