"""Encounter: the course of one visit, from its opening message to its closing one.

Every step moves the clock on, so that results follow the visit's opening and come before its end.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from types import TracebackType
from typing import Any, Protocol

from services.demo.catalogue import panels, tests
from services.demo.event import Dose, Event, Prescription, Report, Visit
from services.demo.house import House
from services.demo.resident import Resident
from services.demo.result import Value, normal, written

Values = Mapping[str, Value]

_OBX = 12


class Life(Protocol):
    """What a course needs of the timeline that it belongs to."""

    resident: Resident
    random: Random
    height: float

    def add(self, event: Event) -> None:
        """Keep an event."""

    def order(self) -> str:
        """The next order number."""


class Course:
    """One open visit; leaving the context closes it."""

    def __init__(self, life: Life, house: House, visit: Visit, diagnoses: tuple[str, ...]) -> None:
        self.life = life
        self.house = house
        self.visit = visit
        self.diagnoses = diagnoses
        self.now = visit.opened
        self.closes = True
        self.afterwards = house.dialect.visits == "afterwards" and visit.kind == "O"
        self._pending: list[Report] = []
        self._ordered: list[Prescription] = []
        if not self.afterwards:
            self._say("A01" if visit.kind == "I" else "A04", diagnoses=diagnoses)

    def __enter__(self) -> "Course":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.closes and kind is None:
            self._pass(5, 20)
            self._say("A04" if self.afterwards else "A03", diagnoses=self.diagnoses, closed=self.now)

    def vitals(self, **values: Value) -> None:
        """Blood pressure and heart rate, taken at the desk."""
        self.report(vitals=values)

    def measure(self, weight: float, **also: Value) -> None:
        """Height, weight and the body mass index that follows from them."""
        height = self.life.height
        bmi = weight / (height / 100) ** 2
        self.report(measures={"height": height, "weight": weight, "bmi": bmi, **also})

    def report(self, **panel_values: Values) -> None:
        """Results: each argument is a panel with the values that the story fixes; the others are normal.

        Reports that follow each other go out in one ORU, with at most twelve OBX.
        """
        self._pass(8, 40)
        for panel, values in panel_values.items():
            report = self._report(panel, values)
            if sum(len(each.results) for each in (*self._pending, report)) > _OBX:
                self._flush()
            self._pending.append(report)

    def correct(self, panel: str, wrong: Values, right: Values) -> None:
        """A preliminary result, then the corrected one under the same report number."""
        self._flush()
        self._pass(20, 60)
        first = self._report(panel, wrong, status="P")
        self._say("R01", reports=(first,))
        self._pass(30, 90)
        results = dict(first.results) | {key: written(key, value) for key, value in right.items()}
        self._say("R01", reports=(replace(first, results=tuple(results.items()), status="C"),))

    def prescribe(self, *drugs: str) -> None:
        """Medicines: what is prescribed in a row goes out in one RDE."""
        self._pass(2, 9)
        self._ordered += (Prescription(self.life.order(), drug) for drug in drugs)

    def vaccinate(self, *vaccines: str) -> None:
        """VXU: doses given during the visit."""
        self._pass(20, 60)
        lot = f"YM{self.now:%y%m}01"
        self._say("V04", doses=tuple(Dose(vaccine, self.now, lot) for vaccine in vaccines))

    def sleep(self, days: int) -> None:
        """Let `days` pass."""
        self._flush()
        self.now += timedelta(days=days)

    def transfer(self, ward: str, bed: str) -> None:
        """A02: to another ward."""
        self._pass(10, 90)
        previous = self.visit.location
        self.visit = replace(self.visit, ward=ward, bed=bed)
        self._say("A02", previous=previous)

    def update(self) -> None:
        """A08: the same visit, with today's diagnoses."""
        self._pass(5, 30)
        self._say("A08", diagnoses=self.diagnoses)

    def cancel(self) -> None:
        """A11: the visit was opened by mistake and never took place."""
        self._pass(3, 12)
        self._say("A11")
        self.closes = False

    def discharge_and_return(self) -> None:
        """A03, then A13: the discharge was entered too early; the stay goes on."""
        self._pass(30, 60)
        self._say("A03", diagnoses=self.diagnoses, closed=self.now)
        self._pass(5, 30)
        self._say("A13", diagnoses=self.diagnoses)

    def _report(self, panel: str, values: Values, status: str = "F") -> Report:
        keys = [*panels()[panel].tests, *(key for key in values if key not in panels()[panel].tests)]
        results = tuple((key, written(key, self._value(key, values))) for key in keys)
        return Report(self.life.order(), panel, self.now - timedelta(minutes=6), results, status)

    def _value(self, key: str, values: Values) -> Value:
        if key in values:
            return values[key]
        return normal(tests()[key], self.life.resident, self.life.random)

    def _pass(self, least: int, most: int) -> None:
        self.now += timedelta(
            minutes=self.life.random.randint(least, most), seconds=self.life.random.randint(0, 59)
        )

    def _flush(self) -> None:
        if self._pending:
            reports, self._pending = tuple(self._pending), []
            self._tell("R01", reports=reports)
            self.now += timedelta(seconds=40)
        if self._ordered:
            prescriptions, self._ordered = tuple(self._ordered), []
            self._tell("O11", prescriptions=prescriptions)
            self.now += timedelta(seconds=20)

    def _say(self, trigger: str, **content: Any) -> None:
        self._flush()
        self._tell(trigger, **content)

    def _tell(self, trigger: str, **content: Any) -> None:
        event = Event(self.now, trigger, self.house, self.life.resident, self.visit, **content)
        self.life.add(event)
