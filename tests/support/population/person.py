"""The residents: households with couples, children, parents and twins, who share a door and a telephone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

from fhir.matching.citizen_number import check_digit

_DATA = Path(__file__).parent / "data"
TODAY = date(2026, 7, 1)
AREAS = {
    "510104": "锦江区", "510105": "青羊区", "510106": "金牛区", "510107": "武侯区", "510108": "成华区",
    "510112": "龙泉驿区", "510113": "青白江区", "510114": "新都区", "510115": "温江区", "510116": "双流区",
    "510117": "郫都区", "510118": "新津区", "510121": "金堂县", "510129": "大邑县", "510131": "蒲江县",
    "510181": "都江堰市", "510182": "彭州市", "510183": "邛崃市", "510184": "崇州市", "510185": "简阳市",
}  # fmt: skip
WITHDRAWN = (
    "510102",
    "510103",
    "510111",
    "510122",
    "510123",
    "510124",
    "510125",
    "510126",
    "513902",
    "512081",
)
_ELSEWHERE = ("511024", "510525", "511322", "512923", "500101", "522121", "513021", "511123")


@dataclass
class Home:
    """Where a household lives, and its telephones."""

    area: str
    street: str
    house: int
    block: int
    unit: int
    village: bool
    phones: list[str] = field(default_factory=list)
    people: list["Person"] = field(default_factory=list)


@dataclass
class Person:
    """A resident as he is; `number` is empty for foreigners and for some of the old."""

    id: int
    family: str
    given: str
    sex: str
    birth: date
    number: str
    home: Home
    phone: str
    mother: "Person | None" = None
    twin: bool = False
    card: str = ""
    file: str = ""
    foreign: bool = False

    @property
    def name(self) -> str:
        """The whole name."""
        return self.family + self.given


@cache
def _pool(name: str) -> list[str]:
    """The entries of one line of data/pools.txt."""
    lines = (_DATA / "pools.txt").read_text("utf-8").splitlines()
    return next(line.partition(": ")[2].split("|") for line in lines if line.startswith(f"{name}: "))


@cache
def _surnames() -> tuple[list[str], list[int]]:
    rows = [line.split() for line in (_DATA / "surnames.txt").read_text("utf-8").splitlines()[1:]]
    return [row[0] for row in rows], list(accumulate(int(row[1]) for row in rows))


@cache
def _given() -> dict[tuple[str, int], tuple[list[str], list[float]]]:
    rows = [line.split() for line in (_DATA / "given.txt").read_text("utf-8").splitlines()[1:]]
    return {
        (row[0], int(row[1])): (row[2:], list(accumulate(1 / (place + 3) for place in range(len(row) - 2))))
        for row in rows
    }


class Population:
    """Draws households from a seed until there are enough people."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._numbers: set[str] = set()
        self._count = 0
        self._twins = 0

    def people(self, count: int) -> Iterator[Person]:
        """So many residents, whole households but for the last."""
        while self._count < count:
            for person in self._household():
                if person.id < count:
                    yield person

    def _household(self) -> list[Person]:
        home = self._home()
        kind = self._random.random()
        if kind < 0.2:
            return [self._person(home, self._surname(), self._random.randint(18, 92))]
        age = self._random.randint(23, 84)
        man = self._person(home, self._surname(), age, "male")
        woman = self._person(home, self._surname(), max(20, age - self._random.randint(-3, 6)), "female")
        found = [man, woman]
        if kind < 0.75:
            found += self._children(home, man, woman)
        if kind > 0.85 and age < 60:
            found.append(self._person(home, man.family, age + self._random.randint(21, 33)))
        return found

    def _children(self, home: Home, man: Person, woman: Person) -> list[Person]:
        years = (TODAY - woman.birth).days // 365
        found: list[Person] = []
        for _ in range(self._random.choice((1, 1, 1, 2))):
            age = years - self._random.randint(20, 36)
            if age < 0:
                continue
            child = self._person(home, man.family, age, mother=woman)
            found.append(child)
            if self._random.random() < 0.012:
                found.append(self._twin(child))
        return found

    def _twin(self, one: Person) -> Person:
        """Of the same day, with a name that shares a character, often of one look or sound."""
        sex = one.sex if self._random.random() < 0.65 else ("female" if one.sex == "male" else "male")
        given = one.given[:-1] + self._characters(sex, one.birth.year, 1) if len(one.given) > 1 else ""
        if not given or given == one.given:
            given = self._characters(sex, one.birth.year, 2)
        twin = self._person(one.home, one.family, 0, sex, one.mother, born=one.birth)
        twin.given, twin.twin, one.twin = given, True, True
        return twin

    def _person(
        self,
        home: Home,
        family: str,
        age: int,
        sex: str = "",
        mother: Person | None = None,
        born: date | None = None,
    ) -> Person:
        random = self._random
        sex = sex or random.choice(("male", "female"))
        birth = born or TODAY - timedelta(days=age * 365 + age // 4 + random.randint(0, 364))
        person = Person(self._count, family, self._name(sex, birth.year), sex, birth, "", home, "", mother)
        self._count += 1
        home.people.append(person)
        self._peculiar(person)
        if not person.foreign and random.random() > (0.02 if age > 80 else 0.004):
            person.number = self._number(person)
        years = (TODAY - birth).days // 365
        person.phone = self._phone(home, shared=years < 14 or (years > 70 and random.random() < 0.5))
        if random.random() < 0.6:
            person.card = f"{random.getrandbits(160):040X}"
        if random.random() < 0.7:
            person.file = (
                f"{home.area}{random.randint(1, 40):03}{random.randint(1, 120):03}{person.id % 100_000:05}"
            )
        return person

    def _peculiar(self, person: Person) -> None:
        drawn = self._random.random()
        if drawn < 0.004:
            person.family, person.given = "", self._random.choice(_pool("minority"))
        elif drawn < 0.006:
            person.family, person.given, person.foreign = "", self._random.choice(_pool("foreign")), True
        elif drawn < 0.008:
            person.given = self._random.choice("䶮㛃堃喆珺翀镕") + person.given[1:]

    def _surname(self) -> str:
        names, shares = _surnames()
        return self._random.choices(names, cum_weights=shares)[0]

    def _name(self, sex: str, year: int) -> str:
        return self._characters(
            sex, year, 1 if self._random.random() < (0.25 if year >= 1970 else 0.08) else 2
        )

    def _characters(self, sex: str, year: int, count: int) -> str:
        start = max(first for first in (1900, 1955, 1975, 1995) if first <= year)
        characters, shares = _given()[sex, start]
        return "".join(self._random.choices(characters, cum_weights=shares, k=count))

    def _number(self, person: Person) -> str:
        random = self._random
        area = random.choice(tuple(AREAS)) if random.random() < 0.3 else person.home.area
        if person.birth.year < 1995 and random.random() < 0.3:
            area = random.choice(WITHDRAWN + _ELSEWHERE)
        while True:
            sequence = 2 * random.randrange(500) + (person.sex == "male")
            first = f"{area}{person.birth:%Y%m%d}{sequence:03}"
            number = first + check_digit(first)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def _phone(self, home: Home, *, shared: bool) -> str:
        if home.phones and (shared or self._random.random() < 0.05):
            return self._random.choice(home.phones)
        phone = f"1{self._random.choice('3578')}{self._random.randrange(10**9):09d}"
        home.phones.append(phone)
        return phone

    def _home(self) -> Home:
        random = self._random
        village = random.random() < 0.35
        street = random.choice(_pool("villages" if village else "streets"))
        house, block, unit = random.randint(1, 400), random.randint(1, 30), random.randint(101, 3306)
        return Home(random.choice(tuple(AREAS)), street, house, block, unit, village)
