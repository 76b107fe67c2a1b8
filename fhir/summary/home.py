"""Home: the institution that keeps a resident's health file, and the family doctor.

FHIR R4 episodeofcare.html: the open one of type `health-file` (ADR 24).
"""

import re
from dataclasses import dataclass

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.file import HealthFile
from fhir.summary.patient import names_of, phones
from fhir.summary.source import target

SYSTEM, CODE = "urn:furong:CodeSystem:episode-of-care-type", "health-file"
_NUMBER = re.compile(r"[+(]?\d[\d() -]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Home:
    """The names of both, as far as they are known; `held` that the file is on hold."""

    house: str | None
    doctor: str | None
    held: bool = False
    phone: str = ""
    """That of the doctor, else of the house."""

    @property
    def dialled(self) -> str:
        """The telephone as a device dials it, up to an extension; "" where it begins with none (RFC 3966)."""
        begun = _NUMBER.match(self.phone.strip())
        return "".join(sign for sign in begun[0] if sign.isdigit() or sign == "+") if begun else ""


def home(file: HealthFile) -> Home | None:
    """The home of a file; None where nobody keeps it."""
    kept = [each for each in file.of("EpisodeOfCare") if is_open(each)]
    if not kept:
        return None
    newest = max(kept, key=lambda each: str((each.get("period") or {}).get("start", "")))
    house = file.organizations.get(target(newest.get("managingOrganization")), {})
    manager = newest.get("careManager") or {}
    known = file.doctors.get(target(manager), {})
    named = names_of(known)
    doctor = named[0] if named else manager.get("display")
    phone = next((each for of in (known, house) for each in phones(of)), "")
    return Home(house.get("name"), doctor, newest.get("status") == "onhold", phone)


def is_open(episode: Resource) -> bool:
    """Is it a health file that has not ended?"""
    codings = (coding for each in many(episode.get("type")) for coding in many(each.get("coding")))
    typed = any(each.get("system") == SYSTEM and each.get("code") == CODE for each in codings)
    return typed and episode.get("status") in ("active", "onhold")
