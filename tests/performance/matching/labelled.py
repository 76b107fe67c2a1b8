"""The labelled records of a population: who each of them is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fhir.matching.features import Features, features
from tests.support.population.person import Population
from tests.support.population.record import Patient, Records

COLUMNS = ("unique_id", "number", "name", "sex", "birth", "phone", "address", "card")


@dataclass
class Labelled:
    """Records with the person of each, in one order."""

    patients: list[Patient]
    people: list[int]

    @classmethod
    def drawn(cls, residents: int, seed: int) -> "Labelled":
        """The records of so many residents."""
        draw = Records(seed + 1000)
        rows = [
            (person.id, patient)
            for person in Population(seed).people(residents)
            for patient in draw.of(person)
        ]
        return cls([patient for _, patient in rows], [id for id, _ in rows])

    def features(self) -> list[Features]:
        """What is compared of each record."""
        return [features(patient) for patient in self.patients]

    def write(self, path: Path) -> None:
        """As a table for other programs: numbers, dates and names as the houses gave them."""
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            rows.writerows(self._rows())

    def _rows(self) -> Iterator[list[str]]:
        for at, patient in enumerate(self.patients):
            numbers = {each["system"]: each["value"] for each in patient["identifier"]}
            name = patient["name"][0]
            yield [
                str(at),
                numbers.get("urn:oid:2.16.156.10011.1.3", "").upper(),
                name.get("text") or name["family"] + "".join(name["given"]),
                patient["gender"] if patient["gender"] != "unknown" else "",
                patient.get("birthDate", ""),
                next((each["value"] for each in patient.get("telecom", ())), ""),
                next((each["text"] for each in patient.get("address", ())), ""),
                numbers.get("urn:oid:2.16.156.10011.1.19", ""),
            ]
