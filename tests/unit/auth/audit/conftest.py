"""A recorder and an archive on the real database."""

from collections.abc import AsyncIterator

import pytest

from auth.audit.archive import Archive
from auth.audit.record import Agent, AuditRecord, Interaction
from auth.audit.recorder import Recorder
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.database import Database
from fhir.store.vault import Vault

DOCTOR = Agent.of(
    Principal(
        Kind.PERSON,
        "account-1",
        "HTEST Li Lei",
        Role.CLINICIAN,
        organization="Organization/h1",
        practitioner="Practitioner/p1",
        session="ab" * 16,
    )
)
CLINIC = Agent.of(
    Principal(
        Kind.SYSTEM,
        "client-1",
        "HTEST clinic",
        client_id="client-1",
        organization="Organization/h1",
        session="cd" * 16,
    )
)
RESIDENT = Agent.of(Principal(Kind.PERSON, "account-2", "HTEST Wang", Role.RESIDENT, patient="Patient/a"))


def read(*patients: str, **given: object) -> AuditRecord:
    """A doctor has read an Observation of `patients`."""
    usual: dict[str, object] = {
        "agent": DOCTOR,
        "interaction": Interaction.READ,
        "type": "Observation",
        "patients": patients,
        "entity": "Observation/1",
        "peer": "192.0.2.1",
        "request": "r-1",
    }
    return AuditRecord(**(usual | given))  # type: ignore[arg-type]


@pytest.fixture
async def recorder(base: Database, vault: Vault) -> AsyncIterator[Recorder]:
    recorder = Recorder(base, vault)
    yield recorder
    await recorder.close()


@pytest.fixture
def archive(base: Database, vault: Vault) -> Archive:
    return Archive(base, vault)
