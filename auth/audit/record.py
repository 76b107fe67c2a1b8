"""Audit record: one per request, with all of its patients.

FHIR R4 security.html (audit logging). What BALP wants as one AuditEvent per patient is stored once and
unfolded when it is read (`auth.audit.balp`).
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self

import orjson

from auth import moment as clock
from auth.principal import Principal


class Interaction(StrEnum):
    """What was asked for: the RESTful interactions, a page of the platform, and what security is about.

    CONFIGURE changes an account, a client or a setting; EMERGENCY opens a file by break-glass, EMERGENCY_END
    closes it; REVIEW judges what another has done; CONSENT is the decision of a Consent (the record's entity)
    about a request. PIX, PDQ and PERSON_QUERY are queries by HL7 v2 (IHE ITI-9 and ITI-21, and QBP^Q21).
    """

    READ = "read"
    VREAD = "vread"
    HISTORY = "history"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    TRANSACTION = "transaction"
    BATCH = "batch"
    OPERATION = "operation"
    VIEW = "view"
    TOKEN = "token"  # noqa: S105
    LOG_IN = "login"
    LOG_OUT = "logout"
    CONFIGURE = "configure"
    EMERGENCY = "emergency"
    EMERGENCY_END = "emergency-end"
    REVIEW = "review"
    CONSENT = "consent"
    PIX = "ITI-9"
    PDQ = "ITI-21"
    PERSON_QUERY = "Q21"


WORKLIST = "worklist"
"""The reason of a look at all of one's own patients at once."""
PROPOSED = "compare: proposed"
"""The reason of a steward's look at two records that the queue of possible matches put before him."""


class Outcome(StrEnum):
    """AuditEvent.outcome."""

    SUCCESS = "0"
    REFUSED = "4"
    FAILED = "8"
    DISASTER = "12"

    @classmethod
    def of_status(cls, status: int) -> "Outcome":
        """The outcome that an HTTP status stands for."""
        return cls.SUCCESS if status < 400 else cls.REFUSED if status < 500 else cls.FAILED


@dataclass(frozen=True, slots=True)
class Agent:
    """Who: the parts of a Principal that the record keeps. They stay as they were on that day."""

    kind: str
    id: str
    name: str
    role: str | None = None
    client_id: str | None = None
    organization: str | None = None
    practitioner: str | None = None
    patient: str | None = None
    session: str | None = None
    proxy: str | None = None
    represents: str | None = None
    """As what he acts for which resident; `patient` is then not he."""

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """The agent that a principal is."""
        return cls(
            kind=principal.kind.value,
            id=principal.id,
            name=principal.name,
            role=principal.role.value if principal.role else None,
            client_id=principal.client_id,
            organization=principal.organization,
            practitioner=principal.practitioner,
            patient=None if principal.proxy else principal.patient,
            session=principal.session,
            proxy=principal.proxy.value if principal.proxy else None,
            represents=principal.patient if principal.proxy else None,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What he is called: account or client, reference, name. Under these his records are found."""
        called = (self.id, self.practitioner or self.patient, self.name)
        return tuple(dict.fromkeys(each for each in called if each))


NOBODY = Agent("unknown", "unknown", "not authenticated")
"""Who asked without proof of who it is."""


class Part(NamedTuple):
    """What one entry of a Bundle asked for and touched; `refused` is the reason where it was."""

    patients: Sequence[str]
    entity: str | None
    query: str | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One event; `patients` and `entity` are references, `query` the raw query as it came.

    `parts` are those of a batch or transaction. `masked`: a part of a file that was read as a whole was
    hidden by a label or a Consent.
    """

    agent: Agent
    interaction: Interaction
    type: str | None = None
    patients: tuple[str, ...] = ()
    entity: str | None = None
    query: str | None = None
    outcome: Outcome = Outcome.SUCCESS
    reason: str | None = None
    purpose: str | None = None
    peer: str | None = None
    request: str | None = None
    parts: tuple[Part, ...] = ()
    masked: bool = False
    moment: datetime = field(default_factory=clock.now)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def encode(self) -> bytes:
        """As JSON, for the vault."""
        row = {name: getattr(self, name) for name in _RECORD}
        row["agent"] = {name: getattr(self.agent, name) for name in _AGENT}
        row["parts"] = [list(each) for each in self.parts]
        row["moment"] = clock.milliseconds(self.moment).isoformat()
        try:
            return orjson.dumps(row)
        except orjson.JSONEncodeError:  # half of a surrogate pair, which a query may hold
            return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """What `encode` was given."""
        row: dict[str, Any] = json.loads(body)
        return cls(
            **row
            | {
                "agent": Agent(**row["agent"]),
                "interaction": Interaction(row["interaction"]),
                "outcome": Outcome(row["outcome"]),
                "patients": tuple(row["patients"]),
                "parts": tuple(Part(*each) for each in row.get("parts", ())),
                "moment": datetime.fromisoformat(row["moment"]),
            }
        )


_AGENT = tuple(each.name for each in fields(Agent))
_RECORD = tuple(each.name for each in fields(AuditRecord))
