"""Security line: a sentence that is promised, what holds it and which tests show it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("lines.yaml")


class Kind(StrEnum):
    """Who sees to it."""

    BUILT = "built"
    SETTING = "setting"
    PROCEDURE = "procedure"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in both languages; `by` and `tests` are paths in the checkout."""

    number: int
    kind: Kind
    zh: str
    en: str
    by: str
    tests: tuple[str, ...]


@cache
def lines() -> tuple[Line, ...]:
    """All lines, by number."""
    rows = yaml.safe_load(_FILE.read_text("utf-8"))
    return tuple(Line(**row | {"kind": Kind(row["kind"]), "tests": tuple(row["tests"])}) for row in rows)
