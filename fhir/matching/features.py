"""Features of a Patient for record linkage: what two records of one person may agree in.

FHIR R4 patient.html; china.md, "Matching persons". Everything is normalised here, once, so that comparing two
records is cheap.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir.matching import citizen_number
from fhir.matching.birth import DIFFERENT, Birth, agreement, birth, born
from fhir.matching.name import Name, name_of, names
from fhir.resource import Resource, reference_of
from fhir.search.names.fold import fold_contact, fold_identifier, simplified

_MOTHER = "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"
_MOTHERS = frozenset(("MTH", "NMTH", "STPMTH", "ADOPTM", "FTHFOST", "mother"))
CARDS = frozenset(("urn:oid:2.16.156.10011.1.2", "urn:oid:2.16.156.10011.1.19"))
"""Systems of numbers that a person keeps from house to house: health file, electronic health card."""
_PLACE = re.compile(r"^(?:中国|中华人民共和国)?(?:四川省?)?(?:成都市?)?")
_DISTRICT = re.compile(r"^[^\d\s]{1,6}?(?:新区|区|县|市)")
_SIGNS = re.compile(r"[^\w-]+|_")
_UNITS = re.compile(r"(?<=\d)(?:号院?|栋|幢|座|单元|楼|层|室|户|组|-)+")
_REPEATED = re.compile(r"(\d)\1+")
_SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of one Patient; what it does not tell is empty.

    `number` is a citizen number that is valid and his own, `valid` also those whose birth date is not his (a
    mother's, a borrowed card's), `shaped` also those that fail their check; `told`: the birth date is the
    record's word and not read from the number; `address` is whole and without signs, empty where it leads to
    no house; `mothers` are names as compared.
    """

    reference: str
    number: str
    valid: frozenset[str]
    shaped: frozenset[str]
    names: tuple[Name, ...]
    sex: str
    birth: Birth | None
    told: bool
    phones: frozenset[str]
    address: str
    district: str
    mothers: frozenset[str]
    cards: frozenset[str]
    multiple: bool

    @property
    def identity(self) -> tuple[Any, ...]:
        """What a change of makes it worth comparing the Patient anew."""
        return tuple(getattr(self, name) for name in self.__slots__ if name != "reference")


def features(patient: Resource) -> Features:
    """The features of a Patient that has an id; malformed elements are passed over."""
    shaped, valid = _numbers(patient)
    called = names(patient)
    told = birth(str(patient.get("birthDate") or ""))
    number = next((each for each in valid if _own(each, told, called)), "")
    address, district = _address(patient)
    return Features(
        reference=reference_of(patient),
        number=number,
        valid=frozenset(valid),
        shaped=shaped,
        names=called,
        sex=patient["gender"] if patient.get("gender") in ("male", "female") else "",
        birth=told or (born(number) if number else None),
        told=told is not None,
        phones=frozenset(_phones(patient)),
        address=address,
        district=district,
        mothers=frozenset((*_mothers(patient), *(name.parent for name in called if name.parent))),
        cards=frozenset(_cards(patient)),
        multiple=bool(patient.get("multipleBirthBoolean") or patient.get("multipleBirthInteger")),
    )


def own_identifiers(patient: Resource) -> Iterator[dict[str, Any]]:
    """The identifiers in use of a Patient, without citizen numbers that are another's (its mother's)."""
    number = features(patient).number
    for each in patient.get("identifier") or ():
        numbered = each.get("system") == citizen_number.SYSTEM
        told = citizen_number.valid(str(each.get("value") or "")) if numbered else None
        if each.get("use") != "old" and told in (None, number):
            yield each


def _identifiers(patient: Resource) -> Iterator[tuple[str, str]]:
    for each in patient.get("identifier") or ():
        if each.get("value") and each.get("use") != "old":
            yield str(each.get("system") or ""), str(each["value"])


def _numbers(patient: Resource) -> tuple[frozenset[str], list[str]]:
    """What was meant as a citizen number, and those that are valid; a file number of 18 digits is none."""
    given = [value for system, value in _identifiers(patient) if system == citizen_number.SYSTEM]
    found = [shape for value in given if (shape := citizen_number.shaped(value))]
    return frozenset(found), [number for value in given if (number := citizen_number.valid(value))]


def _cards(patient: Resource) -> Iterator[str]:
    for system, value in _identifiers(patient):
        if system in CARDS:
            yield f"{system}|{fold_identifier(value)}"


def _own(number: str, told: Birth | None, called: tuple[Name, ...]) -> bool:
    """Is a number the Patient's own, as far as the birth date tells? A baby without a name has none yet."""
    if told is None:
        return not any(name.parent for name in called)
    return agreement(born(number), told) != DIFFERENT


def _phones(patient: Resource) -> Iterator[str]:
    for each in patient.get("telecom") or ():
        number = fold_contact(str(each.get("value") or "")) if each.get("system") != "email" else ""
        digits = number.lstrip("+")
        if digits.isdigit() and len(digits) >= _SHORTEST_PHONE and not _REPEATED.fullmatch(digits[-7:]):
            yield number


def _address(patient: Resource) -> tuple[str, str]:
    """The first address that leads to a house, and the first district that any tells."""
    whole, district = "", ""
    for each in patient.get("address") or ():
        text = str(each.get("text") or "") or "".join(map(str, each.get("line") or ()))
        plain = _PLACE.sub("", _SIGNS.sub("", simplified(unicodedata.normalize("NFKC", text))))
        found = _DISTRICT.match(plain)
        district = district or (found[0] if found else _PLACE.sub("", str(each.get("district") or "")))
        rest = plain[found.end() :] if found else plain
        if not whole and any(character.isdigit() for character in rest):
            whole = _UNITS.sub("-", rest).rstrip("-")
    return whole, district


def _mothers(patient: Resource) -> Iterator[str]:
    for each in patient.get("extension") or ():
        if each.get("url") == _MOTHER and each.get("valueString"):
            yield name_of(str(each["valueString"])).text
    for each in patient.get("contact") or ():
        kinds = {
            coding.get("code")
            for kind in each.get("relationship") or ()
            for coding in kind.get("coding") or ()
        }
        if kinds & _MOTHERS:
            yield from (name.text for name in names({"name": [each.get("name") or {}]}))
