"""Patient: who the file is about, with what is shown of a citizen number and a telephone.

FHIR R4 Patient; numbers on screen keep 6 + 4 characters, telephones 3 + 4.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.moment import Moment, Precision, moment
from fhir.summary.wording import Name

CITIZEN_NUMBER = "urn:oid:2.16.156.10011.1.3"
_HAN = re.compile(r"[⺀-鿿豈-﫿\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Banner:
    """The head of every page about a person."""

    id: str
    name: str
    other_names: tuple[str, ...]
    sex: str
    birth: Moment | None
    age: "Age | None"
    number: str | None
    phone: str | None
    deceased: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, and completed months for a small child."""

    years: int
    months: int


def banner(patients: Sequence[Resource], today: date) -> Banner:
    """The head of a person's page from the source Patients; the newest source speaks first."""
    newest = sorted(patients, key=lambda p: str((p.get("meta") or {}).get("lastUpdated", "")), reverse=True)
    names = list(dict.fromkeys(name for p in newest for name in names_of(p)))
    birth = _first(moment(p.get("birthDate")) for p in newest)
    return Banner(
        id=str(newest[0].get("id", "")),
        name=Name(names[0]) if names else "",
        other_names=tuple(map(Name, names[1:4])),
        sex=_first(p.get("gender") for p in newest) or "unknown",
        birth=birth,
        age=age(birth.day, today) if birth and _exact(birth) and birth.day <= today else None,
        number=masked_number(_first(citizen_number(p) for p in newest)),
        phone=masked_phone(_first(phone_of(p) for p in newest)),
        deceased=any(p.get("deceasedBoolean") or p.get("deceasedDateTime") for p in newest),
        synthetic=any(is_synthetic(p) for p in newest),
    )


def names_of(patient: Resource) -> list[str]:
    """All current names as they are written; those in Han characters first."""
    names = [written(name) for name in many(patient.get("name")) if name.get("use") != "old"]
    return sorted(filter(None, names), key=lambda name: not _HAN.search(name))


def written(name: dict[str, Any]) -> str:
    """A HumanName as one string: its text, else family first where it is in Han characters."""
    if name.get("text"):
        return str(name["text"]).strip()
    family, given = str(name.get("family") or ""), [str(part) for part in many(name.get("given"))]
    if _HAN.search(family + "".join(given)):
        return family + "".join(given)
    return " ".join(part for part in (*given, family) if part)


def citizen_number(patient: Resource) -> str | None:
    """The citizen number of a Patient, unmasked: for comparison and the page of whole numbers."""
    return _string(
        i.get("value") for i in many(patient.get("identifier")) if i.get("system") == CITIZEN_NUMBER
    )


def phone_of(patient: Resource) -> str | None:
    """A telephone number, unmasked."""
    return next(iter(phones(patient)), None)


def phones(patient: Resource) -> list[str]:
    """All telephone numbers, unmasked."""
    given = (t.get("value") for t in many(patient.get("telecom")) if t.get("system", "phone") == "phone")
    return [str(value) for value in given if value]


def masked_number(number: str | None) -> str | None:
    """`510104********9013`: the first 6 and last 4 characters; of a short number the last 2."""
    if not number:
        return None
    return number[:6] + "*" * (len(number) - 10) + number[-4:] if len(number) >= 15 else "****" + number[-2:]


def masked_phone(phone: str | None) -> str | None:
    """`138****5678`: the first 3 and the last 4 digits of 11; a shorter one keeps its last 4 at most."""
    if not phone:
        return None
    digits = re.sub(r"\D", "", phone)
    return digits[:-8] + "****" + digits[-4:] if len(digits) >= 11 else "****" + digits[-2:]


def age(birth: date, today: date) -> Age:
    """Completed years and months at `today`."""
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    return Age(months // 12, months)


def _exact(birth: Moment) -> bool:
    return birth.precision >= Precision.DAY


def is_synthetic(resource: Resource) -> bool:
    """True for what is labelled HTEST: made up for tests and demonstrations."""
    meta = resource.get("meta") or {}
    return any(c.get("code") == "HTEST" for c in many(meta.get("security")) + many(meta.get("tag")))


def _string(values: Iterable[Any]) -> str | None:
    return next((str(value) for value in values if value), None)


def _first(values: Any) -> Any:
    return next((value for value in values if value), None)
