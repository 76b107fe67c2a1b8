"""Population: the two hundred residents of the demonstration region.

Characters and crowd stand in data/people.yaml, the pool of names in data/names.yaml; the rest is drawn from
one `random.Random` for each resident, so that a change to one leaves the others as they were.
"""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from services.demo.catalogue import document
from services.demo.citizen_number import citizen_number
from services.demo.house import House, centre_of, house, houses
from services.demo.resident import Kin, Resident

_WITHDRAWN = ("510102", "510103", "510111", "510122", "512081")
_BLOOD = ("A", "B", "O", "AB")
_ALLERGIES = ("penicillin", "penicillin", "sulfa", "streptomycin", "seafood", "pollen", "iodine")
_BIRTHS_BEFORE_END = (160, 400, 300, 480, 220)


def _years_before(day: date, years: int, month: int, dom: int) -> date:
    passed = (month, dom) <= (day.month, day.day)
    return date(day.year - years - (0 if passed else 1), month, dom)


def _generation(year: int) -> int:
    return max(start for start in (1900, 1955, 1975, 1995) if start <= year)


def phone(random: Random) -> str:
    """A mobile number of the prefix 154, which is given to nobody."""
    return f"154{random.randrange(10**8):08d}"


class Population:
    """Draws residents in order; `until` is the last day of the two years."""

    def __init__(self, seed: int, until: date) -> None:
        self.seed = seed
        self.until = until
        self.residents: list[Resident] = []
        self._names = document("names.yaml")
        self._births = iter(_BIRTHS_BEFORE_END)
        self._taken: set[str] = set()

    def add(self, entry: dict[str, Any]) -> None:
        """Add the resident that `entry` describes, and the child that is born in the story."""
        random = Random(f"{self.seed}/person/{len(self.residents)}")
        person = self._person(entry, random)
        if entry["story"] == "pregnancy":
            child = self._child(person, entry.get("child") or {}, random, len(self.residents) + 1)
            person = replace(person, child=child)
            self.residents += [person, child]
        else:
            self.residents.append(person)

    def _person(self, entry: dict[str, Any], random: Random) -> Resident:
        sex = entry.get("sex") or random.choice(("male", "female"))
        birth = self._birth(entry, random)
        family = entry["family"] if "family" in entry else self._family(random)
        centre = centre_of(entry["district"]) if "district" in entry else random.choice(self._centres())
        number = None if entry.get("without_number") else self._number(entry, birth, sex, centre.area, random)
        return Resident(
            index=len(self.residents) + 1,
            key=entry.get("key", ""),
            story=entry["story"],
            family=family,
            given=entry.get("given") or self._given(sex, birth.year, random),
            sex=sex,
            birth=birth,
            number=number,
            district=centre.district,
            area=centre.area,
            address=self._address(random),
            phone=phone(random),
            ethnic=entry.get("ethnic", "01"),
            married=birth.year <= self.until.year - 27,
            kin=self._kin(family, sex, birth, random),
            centre=centre,
            hospitals=tuple(house(code) for code in entry.get("hospitals", ())) or self._hospitals(random),
            allergies=tuple(entry.get("allergies", ())) or self._allergies(random),
            blood=(random.choice(_BLOOD), "Pos" if random.random() < 0.99 else "Neg"),
        )

    def _birth(self, entry: dict[str, Any], random: Random) -> date:
        years = entry["age"] if "age" in entry else random.randint(*entry["ages"])
        month, dom = entry.get("birthday") or (random.randint(1, 12), random.randint(1, 28))
        return min(_years_before(self.until, years, month, dom), self.until - timedelta(days=20))

    def _number(self, entry: dict[str, Any], birth: date, sex: str, area: str, random: Random) -> str:
        if "area" not in entry and birth.year < 1990 and random.random() < 0.25:
            area = random.choice(_WITHDRAWN)
        while True:
            sequence = 900 + 2 * random.randrange(50) + (1 if sex == "male" else 0)
            number = citizen_number(entry.get("area", area), birth, sequence)
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _given(self, sex: str, year: int, random: Random) -> str:
        return str(random.choice(self._names[sex][_generation(year)].split()))

    def _address(self, random: Random) -> str:
        street = random.choice(self._names["streets"].split())
        house, block = random.randint(1, 199), random.randint(1, 12)
        return f"{street}{house}号{block}栋{random.randint(1, 18)}0{random.randint(1, 6)}室"

    def _kin(self, family: str, sex: str, birth: date, random: Random) -> Kin:
        if birth.year > self.until.year - 20:
            return Kin(self._family(random), self._given("female", 1990, random), "MTH", phone(random))
        if birth.year < 1955:
            child = family or self._family(random)
            return Kin(child, self._given("male", birth.year + 28, random), "CHD", phone(random))
        other = "female" if sex == "male" else "male"
        return Kin(self._family(random), self._given(other, birth.year, random), "SPO", phone(random))

    def _family(self, random: Random) -> str:
        return str(random.choice(self._names["families"].split()))

    def _child(self, mother: Resident, entry: dict[str, Any], random: Random, index: int) -> Resident:
        sex = entry.get("sex") or random.choice(("male", "female"))
        family = mother.kin.family if mother.family else ""
        return replace(
            mother,
            index=index + 1,
            key=f"{mother.key}_child" if mother.key else "",
            story="newborn",
            family=family,
            given=entry.get("given") or self._given(sex, self.until.year, random),
            sex=sex,
            birth=self.until - timedelta(days=next(self._births)),
            number=None,
            married=False,
            kin=Kin(mother.family, mother.given, "MTH", mother.phone),
            allergies=(),
            blood=(mother.blood[0], "Pos"),
        )

    def _allergies(self, random: Random) -> tuple[str, ...]:
        return (random.choice(_ALLERGIES),) if random.random() < 0.15 else ()

    def _hospitals(self, random: Random) -> tuple[House, ...]:
        general = [each for each in houses() if not each.centre and each.kind == "A100"]
        return tuple(random.sample(general, random.choice((1, 1, 2))))

    @staticmethod
    def _centres() -> list[House]:
        return [each for each in houses() if each.centre]


def population(seed: int, until: date) -> tuple[Resident, ...]:
    """All residents, characters first, each with a number of its own."""
    entries = document("people.yaml")
    people = Population(seed, until)
    for entry in entries["characters"]:
        people.add(entry)
    for group in entries["crowd"]:
        for _ in range(group["count"]):
            people.add(group)
    return tuple(people.residents)
