"""CodeableConcept: what a code of a fixed table is called, in both languages.

FHIR R4 CodeableConcept. The tables of China (fhir/definitions/china.yaml: nationality, marital status,
kinship, kinds of documents) and HL7's (words/codes.yaml). A code of any other table has no name here.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from fhir.definitions.chinese_tables import chinese_tables
from fhir.resource import Resource
from fhir.summary.coding import codings, is_null_flavor
from fhir.terminology.code_system import is_reused
from fhir.terminology.table_name import is_version


class CodeName(NamedTuple):
    """What a code is called."""

    chinese: str
    english: str


class Fixed(NamedTuple):
    """A coding of a fixed table, and what its code is called there."""

    coding: Resource
    name: CodeName

    @property
    def says_nothing(self) -> bool:
        """Is it only why there is no code? (HL7 v3 NullFlavor)"""
        return is_null_flavor(str(self.coding.get("system", "")))


def code_name(*concepts: Any) -> CodeName | None:
    """The name of the first code of a fixed table; None where there is none."""
    found = fixed_coding(*concepts)
    return found.name if found else None


def fixed_coding(*concepts: Any) -> Fixed | None:
    """The first coding of a fixed table; why there is no code only where that is all."""
    found = [
        Fixed(coding, name)
        for concept in concepts
        for coding in codings(concept)
        if (name := _of(coding)) is not None
    ]
    return next((each for each in found if not each.says_nothing), found[0] if found else None)


def code_names(system: str) -> dict[str, CodeName]:
    """What each code of a fixed table is called; {} for any other table."""
    return {code: name for _, known in _tables().get(system, ()) for code, name in known.items()}


def place_name(chinese: str) -> str:
    """An address down to the district in English by GB/T 2260, the smallest place first; "" where the tables
    lack a part of it (they have the provinces and the districts of Chengdu)."""
    whole, part = _place_patterns()
    if not whole.fullmatch(chinese):
        return ""
    names = _places()
    return ", ".join(names[each] for each in reversed(part.findall(chinese)))


def _of(coding: Resource) -> CodeName | None:
    tables = _tables().get(str(coding.get("system", "")))
    if not tables:
        return None
    code, version = str(coding.get("code", "")), str(coding.get("version", ""))
    known = (codes for table, codes in tables if _is_meant(table, version))
    return next((codes[code] for codes in known if code in codes), None)


def _is_meant(table: Resource, version: str) -> bool:
    """A code counts with its OID alone, but where two tables share that: with the name of its table."""
    return not is_reused(table) or is_version(table, version)


@cache
def _tables() -> dict[str, list[tuple[Resource, dict[str, CodeName]]]]:
    found: dict[str, list[tuple[Resource, dict[str, CodeName]]]] = {}
    for table in (each for each in chinese_tables() if each["resourceType"] == "CodeSystem"):
        found.setdefault(table["url"], []).append((table, dict(_concepts(table))))
    path = Path(__file__).with_name("words") / "codes.yaml"
    for system, said in yaml.safe_load(path.read_text("utf-8")).items():
        found.setdefault(system, []).append(({}, {str(code): CodeName(*both) for code, both in said.items()}))
    return found


def _concepts(table: Resource) -> Iterator[tuple[str, CodeName]]:
    for each in table.get("concept", ()):
        english = next((told["value"] for told in each.get("designation", ())), each["display"])
        yield each["code"], CodeName(each["display"], english[:1].upper() + english[1:])
        yield from _concepts(each)


@cache
def _places() -> dict[str, str]:
    districts = (name for _, codes in _tables()["urn:furong:table:GB/T2260"] for name in codes.values())
    path = Path(__file__).with_name("words") / "provinces.yaml"
    names: dict[str, str] = yaml.safe_load(path.read_text("utf-8"))
    for each in districts:
        names.setdefault(each.chinese, each.english.removesuffix(" (withdrawn)"))
    return names


@cache
def _place_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """An address, and one place in it; of names that begin alike the longest."""
    part = "|".join(sorted(map(re.escape, _places()), key=len, reverse=True))
    return re.compile(f"(?:{part})+"), re.compile(part)
