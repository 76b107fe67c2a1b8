"""The records that houses keep of a resident: complete or not, and with the errors of their windows."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from random import Random
from typing import Any

import opencc
from borax.calendars.lunardate import LunarDate

from fhir.matching.citizen_number import SYSTEM
from fhir.matching.name import _SIMILAR, dialect
from fhir.search.names.pinyin import readings
from tests.support.population.person import AREAS, TODAY, Person

FILE, CARD = "urn:oid:2.16.156.10011.1.2", "urn:oid:2.16.156.10011.1.19"
SHARE_WITH_NUMBER = (0.97, 0.95, 0.92, 0.9, 0.85, 0.7, 0.6)
"""What part of the records of each house has a citizen number: hospitals, then clinics of villages."""
Patient = dict[str, Any]


class Records:
    """Draws the records of people from a seed, 2 to 6 for each."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._busy = [f"1390000{self._random.randrange(10_000):04d}" for _ in range(200)]
        self._serial = 0

    def of(self, person: Person) -> Iterator[Patient]:
        """A Patient for each house where he was."""
        for _ in range(self._random.choices((2, 3, 4, 5, 6), (30, 28, 20, 13, 9))[0]):
            yield self._record(person)

    def _record(self, person: Person) -> Patient:
        self._serial += 1
        random, house = self._random, self._random.randrange(len(SHARE_WITH_NUMBER))
        newborn = (TODAY - person.birth).days < 3 * 365 and person.mother and random.random() < 0.3
        patient: Patient = {
            "resourceType": "Patient",
            "id": f"{self._serial}",
            "identifier": [{"system": f"urn:htest:house:{house}", "value": f"{self._serial}"}],
            "name": [self._name(person)],
            "gender": self._sex(person),
        }
        if newborn and person.mother:
            child = random.choice(
                ("之女", "之子") if not person.twin else ("之大女", "之二女", "之长子", "之次子")
            )
            patient["name"] = [{"text": f"{person.mother.name}{child}"}]
        birth = self._birth(person)
        if birth:
            patient["birthDate"] = birth
        number = self._number(person, house, newborn=bool(newborn))
        if number:
            patient["identifier"].append({"system": SYSTEM, "value": number})
        if random.random() < 0.0015:
            self._borrow(patient, person)
        self._numbers(patient, person, house)
        self._contact(patient, person)
        if person.mother and (TODAY - person.birth).days < 14 * 365 and random.random() < 0.5:
            mother = {"relationship": [{"coding": [{"code": "MTH"}]}], "name": {"text": person.mother.name}}
            patient["contact"] = [mother]
        if person.twin and random.random() < 0.3:
            patient["multipleBirthBoolean"] = True
        return patient

    def _number(self, person: Person, house: int, *, newborn: bool) -> str:
        random = self._random
        if newborn and person.mother:
            return person.mother.number if random.random() < 0.25 else ""
        if not person.number or random.random() > SHARE_WITH_NUMBER[house]:
            return ""
        drawn = random.random()
        number = person.number
        if drawn < 0.006:
            at = random.randrange(17)
            return (
                number[:at] + random.choice([d for d in "0123456789" if d != number[at]]) + number[at + 1 :]
            )
        if drawn < 0.009:
            at = random.randrange(16)
            return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if drawn < 0.011 and person.mother:
            return person.mother.number
        if drawn < 0.03 and person.birth.year < 1985:
            return number[:6] + number[8:17]
        return number.lower() if drawn < 0.06 else number

    def _borrow(self, patient: Patient, person: Person) -> None:
        """The card of somebody at home; half of the windows take the birth date from it too."""
        card = self._random.choice(person.home.people)
        if card is person or not card.number:
            return
        others = [each for each in patient["identifier"] if each["system"] != SYSTEM]
        patient["identifier"] = [*others, {"system": SYSTEM, "value": card.number}]
        if self._random.random() < 0.5:
            patient["birthDate"] = card.birth.isoformat()

    def _numbers(self, patient: Patient, person: Person, house: int) -> None:
        if person.card and self._random.random() < 0.35:
            patient["identifier"].append({"system": CARD, "value": person.card})
        if person.file and house >= 5 and self._random.random() < 0.6:
            patient["identifier"].append({"system": FILE, "value": person.file})

    def _sex(self, person: Person) -> str:
        drawn = self._random.random()
        if drawn < 0.003:
            return "male" if person.sex == "female" else "female"
        return "unknown" if drawn < 0.015 else person.sex

    def _name(self, person: Person) -> Patient:
        family, given = person.family, person.given
        drawn = self._random.random()
        if drawn < 0.03 and family:
            given = self._mistaken(given, drawn)
        elif drawn < 0.035 and family:
            family = self._mistaken(family, 0.0)
        elif drawn < 0.04 and family:
            family, given = given, family
        elif drawn < 0.045:
            return {"text": "".join("".join(readings(each)[0]) for each in (family, given))}
        elif drawn < 0.05:
            return {"text": _traditional().convert(family + given)}
        elif drawn < 0.052:
            return {"text": "无名氏"}
        elif drawn < 0.06 and len(given) > 6:
            return {"text": (family + given)[:6]}
        elif drawn < 0.1 and len(family + given) == 2:
            return {"text": f"{family} {given}"}
        if not family:
            return {"text": given.replace("·", self._random.choice("·•．. ")) if "·" in given else given}
        for rare, plain in zip("䶮㛃堃喆珺翀镕", "龑洁坤哲君冲熔", strict=True):
            if rare in given and self._random.random() < 0.5:
                given = given.replace(rare, plain)
        return {"family": family, "given": [given]} if drawn < 0.5 else {"text": family + given}

    def _mistaken(self, text: str, drawn: float) -> str:
        at = self._random.randrange(len(text))
        pool = list(_sounding(text[at])) if drawn < 0.02 else sorted(_SIMILAR.get(text[at], ()))
        pool = [each for each in pool if each != text[at]]
        return text[:at] + self._random.choice(pool) + text[at + 1 :] if pool else text

    def _birth(self, person: Person) -> str:
        random, born = self._random, person.birth
        old = person.birth.year < 1956
        drawn = random.random()
        if drawn < 0.005 and born.day <= 12:
            return f"{born.year:04}-{born.day:02}-{born.month:02}"
        if drawn < 0.012:
            return f"{born.year + random.choice((-10, -1, 1, 10)):04}-{born.month:02}-{born.day:02}"
        if drawn < 0.019:
            return f"{born.year:04}-{born.month:02}-{random.randint(1, 28):02}"
        if drawn < (0.06 if old else 0.024):
            return f"{born.year}-01-01" if random.random() < 0.5 else f"{born.year}"
        if drawn < (0.1 if old else 0.03):
            return _lunar(born)
        return "" if drawn > 0.99 else born.isoformat()

    def _contact(self, patient: Patient, person: Person) -> None:
        random, home = self._random, person.home
        drawn = random.random()
        phone = person.phone
        if drawn < 0.1:
            phone = random.choice(home.phones)
        elif drawn < 0.2:
            phone = f"1{random.choice('3578')}{random.randrange(10**9):09d}"
        elif drawn < 0.23:
            phone = random.choice(self._busy)
        elif drawn < 0.24:
            at = random.randrange(3, 11)
            phone = phone[:at] + str((int(phone[at]) + 1) % 10) + phone[at + 1 :]
        if random.random() > 0.12:
            patient["telecom"] = [{"system": "phone", "value": phone}]
        if random.random() > 0.15:
            patient["address"] = [{"text": self._address(person)}]

    def _address(self, person: Person) -> str:
        home, drawn = person.home, self._random.random()
        place = f"{'四川省成都市' if drawn < 0.5 else ''}{AREAS[home.area]}"
        if self._random.random() < 0.1:
            return f"{place}{home.street}{self._random.randint(1, 400)}号"
        if self._random.random() < 0.15:
            return f"{place}{home.street}"
        if home.village:
            return f"{place}{home.street}{home.house % 15 + 1}组{home.block}号"
        if drawn < 0.25:
            return f"{place}{home.street}{home.house}号{home.block}-{home.unit}"
        return f"{place}{home.street}{home.house}号{home.block}栋{home.unit}室"


@cache
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


@cache
def _by_sound() -> dict[str, list[str]]:
    """The characters of given names and surnames by how they are heard."""
    from tests.support.population.person import _given, _surnames

    pool = {each for characters, _ in _given().values() for each in characters}
    found: dict[str, list[str]] = {}
    for each in sorted(pool | set("".join(_surnames()[0]))):
        found.setdefault(dialect(readings(each)[0]), []).append(each)
    return found


def _sounding(character: str) -> list[str]:
    return _by_sound().get(dialect(readings(character)[0]), [])


def _lunar(born: date) -> str:
    day = LunarDate.from_solar(born)
    return f"{day.year:04}-{day.month:02}-{day.day:02}"
