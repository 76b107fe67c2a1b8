"""Code systems of the demonstration: tests, panels, drugs, diagnoses, vaccines, allergies.

The tables are the CSV and YAML files of data/: LOINC, UCUM, ATC, ICD-10 and CVX codes beside the Chinese
names and the local codes of the houses.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Concept:
    """A code with its names in English and Chinese, and the code that houses use among themselves."""

    key: str
    code: str
    name: str
    zh: str
    local: str = ""


@dataclass(frozen=True)
class Test(Concept):
    """A test or a measurement: OBX-2, units (UCUM and as houses write them) and reference range."""

    __test__ = False

    type: str = "NM"
    unit: str = ""
    local_unit: str = ""
    decimals: int = 0
    male: tuple[float | None, float | None] = (None, None)
    female: tuple[float | None, float | None] = (None, None)

    def range(self, sex: str) -> tuple[float | None, float | None]:
        """The reference range for one sex; None where a side is open."""
        return self.female if sex == "female" else self.male


@dataclass(frozen=True)
class Panel(Concept):
    """What one OBR reports: its tests in order and its diagnostic section (table 0074)."""

    section: str = ""
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drug(Concept):
    """A medicine (ATC) with the dose as prescribed."""

    dose: str = ""
    unit: str = ""
    form: str = ""
    route: str = ""
    frequency: str = ""
    days: int = 0


@dataclass(frozen=True)
class Vaccine(Concept):
    """One dose of the immunisation schedule (CVX): due at `age_months`, None outside the schedule."""

    dose: int = 1
    age_months: int | None = None
    route: str = ""
    site: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Allergy(Concept):
    """An intolerance: table 0127 kind, table 0128 severity, reaction."""

    kind: str = ""
    severity: str = ""
    reaction: str = ""


def document(name: str) -> Any:
    """The content of one YAML file of data/."""
    return yaml.safe_load((files("services.demo") / "data" / name).read_text("utf-8"))


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("services.demo") / "data" / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _test(row: dict[str, str]) -> Test:
    male = (_number(row["low"]), _number(row["high"]))
    female = (_number(row["low_female"]) or male[0], _number(row["high_female"]) or male[1])
    return Test(
        row["key"], row["loinc"], row["name"], row["zh"], row["local"],
        type=row["type"], unit=row["unit"], local_unit=row["local_unit"], decimals=int(row["decimals"]),
        male=male, female=female,
    )  # fmt: skip


@cache
def tests() -> dict[str, Test]:
    """Tests and measurements by key."""
    return {row["key"]: _test(row) for row in _rows("tests.csv")}


@cache
def panels() -> dict[str, Panel]:
    """Report panels by key."""
    return {
        key: Panel(key, entry["code"], entry["name"], entry["zh"], f"P{number:03d}", entry["section"],
                   tuple(entry["tests"]))
        for number, (key, entry) in enumerate(document("panels.yaml").items(), 1)
    }  # fmt: skip


@cache
def drugs() -> dict[str, Drug]:
    """Medicines by key."""
    return {
        row["key"]: Drug(row["key"], row["atc"], row["name"], row["zh"], f"YP{number:04d}", row["dose"],
                         row["unit"], row["form"], row["route"], row["frequency"], int(row["days"]))
        for number, row in enumerate(_rows("drugs.csv"), 1)
    }  # fmt: skip


@cache
def diagnoses() -> dict[str, Concept]:
    """Diagnoses (ICD-10 with the Chinese extension) by key."""
    return {
        row["key"]: Concept(row["key"], row["icd10"], row["name"], row["zh"])
        for row in _rows("diagnoses.csv")
    }


@cache
def vaccines() -> dict[str, Vaccine]:
    """Vaccine doses by key."""
    return {
        row["key"]: Vaccine(row["key"], row["cvx"], row["name"], row["zh"], row["local"], int(row["dose"]),
                            int(row["age_months"]) if row["age_months"] else None, row["route"], row["site"],
                            row["amount"])
        for row in _rows("vaccines.csv")
    }  # fmt: skip


@cache
def allergies() -> dict[str, Allergy]:
    """Intolerances by key."""
    return {
        row["key"]: Allergy(row["key"], "", row["name"], row["zh"], row["local"], row["kind"],
                            row["severity"], row["reaction"])
        for row in _rows("allergies.csv")
    }  # fmt: skip
