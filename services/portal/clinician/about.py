"""What the pages share on which a doctor writes about one resident: who it is, how long a text may be, and
what was sent already.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from auth import moment as clock
from fhir.identity import new_id
from fhir.resource import ID
from fhir.summary.moment import Moment, local_day
from fhir.summary.patient import banner
from fhir.summary.reading import sources
from services.portal.clinician.sought import sought
from services.portal.visit import Visit

SHORTEST = 4
_LATELY = timedelta(minutes=10)
_SYSTEM = "urn:furong:form"


async def about(visit: Visit, id: str) -> dict[str, Any]:
    """The resident for `clinician/templates/about.html`; a Refusal (404) where he is unknown or hidden."""
    with sought(visit, id):
        patients = await sources(visit.context, id)
    visit.context.trail.query = None
    return {"person": banner(patients, local_day()), "id": id, "form": new_id()}


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it was given out: what is sent twice, by a second click, is written once."""

    name: str

    @classmethod
    def of(cls, sent: Any) -> "Form":
        """The form that was sent; a new one where it has no name."""
        name = str(sent.get("form", ""))
        return cls(name if ID.fullmatch(name) else new_id())

    @property
    def identifier(self) -> dict[str, str]:
        """What it writes bears this."""
        return {"system": _SYSTEM, "value": self.name}

    @property
    def criteria(self) -> str:
        """If-None-Exist."""
        return f"identifier={_SYSTEM}|{self.name}"


def saying(secret: str, *said: str) -> Form:
    """One form for all that say the same in a session: its name is a keyed hash that tells nothing of it."""
    return Form(hmac.new(secret.encode(), "\0".join(said).encode(), hashlib.sha256).hexdigest())


def lately(when: Moment | None) -> bool:
    """Was it sent so lately that the same words, sent once more, are meant to be the same thing?"""
    return when is not None and clock.now() - when.start <= _LATELY


def same(text: str, other: str) -> bool:
    """Do two texts say the same, however their lines end?"""
    return text.strip().splitlines() == other.strip().splitlines()


def worded(text: str, longest: int) -> bool:
    """Is something said, and not too much?"""
    return SHORTEST <= len(text) <= longest
