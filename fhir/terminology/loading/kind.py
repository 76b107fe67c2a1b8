"""Kinds of code files: which column is what, and what a code of that kind looks like (`kinds.yaml`)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unicodedata import normalize

import yaml

_FILE = Path(__file__).parent / "kinds.yaml"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind; the members are told in `kinds.yaml`."""

    id: str
    url: str
    name: str
    title: str
    language: str
    pattern: str
    form: str
    columns: Mapping[str, Sequence[str]]
    properties: Mapping[str, Sequence[str]]
    levels: Sequence[int] = ()
    headings: Sequence[Sequence[str]] = ()
    names: Sequence[str] = ()
    inactive: Mapping[str, Sequence[str]] = field(default_factory=dict)
    checked: str = ""
    version: str = ""
    copyright: str = ""
    repeats: bool = False

    def fault(self, code: str) -> str | None:
        """Why it is no code of this kind; None where it is one."""
        if re.fullmatch(self.pattern, code) is None:
            return f"this is not {self.form}"
        if self.checked == "luhn" and not _luhn(code.replace("-", "")):
            return f"the check digit is wrong, so this is not {self.form}"
        return None

    def above(self, code: str) -> list[str]:
        """What stands above a code by its form, the nearest first."""
        bare = code.rstrip("+*†")
        cut = (bare[:level].rstrip(".") for level in reversed(self.levels) if level < len(bare))
        return list(dict.fromkeys(each for each in cut if each != code))


def heading(text: str) -> str:
    """A heading without what writers differ in."""
    return "".join(normalize("NFKC", text).casefold().replace("_", "").split())


@cache
def kinds() -> dict[str, Kind]:
    """All of them, by id."""
    data = yaml.safe_load(_FILE.read_text("utf-8"))
    return {id: Kind(id=id, **told) for id, told in data.items()}


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: every second digit from the right counts twice."""
    doubled = [int(digit) * (2 if at % 2 else 1) for at, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
