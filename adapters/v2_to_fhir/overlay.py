"""Overlay: what an integrator says of one source's messages over the shipped maps, in the words of the maps.

Checklist 56 and 67. A row of an overlay replaces the shipped rows of the same field; a segment that no
shipped map reads (a Z segment) fills the nearest resource of its type; a default stands where a field is
empty. README.md has the grammar and an example. A wrong overlay is refused with the place in the file.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import yaml

from adapters.hl7v2.delimiters import USUAL
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import NAME, Segment
from adapters.v2_to_fhir.segment_map import FOLDER, Row, SegmentMap, compiled_row, segment_map
from adapters.v2_to_fhir.source import Source
from adapters.v2_to_fhir.table import MapError, names, table
from fhir.definitions.members import members
from fhir.definitions.structures import resource_types

_MEMBERS = frozenset({"version", "note", "segments", "tables", "systems", "authorities", "defaults"})
_EVERYBODYS = {
    "CodeSystem": "; names of code systems stand in `systems`",
    "CompoundSurname": "",
    "NoKnownAllergy": "",
    "VitalSign": "",
}
"""Tables that no message's code is looked up in, or by whose codes resources are known."""
_LONGEST = 100_000
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Overlay:
    """One version of what is said of a source; `fault` tells why it does not go with today's shipped maps.

    `adjusted`: shipped segment maps by name, with its rows. `added`: maps by segment, of segments that no
    shipped map reads into that resource. `defaults`: text by segment and field.
    """

    version: str
    adjusted: Mapping[str, SegmentMap] = field(default_factory=dict)
    added: Mapping[str, tuple[SegmentMap, ...]] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    systems: Mapping[str, str] = field(default_factory=dict)
    authorities: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    digest: str = ""

    def on(self, source: Source) -> Source:
        """`source` as it is read with this overlay."""
        own = {name: {**source.tables.get(name, {}), **codes} for name, codes in self.tables.items()}
        return replace(
            source,
            tables={**source.tables, **own},
            systems={**source.systems, **self.systems},
            authorities={**source.authorities, **self.authorities},
            overlay=self,
        )

    def map(self, shipped: SegmentMap) -> SegmentMap:
        """A shipped segment map as this source needs it."""
        return self.adjusted.get(f"{shipped.segment}_{shipped.resource}", shipped)

    def filled(self, message: Message) -> Message:
        """`message` with the defaults where its fields are empty."""
        if not self.defaults:
            return message
        segments = [_filled(each, self.defaults.get(each.name, {})) for each in message.segments]
        return Message(segments, message.delimiters, message.notes)


def _filled(segment: Segment, defaults: Mapping[int, str]) -> Segment:
    missing = {position: text for position, text in defaults.items() if not segment[position].raw.strip()}
    if not missing:
        return segment
    separator = segment.delimiters.field
    fields = segment.raw.split(separator)
    for position, text in missing.items():
        fields += [""] * (position + 1 - len(fields))
        fields[position] = text.replace(USUAL.component, segment.delimiters.component)
    return Segment(separator.join(fields), segment.delimiters, segment.index)


def read_overlay(text: str, where: str) -> Overlay:
    """The overlay in a YAML text; MapError names the place in the file `where`."""
    if len(text) > _LONGEST:
        raise MapError(f"{where}: an overlay has at most {_LONGEST} characters")
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise MapError(f"{where}: this is no YAML{line}: {str(error).splitlines()[0]}") from None
    if not isinstance(data, dict) or set(data) - _MEMBERS:
        raise MapError(f"{where}: an overlay has {', '.join(sorted(_MEMBERS))}, and nothing else")
    version = data.get("version")
    if not isinstance(version, str) or not version.strip() or len(version) > 64:
        raise MapError(f"{where}: version: a text of at most 64 characters, in quotes")
    adjusted, added = _segments(_mapping(data, "segments", where), where)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Overlay(
        version.strip(),
        adjusted,
        added,
        {name: _defaults(name, given, where) for name, given in _mapping(data, "defaults", where).items()},
        {name: _codes(name, given, where) for name, given in _mapping(data, "tables", where).items()},
        _texts(_mapping(data, "systems", where), f"{where}: systems"),
        _texts(_mapping(data, "authorities", where), f"{where}: authorities"),
        digest=digest,
    )


def _mapping(data: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    given = data.get(name) or _NOTHING
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise MapError(f"{where}: {name}: names with what stands for them are expected")
    return given


def _texts(given: Mapping[str, Any], where: str) -> dict[str, str]:
    for name, value in given.items():
        if not isinstance(value, str) or not value:
            raise MapError(f"{where}: {name}: a text in quotes is expected")
    return dict(given)


def _segments(
    given: Mapping[str, Any], where: str
) -> tuple[dict[str, SegmentMap], dict[str, tuple[SegmentMap, ...]]]:
    adjusted: dict[str, SegmentMap] = {}
    added: dict[str, tuple[SegmentMap, ...]] = {}
    for name, listed in given.items():
        place = f"{where}: segments: {name}"
        segment, _, resource = name.partition("_")
        if not NAME.fullmatch(segment) or segment != segment.upper() or resource not in resource_types:
            raise MapError(f"{place}: a segment map is named SEGMENT_Resource, such as ZPI_Patient")
        if not isinstance(listed, list) or not listed:
            raise MapError(f"{place}: a list of rows is expected")
        rows = tuple(_row(place, segment, resource, text) for text in listed)
        fields = frozenset(row.field for row in rows)
        if (FOLDER / f"{name}.yaml").is_file():
            shipped = segment_map(name)
            kept = tuple(row for row in shipped.rows if row.field not in fields)
            adjusted[name] = replace(shipped, rows=(*rows, *kept), fields=shipped.fields | fields)
        else:
            added[segment] = (*added.get(segment, ()), SegmentMap(segment, resource, rows, fields))
    return adjusted, added


def _row(place: str, segment: str, resource: str, text: Any) -> Row:
    row = compiled_row(place, segment, text)
    element = row.path.partition(".")[0].partition("[")[0]
    known = members(resource)
    if element not in known and not any(name.startswith(element) for name in known if "[x]" in row.path):
        raise MapError(f"{place}: row {text!r}: {resource} has no element {element}")
    return row


def _defaults(segment: str, given: Any, where: str) -> dict[int, str]:
    place = f"{where}: defaults: {segment}"
    if not NAME.fullmatch(segment) or segment == "MSH" or not isinstance(given, Mapping):
        raise MapError(f"{place}: a segment (not MSH) with the texts of its fields is expected")
    for position, text in given.items():
        if type(position) is not int or not 1 <= position <= 999 or not isinstance(text, str) or not text:
            raise MapError(f"{place}: {position}: a field's number, then a text in quotes")
        if set(text) & set("|~\\&\r\n"):
            raise MapError(f"{place}: {position}: a default is a plain text or components joined by ^")
    return dict(given)


def _codes(name: str, given: Any, where: str) -> dict[str, str]:
    place = f"{where}: tables: {name}"
    if name not in names():
        raise MapError(f"{place}: there is no such table; there are {', '.join(names())}")
    if name in _EVERYBODYS:
        raise MapError(f"{place}: this table is the same for every source{_EVERYBODYS[name]}")
    if not isinstance(given, Mapping):
        raise MapError(f"{place}: the source's codes with the codes of the table are expected")
    shipped = table(name)
    for code, target in given.items():
        if not isinstance(code, str) or not isinstance(target, str):
            raise MapError(f"{place}: {code}: both codes stand in quotes")
        if shipped.find(target) is None:
            raise MapError(f"{place}: {code}: the table has no code {target!r}")
    return dict(given)
