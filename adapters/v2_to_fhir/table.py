"""Table: the translation of coded values.

HL7 v2 tables and the guide's vocabulary maps, one YAML file each in `tables/`. A code that a table does not
know keeps its own coding; a table never guesses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

FOLDER = Path(__file__).parent / "tables"
_NAME = re.compile(r"\w+")


class MapError(ValueError):
    """A map file is wrong; the text names the file and the row."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one code becomes; `keep`: the code system to name beside it, for codes foreign to the v2 table."""

    code: str
    system: str = ""
    display: str = ""
    keep: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One vocabulary map; `v2` is the code system of the untranslated code."""

    name: str
    v2: str
    entries: Mapping[str, Entry]

    def find(self, code: str) -> Entry | None:
        """The translation of `code`; letters fold, so `m` and the full-width `Ｍ` find `M`."""
        found = self.entries.get(code) or self.entries.get(code.upper())
        return found or (None if code.isascii() else self.entries.get(normalize("NFKC", code).upper()))


@cache
def table(name: str) -> Table:
    """The table `name`, read once; MapError names file and row."""
    path = FOLDER / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise MapError(f"tables/{name}.yaml: there is no such table")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise MapError(f"tables/{name}.yaml: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict) or not isinstance(data.get("map"), dict):
        raise MapError(f"tables/{name}.yaml: a table has `v2` and a `map` of codes")
    entries: dict[str, Entry] = {}
    for section in (data, *data.get("also", ())):
        for code, row in section["map"].items():
            entries[str(code)] = _entry(name, code, row, section)
    return Table(name, str(data.get("v2", "")), entries)


def names() -> list[str]:
    """Every table there is."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def _entry(name: str, code: Any, row: Any, section: Mapping[str, Any]) -> Entry:
    """A row is `code: target` or `code: [target, display]` or `code: [target, display, system]`."""
    parts = row if isinstance(row, list) else [row]
    if not isinstance(code, str) or not 1 <= len(parts) <= 3 or not all(isinstance(p, str) for p in parts):
        raise MapError(
            f"tables/{name}.yaml: row {code!r}: quote it and give `target` or [target, display, system]"
        )
    display = parts[1] if len(parts) > 1 else ""
    system = parts[2] if len(parts) > 2 else str(section.get("system", ""))
    return Entry(parts[0], system, display, str(section.get("keep", "")))
