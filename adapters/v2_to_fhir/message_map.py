"""Message map: which segments of a message structure make which resources.

The guide's message maps (`ADT_A01`), one YAML file each in `messages/`. A row is `PID → Patient, 1..1`:
with a maximum of 1 all segments of the group go into one resource, with `*` each segment makes its own.
Groups nest as the structure's groups do and say which segments begin them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adapters.hl7v2.message import Message
from adapters.hl7v2.structure import structure_of
from adapters.v2_to_fhir.segment_map import SegmentMap, segment_map
from adapters.v2_to_fhir.table import MapError, names, table

FOLDER = Path(__file__).parent / "messages"
_ROW = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{2}) → (?P<resource>[A-Za-z]+), [01]\.\.(?P<most>[1*])")
COMMENT = "NTE → note"


@dataclass(frozen=True, slots=True)
class Target:
    """A segment map within a message, and whether each segment makes a resource of its own."""

    map: SegmentMap
    each: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A segment group: what begins it, its rows by segment, the groups inside."""

    name: str
    begins: tuple[str, ...]
    rows: Mapping[str, tuple[Target, ...]]
    groups: tuple["Group", ...]
    comments: bool

    def holds(self, segment: str) -> bool:
        """Whether a segment belongs directly to this group."""
        return segment in self.rows or segment in self.begins or (self.comments and segment == "NTE")


@dataclass(frozen=True, slots=True)
class MessageMap:
    """One message structure, the events that have it, and its outermost group."""

    name: str
    events: tuple[str, ...]
    group: Group


def message_map(message: Message) -> MessageMap | None:
    """The map for a message: by its code and event, else by the structure it names."""
    kind = message.header[9]
    code, event, structure = (kind[n].value.strip().upper() for n in (1, 2, 3))
    known = by_event()
    found = known.get(f"{code}^{event}") or known.get(structure) or (known.get(code) if not event else None)
    return found or (known.get(structure_of(message)) if not code else None)


@cache
def by_event() -> Mapping[str, MessageMap]:
    """Every map by `ADT^A01`, by structure and by a bare message code; the tables are read with them."""
    for name in names():
        table(name)
    found: dict[str, MessageMap] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        one = _load(path)
        for event in (one.name, *one.events):
            if event in found:
                raise MapError(f"messages/{path.name}: {event} is already that of {found[event].name}")
            found[event] = one
    return found


def _load(path: Path) -> MessageMap:
    where = f"messages/{path.name}"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise MapError(f"{where}: {str(error).splitlines()[0]}") from None
    return compile_message(path.stem, data)


def compile_message(name: str, data: Any) -> MessageMap:
    """A message map of its data; MapError names file and row."""
    where = f"messages/{name}.yaml"
    if not isinstance(data, dict) or data.get("message") != name or not data.get("events"):
        raise MapError(f"{where}: a message map has message (as the file), events, rows and groups")
    return MessageMap(name, tuple(data["events"]), _group(where, name, data))


def _group(where: str, name: str, data: Mapping[str, Any]) -> Group:
    rows: dict[str, tuple[Target, ...]] = {}
    texts = list(data.get("rows") or ())
    for text in texts:
        if text == COMMENT:
            continue
        match = _ROW.fullmatch(str(text))
        if match is None:
            raise MapError(
                f"{where}: row {text!r} of {name}: a row reads `PID → Patient, 1..1` or `{COMMENT}`"
            )
        target = Target(segment_map(f"{match['segment']}_{match['resource']}"), match["most"] == "*")
        rows[match["segment"]] = (*rows.get(match["segment"], ()), target)
    groups = tuple(_group(where, inner, one) for inner, one in (data.get("groups") or {}).items())
    return Group(name, tuple(data.get("begins") or ()), rows, groups, COMMENT in texts)
