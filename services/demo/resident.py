"""Patient: a resident of the demonstration region, as he or she stands in the civil register.

Which number a house gives to a resident, and how it writes the name, is the house's matter (segments/pid.py).
"""

from dataclasses import dataclass
from datetime import date

from services.demo.house import House


@dataclass(frozen=True)
class Kin:
    """Next of kin: relation is a code of table 0063 (SPO, CHD, PAR, MTH)."""

    family: str
    given: str
    relation: str
    phone: str

    @property
    def name(self) -> str:
        """The whole name, family name first."""
        return self.family + self.given


@dataclass(frozen=True)
class Resident:
    """One invented person, his or her houses and the story that he or she lives."""

    index: int
    key: str
    story: str
    family: str
    given: str
    sex: str
    birth: date
    number: str | None
    district: str
    area: str
    address: str
    phone: str
    ethnic: str
    married: bool
    kin: Kin
    centre: House
    hospitals: tuple[House, ...]
    allergies: tuple[str, ...]
    blood: tuple[str, str]
    child: "Resident | None" = None

    @property
    def name(self) -> str:
        """The whole name, family name first."""
        return self.family + self.given

    def age(self, day: date) -> int:
        """Completed years on `day`."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    def hospital_number(self, house: House) -> str:
        """The number under which `house` files this resident (each house has its own form)."""
        shuffled = (self.index * 7919 + sum(map(ord, house.code)) * 31) % 100_000
        return (
            f"{house.code[:2]}{shuffled:05d}{self.index:03d}"
            if house.centre
            else f"{shuffled:05d}{self.index:03d}"
        )
