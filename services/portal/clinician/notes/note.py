"""Clinical note: a DocumentReference with its text, by one author, of one house; and the draft of one.

FHIR R4 documentreference.html (docStatus final, amended; status entered-in-error where it was withdrawn, its
description says why); LOINC document types. A draft is no resource (`auth.store.note_drafts`).
"""

import base64
from dataclasses import dataclass
from datetime import datetime

from auth.access.written import WITHDRAWN
from auth.principal import Principal
from auth.store.note_drafts import Draft
from fhir.resource import Resource, instant
from fhir.summary.coding import LOINC, many
from fhir.summary.documents import inline_text
from fhir.summary.moment import CHENGDU, Moment, Precision, first_moment
from fhir.summary.source import target
from fhir.summary.wording import Wording, named
from services.portal.catalogue import mark

KINDS = {
    "34131-3": mark("门诊记录"),
    "11506-3": mark("随访记录"),
    "11488-4": mark("会诊意见"),
    "34133-9": mark("病情小结"),
}
TYPE = "DocumentReference"
DRAFT = "preliminary"
"""The state of a draft; as docStatus it stands in what an earlier version of the platform kept."""
_DRAFT_VERSION = "draft-"
_PLAIN = "text/plain"


@dataclass(frozen=True, slots=True)
class Note:
    """One note as it stands: its kind, text, state, author, house, time."""

    id: str
    patient: str
    title: Wording
    text: str
    state: str
    author: str
    writer: str
    house: str
    when: Moment | None
    version: str = ""
    reason: str = ""

    @property
    def withdrawn(self) -> bool:
        """Was it written by mistake? Then no list shows it."""
        return self.state == WITHDRAWN

    @property
    def draft(self) -> bool:
        """Is it not signed yet? Then its author alone is shown it."""
        return self.state == DRAFT

    @property
    def filed(self) -> bool:
        """Does it lie in the file of the resident? A draft does not, but for those of an earlier version."""
        return not self.version.startswith(_DRAFT_VERSION)

    def shown_to(self, who: Principal) -> bool:
        """May this doctor be shown it, of those who may read the file?"""
        return not self.draft or self.author == who.practitioner

    def listed_to(self, who: Principal) -> bool:
        """Does it stand in the lists that this doctor is shown?"""
        return self.shown_to(who) and not self.withdrawn


def note(resource: Resource) -> Note | None:
    """A DocumentReference as a note; None where it is no note that was written here."""
    text = inline_text(next(iter(many(resource.get("content"))), {}))
    writers, status = many(resource.get("author")), resource.get("status")
    if text is None or len(writers) != 1:
        return None
    if status not in ("current", WITHDRAWN) or "custodian" not in resource:
        return None
    withdrawn, meta = status == WITHDRAWN, resource.get("meta") or {}
    return Note(
        str(resource.get("id", "")),
        target(resource.get("subject")),
        named(resource.get("type")),
        text,
        WITHDRAWN if withdrawn else str(resource.get("docStatus", "")),
        target(writers[0]),
        str(writers[0].get("display", "")),
        str((resource.get("custodian") or {}).get("display", "")),
        first_moment(meta.get("lastUpdated") if withdrawn else resource.get("date")),
        str(meta.get("versionId", "")),
        str(resource.get("description", "")) if withdrawn else "",
    )


def drafted(draft: Draft, who: Principal, house: str) -> Note:
    """A draft as its author is shown it; `house` is the name of his."""
    when = Moment(draft.written.astimezone(CHENGDU), Precision.MINUTE)
    title = named({"coding": [{"system": LOINC, "code": draft.kind}], "text": KINDS.get(draft.kind, "")})
    version = f"{_DRAFT_VERSION}{draft.version}"
    return Note(
        draft.id, draft.patient, title, draft.text, DRAFT, draft.author, who.name, house, when, version
    )


def made(who: Principal, patient: str, house: str, kind: str, now: datetime) -> Resource:
    """A new note without its text."""
    name = KINDS[kind]
    return {
        "resourceType": TYPE,
        "status": "current",
        "type": {"coding": [{"system": LOINC, "code": kind}], "text": name},
        "subject": {"reference": patient},
        "date": instant(now),
        "author": [{"reference": str(who.practitioner), "display": who.name}],
        "custodian": {"reference": str(who.organization), "display": house},
    }


def written(resource: Resource, who: Principal, text: str, state: str, now: datetime) -> Resource:
    """The note with this text in this state, signed by its author."""
    data = base64.b64encode(text.encode()).decode()
    attachment = {
        "contentType": f"{_PLAIN};charset=utf-8",
        "language": "zh-CN",
        "data": data,
        "creation": instant(now),
    }
    return resource | {
        "docStatus": state,
        "date": instant(now),
        "authenticator": {"reference": str(who.practitioner), "display": who.name},
        "content": [{"attachment": attachment}],
    }


def withdrawn(resource: Resource, reason: str) -> Resource:
    """The note as one that was written by mistake."""
    return resource | {"status": WITHDRAWN, "description": reason}
