"""Timeline: two years in one resident's life, told by a story and kept as trigger events.

A story calls `register`, `clinic`, `emergency`, `stay` and `vaccinate`; what would lie after the last day
has not happened yet and is left out, so that somebody is still in bed when the two years end.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

from services.demo.course import Course
from services.demo.event import Dose, Event, Visit
from services.demo.house import House
from services.demo.resident import Resident

DAYS = 730


class Timeline:
    """The events of one resident between `start` and `until` (both included)."""

    def __init__(self, resident: Resident, seed: int, until: date) -> None:
        self.resident = resident
        self.random = Random(f"{seed}/life/{resident.index}")
        self.until = until
        self.start = until - timedelta(days=DAYS)
        self.events: list[Event] = []
        self.height = self.random.gauss(168, 6) if resident.sex == "male" else self.random.gauss(157, 5)
        self._visits = 0
        self._orders = 0

    @property
    def centre(self) -> House:
        """The community health centre of the resident's district."""
        return self.resident.centre

    @property
    def hospital(self) -> House:
        """The hospital that the resident goes to first."""
        return self.resident.hospitals[0]

    def day(self, offset: int) -> date:
        """The day `offset` days after the start."""
        return self.start + timedelta(days=offset)

    def every(self, days: int, first: int = 0) -> Iterator[tuple[float, date]]:
        """Working days about `days` apart from day `first` on, each with its share (0 to 1) of the years."""
        offset = first
        while offset <= DAYS:
            yield offset / DAYS, self._working(self.day(offset))
            offset += days + self.random.randint(-4, 4)

    def drift(self, start: float, end: float, share: float, noise: float = 0.0) -> float:
        """A value on its way from `start` to `end`: most of the way in the first half, then steady."""
        left: float = (1 - share) ** 2.5
        return end + (start - end) * left + self.random.gauss(0, noise)

    def add(self, event: Event) -> None:
        """Keep `event` if it has happened by the last day."""
        if event.time.date() <= self.until:
            self.events.append(event)

    def register(self, day: date | None = None, *, house: House | None = None, trigger: str = "A28") -> None:
        """A28 at a house (the community centre unless said), or A31 when something has changed."""
        moment = self._moment(day or self.day(self.random.randint(0, 20)))
        self.add(Event(moment, trigger, house or self.centre, self.resident))

    def move(self, day: date, phone: str) -> None:
        """A new telephone number, told to the community centre (A31)."""
        self.resident = replace(self.resident, phone=phone)
        self.register(self._working(day), trigger="A31")

    def clinic(self, day: date, department: str, *diagnoses: str, house: House | None = None) -> Course:
        """An outpatient visit (A04 … A03): use as a context manager, it closes at the end."""
        return self._open(
            self._moment(self._working(day)), "O", department, diagnoses, house or self.hospital
        )

    def centre_visit(self, day: date, *diagnoses: str) -> Course:
        """A visit to the general practitioner of the community centre."""
        return self.clinic(day, "全科医疗科", *diagnoses, house=self.centre)

    def emergency(self, day: date, *diagnoses: str) -> Course:
        """An emergency visit (A04, class E), at any hour."""
        moment = datetime.combine(day, time(self.random.randint(1, 21), self.random.randint(0, 59)))
        return self._open(moment, "E", "急诊科", diagnoses, self.hospital)

    def stay(self, day: date, department: str, *diagnoses: str, house: House | None = None) -> Course:
        """An inpatient stay (A01 … A03): use as a context manager, `course.sleep(days)` lets time pass."""
        return self._open(self._moment(day), "I", department, diagnoses, house or self.hospital)

    def vaccinate(self, day: date, *doses: Dose) -> None:
        """VXU at the community centre."""
        self.add(Event(self._moment(day), "V04", self.centre, self.resident, doses=doses))

    def order(self) -> str:
        """A number for the next order or report, unique in the region."""
        self._orders += 1
        return f"{self.resident.index:03d}{self._orders:04d}"

    def _open(
        self, moment: datetime, kind: str, department: str, diagnoses: tuple[str, ...], house: House
    ) -> Course:
        self._visits += 1
        prefix = {"O": "MZ", "I": "ZY", "E": "JZ"}[kind]
        number = f"{prefix}{moment:%y%m%d}{self.resident.index:03d}{self._visits:02d}"
        doctor = house.doctor(department)
        bed = f"{self.random.randint(1, 12):02d}{self.random.randint(1, 4):02d}" if kind == "I" else ""
        ward = f"{doctor.department}病区" if kind == "I" else ""
        visit = Visit(number, kind, department, doctor, moment, ward, bed)
        return Course(self, house, visit, diagnoses)

    def _moment(self, day: date) -> datetime:
        return datetime.combine(
            day, time(self.random.randint(8, 15), self.random.randint(0, 59), self.random.randint(0, 59))
        )

    @staticmethod
    def _working(day: date) -> date:
        return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day
