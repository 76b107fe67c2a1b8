"""Entry: a line of the directory's file, read: its type, what it says, which other resources it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.v2_to_fhir.source import Source
from fhir.csv_file import Fault, Row
from fhir.matching import citizen_number, social_credit_code
from services.directory import cell
from services.directory.cell import Said, WrongCell
from services.directory.columns import LOCAL, NEEDED, OF_TYPE, REFERENCES, SYSTEMS, TYPES, referred

Sources = Mapping[str, Source]
"""The registered sources by code."""
Number = tuple[str, str, str]
"""A type, whose number it is, and the number."""

_CHECKS: dict[str, Callable[[str], Said]] = {
    "number": cell.number,
    "system": cell.system,
    "active": cell.truth,
    "social_credit_code": cell.social_credit,
    "area": cell.area,
    "zone": cell.zone,
    "latitude": cell.latitude,
    "longitude": cell.longitude,
    "phone": cell.phone,
    "citizen_number": cell.citizen,
    "sex": cell.sex,
    "licence": cell.licence,
    "begins": cell.day,
    "ends": cell.day,
}
_OF_TYPE = {
    ("Organization", "kind"): cell.kind,
    ("Endpoint", "kind"): cell.connection,
    ("Endpoint", "address"): cell.address,
}
_NAMES = {name: type for type, chinese in TYPES.items() for name in (type.lower(), chinese)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `says` are its columns, None where a cell is empty; `means` the numbers by which what it is
    about is known, the first one that from which a new id follows; `names` the numbers of other resources."""

    line: int
    type: str
    says: Mapping[str, Any]
    means: tuple[Number, ...]
    names: Mapping[str, Number]
    speaks_for: str | None = None
    """The Organization of the source that the line names, where it is about that."""


@dataclass(slots=True)
class Read:
    """What became of a line: an entry, or what is wrong in it; and what should be looked at.

    `means` are the numbers that it has even so.
    """

    entry: Entry | None
    means: tuple[Number, ...]
    faults: list[Fault]
    warnings: list[Fault]


def read(row: Row, sources: Sources) -> Read:
    """Check every cell of a line."""
    reading = _Reading(row, sources)
    entry = reading.entry()
    means = entry.means if entry else ()
    return Read(None if reading.faults else entry, means, reading.faults, reading.warnings)


class _Reading:
    def __init__(self, row: Row, sources: Sources) -> None:
        self._row = row
        self._sources = sources
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def entry(self) -> Entry | None:
        type = _NAMES.get(self._row.cells["type"].lower())
        if type is None:
            self._wrong("type", f"none of {', '.join(TYPES)}")
            return None
        says = {column: self._said(type, column, text) for column, text in self._row.cells.items()}
        says = {column: value for column, value in says.items() if column in OF_TYPE[type]}
        names = {column: found for column in says if (found := self._named(type, column, says[column]))}
        self._check(type, says)
        source = self._source(says.get("source"))
        house = source.organization if source and type == "Organization" else None
        means = tuple(_means(type, says, source))
        if not means and house is None and type != "PractitionerRole":
            self._wrong("number", "is missing, and so is everything else by which it would be known")
        return Entry(self._row.line, type, says, means, names, house)

    def _said(self, type: str, column: str, text: str) -> Any:
        if not text:
            return None
        if column not in OF_TYPE[type]:
            self._wrong(column, f"does not belong to a line of type {type}")
            return None
        if column in REFERENCES or column == "part_of":
            return text
        check = _OF_TYPE.get((type, column)) or _CHECKS.get(column, cell.text)
        try:
            said = check(text)
        except WrongCell as wrong:
            self._wrong(column, str(wrong))
            return None
        if said.warning:
            self.warnings.append(Fault(self._row.line, f"{column}: {said.warning}"))
        return said.value

    def _named(self, type: str, column: str, text: str | None) -> Number | None:
        """The number of another resource: `number`, `system|number`, or a source's own as `code|number`."""
        if text is None or (column not in REFERENCES and column != "part_of"):
            return None
        wanted = referred(type, column)
        before, bar, number = text.rpartition("|")
        source = self._sources.get(before)
        try:
            if bar and source is not None and wanted in LOCAL:
                system = source.local(LOCAL[wanted])
            else:
                system = cell.system(before).value if bar else SYSTEMS[wanted]
            return wanted, system, cell.number(number).value
        except WrongCell as wrong:
            self._wrong(column, str(wrong))
            return None

    def _check(self, type: str, says: Mapping[str, Any]) -> None:
        """What the cells of one line must say together."""
        told = {fault.text.partition(":")[0] for fault in self.faults}
        for column in NEEDED[type]:
            if says.get(column) is None and column not in told:
                self._wrong(column, f"is missing: every {type} has one")
        begins, ends = says.get("begins"), says.get("ends")
        if begins and ends and ends < begins:
            self._wrong("ends", "is before it begins")
        if (
            type == "Practitioner"
            and (begins or ends)
            and not (says.get("licence") or says.get("qualification"))
        ):
            self._wrong("ends" if ends else "begins", "of which licence or qualification?")
        if (says.get("latitude") is None) != (says.get("longitude") is None):
            self._wrong("latitude", "stands with a longitude, or not at all")
        number = says.get("citizen_number")
        if number and says.get("sex") and citizen_number.sex(number) != says["sex"]:
            self.warnings.append(Fault(self._row.line, "sex: is not the one that the citizen number tells"))

    def _source(self, code: str | None) -> Source | None:
        if code is None:
            return None
        if code not in self._sources:
            self._wrong("source", "no source of this code is registered")
        return self._sources.get(code)

    def _wrong(self, column: str, text: str) -> None:
        self.faults.append(Fault(self._row.line, f"{column}: {text}"))


def _means(type: str, says: Mapping[str, Any], source: Source | None) -> list[Number]:
    system = says.get("system") or SYSTEMS[type]
    if source is not None and type in LOCAL and not says.get("system"):
        system = source.local(LOCAL[type])
    told = (
        (system, says.get("number")),
        (social_credit_code.SYSTEM, says.get("social_credit_code")),
        (citizen_number.SYSTEM, says.get("citizen_number")),
    )
    return [(type, system, number) for system, number in told if number]
