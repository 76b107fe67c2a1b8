"""The web process without authorisation and audit, to measure what they cost.

Whoever asks is a regional system, every decision permits everyone's, no record is written. It listens on
loopback for as long as the benchmark runs.
"""

from typing import Any

from auth.access import AccessOf
from auth.audit.record import AuditRecord
from auth.audit.recorder import Recorder
from auth.principal import Kind, Principal
from auth.smart.scope import parse_all
from fhir.access import Action, Permit
from fhir.store import EVERYONE
from services import process, web
from services.api import audited

_REGION = Principal(Kind.SYSTEM, "bare", "bare", regional=True, scopes=parse_all("system/*.cruds"))


class Anything(AccessOf):
    """Permits everything, and has nothing to record."""

    async def decide(self, type: str, action: Action) -> Permit:
        """Everyone's."""
        return Permit(EVERYONE)

    async def parted(self, record: AuditRecord) -> list[AuditRecord]:
        """None."""
        return []


async def _anybody(*_: Any) -> Principal:
    return _REGION


async def _unrecorded(*_: Any) -> None:
    return


if __name__ == "__main__":
    audited.AccessOf = Anything  # type: ignore[misc]
    audited.authenticate = _anybody  # type: ignore[assignment]
    Recorder.record = _unrecorded  # type: ignore[assignment, method-assign]
    process.run("bare", web.main)
