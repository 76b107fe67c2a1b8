"""Trigger events: what happens to a resident in a house, before it becomes an HL7 v2 message.

Chapter 3 (ADT), 4 (RDE, VXU) and 7 (ORU) name the triggers; messages.py writes each in the house's dialect.
"""

from dataclasses import dataclass
from datetime import datetime

from services.demo.house import Doctor, House
from services.demo.resident import Resident


@dataclass(frozen=True)
class Visit:
    """PV1: one visit or stay. `kind` is O (outpatient), I (inpatient) or E (emergency)."""

    number: str
    kind: str
    department: str
    doctor: Doctor
    opened: datetime
    ward: str = ""
    bed: str = ""

    @property
    def location(self) -> tuple[str, ...]:
        """Point of care, room and bed."""
        return (self.ward, self.bed[:2], self.bed) if self.ward else (self.department,)


@dataclass(frozen=True)
class Report:
    """OBR with its OBX: a panel and its results (test key, value as written)."""

    number: str
    panel: str
    observed: datetime
    results: tuple[tuple[str, str], ...]
    status: str = "F"


@dataclass(frozen=True)
class Prescription:
    """ORC and RXE: one medicine, as prescribed."""

    number: str
    drug: str
    control: str = "NW"


@dataclass(frozen=True)
class Dose:
    """RXA: one vaccine dose; `historical` when another house gave it (RXA-9 01)."""

    vaccine: str
    given: datetime
    lot: str
    historical: bool = False


@dataclass(frozen=True)
class Event:
    """One trigger event with everything that its message will say."""

    time: datetime
    trigger: str
    house: House
    resident: Resident
    visit: Visit | None = None
    diagnoses: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()
    doses: tuple[Dose, ...] = ()
    previous: tuple[str, ...] = ()
    closed: datetime | None = None
