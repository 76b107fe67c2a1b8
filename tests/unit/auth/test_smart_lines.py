"""Every line of the two lists of the authorization server has a test that names it.

A test names a line in its docstring: "RFC 9700 lines 1, 2 and 3", "SMART kit line 55".
"""

import re
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[2]
_LIST = r"((?:\d+(?:\s*(?:[–-]|, and|,|and)\s*)?)+)"
PROMISED = {
    "RFC 9700": frozenset(range(1, 41)) - {18},
    "SMART kit": frozenset({*range(1, 78), *range(87, 91), *range(92, 96)}),
}
"""18 is DPoP, 78 to 86 and 91 are bulk export: neither is offered."""


def named(what: str) -> set[int]:
    """The numbers that tests name of a list."""
    found: set[int] = set()
    for file in _TESTS.rglob("test_*.py"):
        text = " ".join(file.read_text("utf-8").split())
        for match in re.finditer(rf"{what} lines? {_LIST}", text):
            found |= {int(number) for number in re.findall(r"\d+", match[1])}
    return found


@pytest.mark.parametrize("what", PROMISED)
def test_every_line_has_a_test_that_names_it(what: str) -> None:
    assert sorted(PROMISED[what] - named(what)) == []
