"""Organization: a hospital or a community health centre, and the HL7 v2 dialect that it speaks.

The thirteen houses stand in data/houses.yaml, with what each word of a dialect means.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from services.demo.catalogue import document

CENTRE = "B100"


@dataclass(frozen=True)
class Dialect:
    """How a house writes its messages; every word is explained in data/houses.yaml."""

    version: str
    charset: str
    msh18: str
    structure: bool
    name: str
    identifiers: str
    zone: bool
    loinc: str
    units: str
    flags: str = "hl7"
    sex: str = "hl7"
    visits: str = "both"
    ending: str = "\r"
    z: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doctor:
    """A practitioner of one house."""

    code: str
    family: str
    given: str
    department: str

    @property
    def name(self) -> str:
        """The whole name, family name first."""
        return self.family + self.given


@dataclass(frozen=True)
class House:
    """A sending facility: its place, its authority, its dialect and its doctors."""

    code: str
    id: str
    name: str
    kind: str
    district: str
    area: str
    address: str
    authority: str
    dialect: Dialect
    doctors: tuple[Doctor, ...] = field(hash=False)

    @property
    def centre(self) -> bool:
        """Whether it is a community health centre."""
        return self.kind == CENTRE

    def doctor(self, department: str) -> Doctor:
        """The doctor of `department`, else the first one of the house."""
        return next((each for each in self.doctors if each.department == department), self.doctors[0])


def _house(entry: dict[str, Any]) -> House:
    dialect = dict(entry["dialect"]) | {"z": tuple(entry["dialect"].get("z", ()))}
    doctors = tuple(Doctor(**each) for each in entry["doctors"])
    return House(**{**entry, "dialect": Dialect(**dialect), "doctors": doctors})


@cache
def houses() -> tuple[House, ...]:
    """All houses of the region, hospitals first."""
    return tuple(_house(entry) for entry in document("houses.yaml"))


@cache
def house(code: str) -> House:
    """The house of that code."""
    return next(each for each in houses() if each.code == code)


@cache
def centre_of(district: str) -> House:
    """The community health centre of a district."""
    return next(each for each in houses() if each.centre and each.district == district)
