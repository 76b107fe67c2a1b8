"""Segment map: which fields of a segment become which elements of a resource.

The guide's segment maps (`PID[Patient]`), one YAML file each in `segments/`; README.md has the grammar of a
row. Compiled once; a bad file is refused with its name and row.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adapters.hl7v2.field import Field
from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatype import Converter, converter
from adapters.v2_to_fhir.deletion import deletion
from adapters.v2_to_fhir.draft import Draft
from adapters.v2_to_fhir.table import MapError

FOLDER = Path(__file__).parent / "segments"
_ROW = re.compile(
    r"(?P<segment>[A-Z][A-Z0-9]{2})-(?P<field>\d+)(?:\.(?P<component>\d+))? → "
    r"(?P<path>[^,\s]+), (?P<target>[A-Za-z-]+), (?P<datatype>[A-Z0-9]{2,3})"
    r"(?P<parameters>(?:, \w+=[^,\s]+)*)"
)
_EXTENSION = re.compile(r"(?:extension\[[^\]]+\]\.)+value[A-Z]\w+")
_SIMPLE = re.compile(r"[a-z]\w*(\[x\])?(\.[a-z]\w*)?")

Setter = Callable[[Draft, str, list[Any]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row, compiled: read a field (or one component of it) and put what comes of it into the draft."""

    field: int
    component: int
    origin: str
    path: str
    many: bool
    convert: Converter
    put: Setter
    delete: Callable[[Draft], None]
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class SegmentMap:
    """`segment`[`resource`]: its rows, and the fields that code reads or that mean nothing further."""

    segment: str
    resource: str
    rows: tuple[Row, ...]
    fields: frozenset[int]

    def apply(self, segment: Segment, draft: Draft, context: Context) -> None:
        """Fill `draft` from `segment`; a value that no function can read is listed as unmapped."""
        for row in self.rows:
            field = segment[row.field]
            if not field.raw:
                continue
            if field:
                _fill(row, field, segment, draft, context)
            elif field.null and not row.component:
                row.delete(draft)


def _fill(row: Row, field: Field, segment: Segment, draft: Draft, context: Context) -> None:
    context.place = context.at(segment, str(row.field))
    values = field.repetitions if row.many else field.repetitions[:1]
    found, deletions = [], []
    for nth, value in enumerate(values):
        read = value[row.component] if row.component else value
        if not read:
            continue
        item = row.convert(read, context)
        if item is None or item == []:
            if deleted := deletion(row.datatype, read, nth, context):
                deletions.append(deleted)
            elif not row.many and not row.component and value[1].null:
                row.delete(draft)
            else:
                context.leave(context.place)
        elif isinstance(item, list):
            found.extend(item)
        else:
            found.append(item)
    if found:
        draft.place = context.place
        row.put(draft, row.path, found)
        draft.place = ""
    else:
        draft.cuts += [(row.path, row.origin, each) for each in deletions]
    if not row.many:
        _leave_others(field, context)


def _leave_others(field: Field, context: Context) -> None:
    """An element that holds one value: further repetitions are listed."""
    for number, repetition in enumerate(field.repetitions[1:], start=2):
        if repetition:
            context.leave(f"{context.place}({number})")


@cache
def segment_map(name: str) -> SegmentMap:
    """The map in `segments/<name>.yaml`, compiled once; MapError names file and row."""
    path = FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise MapError(f"segments/{name}.yaml: there is no such segment map")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise MapError(f"segments/{name}.yaml: {str(error).splitlines()[0]}") from None
    return compile_map(name, data)


def compile_map(name: str, data: Any) -> SegmentMap:
    """A segment map of its data; MapError names file and row."""
    where = f"segments/{name}.yaml"
    if not isinstance(data, dict) or set(data) - {"segment", "resource", "rows", "read", "guide"}:
        raise MapError(f"{where}: a segment map has segment, resource, rows, read and guide")
    segment, resource = str(data.get("segment")), str(data.get("resource"))
    if name != f"{segment}_{resource}":
        raise MapError(f"{where}: the file is not named after its segment and resource")
    rows = tuple(compiled_row(where, segment, text) for text in data.get("rows") or ())
    read = data.get("read") or []
    if not all(isinstance(position, int) for position in read):
        raise MapError(f"{where}: read: field numbers only")
    return SegmentMap(segment, resource, rows, frozenset(read) | {row.field for row in rows})


def compiled_row(where: str, segment: str, text: Any) -> Row:
    """One row of a map of `segment`; MapError names the file `where` and the row."""
    match = _ROW.fullmatch(str(text))
    where = f"{where}: row {text!r}"
    if match is None:
        raise MapError(f"{where}: a row reads `PID-5 → name[], HumanName, XPN`, then `, name=value`")
    if match["segment"] != segment:
        raise MapError(f"{where}: another segment")
    parameters = dict(pair.split("=", 1) for pair in match["parameters"].split(", ") if pair)
    path, target = match["path"], match["target"]
    many = path.endswith("[]")
    path = path.removesuffix("[]")
    put, delete = _setters(path, many, target, f"{segment}-{match['field']}", where)
    if target == "code":
        parameters["element"] = path
    function = converter(f"{match['datatype']}[{target}]", parameters, where)
    origin = f"{segment}-{match['field']}"
    position, component = int(match["field"]), int(match["component"] or 0)
    listed = match["datatype"] if many and not path.startswith("extension[") else ""
    return Row(position, component, origin, path, many, function, put, delete, listed)


def _setters(
    path: str, many: bool, target: str, origin: str, where: str
) -> tuple[Setter, Callable[[Draft], None]]:
    """How a value gets into the draft, and how `""` deletes it."""
    if path.startswith("extension["):
        if not _EXTENSION.fullmatch(path):
            raise MapError(f"{where}: an extension reads `extension[URL].valueX`")
        urls = re.findall(r"\[([^\]]+)\]", path)
        element = path.rsplit(".", 1)[1]
        return (
            lambda draft, _, found: draft.add(
                "extension", origin, [_extended(urls, element, one) for one in found]
            ),
            lambda draft: draft.add("extension", origin, []),
        )
    if not _SIMPLE.fullmatch(path):
        raise MapError(f"{where}: a path is `element`, `element[]` or `element.part`")
    if many:
        return (
            lambda draft, element, found: draft.add(element, origin, found),
            lambda draft: draft.add(path, origin, []),
        )
    if target == "code":
        return _put_code, lambda draft: draft.nulls.add(path)
    return (
        lambda draft, element, found: draft.put(element, found[0]),
        lambda draft: draft.nulls.add(path),
    )


def _put_code(draft: Draft, _: str, found: list[Any]) -> None:
    for element, value in found[0].items():
        draft.put(element, value)


def _extended(urls: list[str], element: str, value: Any) -> dict[str, Any]:
    extension: dict[str, Any] = {"url": urls[-1], element: value}
    for url in reversed(urls[:-1]):
        extension = {"url": url, "extension": [extension]}
    return extension
