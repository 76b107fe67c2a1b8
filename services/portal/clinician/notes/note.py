"""Clinical note: a DocumentReference with its text, by one author, of one house.

FHIR R4 documentreference.html (docStatus preliminary, final, amended); LOINC document types.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from auth.principal import Principal
from fhir.resource import Resource, instant
from fhir.summary.coding import LOINC, many, text_of
from fhir.summary.moment import Moment, first_moment
from fhir.summary.source import target
from services.portal.catalogue import mark

KINDS = {
    "34131-3": mark("门诊记录"),
    "11506-3": mark("随访记录"),
    "11488-4": mark("会诊意见"),
    "34133-9": mark("病情小结"),
}
DRAFT = "preliminary"
_PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class Note:
    """One note as it stands: its kind, text, state, author, house, time."""

    id: str
    patient: str
    title: str
    text: str
    state: str
    author: str
    writer: str
    house: str
    when: Moment | None
    version: str = ""

    @property
    def draft(self) -> bool:
        """Is it not signed yet? Then its author alone is shown it."""
        return self.state == DRAFT

    def shown_to(self, who: Principal) -> bool:
        """May this doctor be shown it, of those who may read the file?"""
        return not self.draft or self.author == who.practitioner


def note(resource: Resource) -> Note | None:
    """A DocumentReference as a note; None where it is no note that was written here."""
    attachment = next((one.get("attachment") or {} for one in many(resource.get("content"))), {})
    writers = many(resource.get("author"))
    if not str(attachment.get("contentType", "")).startswith(_PLAIN) or len(writers) != 1:
        return None
    if resource.get("status") != "current" or "data" not in attachment or "custodian" not in resource:
        return None
    try:
        text = base64.b64decode(attachment["data"]).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Note(
        str(resource.get("id", "")),
        target(resource.get("subject")),
        text_of(resource.get("type")),
        text,
        str(resource.get("docStatus", "")),
        target(writers[0]),
        str(writers[0].get("display", "")),
        str((resource.get("custodian") or {}).get("display", "")),
        first_moment(resource.get("date")),
        str((resource.get("meta") or {}).get("versionId", "")),
    )


def made(who: Principal, patient: str, house: str, kind: str, now: datetime) -> Resource:
    """A new note without its text."""
    name = KINDS[kind]
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": DRAFT,
        "type": {"coding": [{"system": LOINC, "code": kind}], "text": name},
        "subject": {"reference": patient},
        "date": instant(now),
        "author": [{"reference": str(who.practitioner), "display": who.name}],
        "custodian": {"reference": str(who.organization), "display": house},
    }


def written(resource: Resource, who: Principal, text: str, state: str, now: datetime) -> Resource:
    """The note with this text in this state; what is no draft is signed by its author."""
    data = base64.b64encode(text.encode()).decode()
    attachment = {
        "contentType": f"{_PLAIN};charset=utf-8",
        "language": "zh-CN",
        "data": data,
        "creation": instant(now),
    }
    signed = (
        {} if state == DRAFT else {"authenticator": {"reference": str(who.practitioner), "display": who.name}}
    )
    changed = {"docStatus": state, "date": instant(now), "content": [{"attachment": attachment}]}
    return {k: v for k, v in resource.items() if k != "authenticator"} | signed | changed
