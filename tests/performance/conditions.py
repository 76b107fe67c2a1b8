"""Conditions: what was on while the platform was measured, found by trying it, and on what machine."""

import json
import os
import platform as machine
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fhir.store.database import DURABLE
from tests.performance.connection import Connection, request
from tests.performance.population import observation
from tests.performance.region import Database, Region, dumped


async def switched_on(region: Region) -> dict[str, bool]:
    """Authorisation, validation, history, audit, encryption, durability: each tried."""
    connection = Connection(region.port)
    try:
        before = await audit_records(region.database)
        found = {
            "authorisation": await _refuses_strangers(region, connection),
            "validation": await _refuses_nonsense(region, connection),
            "history": await _keeps_versions(region, connection),
        }
        audited = await audit_records(region.database) - before >= 5
    finally:
        connection.close()
    durable = DURABLE.document == {"w": "majority", "j": True}
    encrypted = await _hides_bodies(region)
    return {**found, "audit": audited, "encryption": encrypted, "journaled majority writes": durable}


async def audit_records(database: Database) -> int:
    """How many audit records there are."""
    return await database["audit"].count_documents({})


async def _refuses_strangers(region: Region, connection: Connection) -> bool:
    place = f"/fhir/Patient/{region.residents.heavy}"
    replies = [await connection.exchange(request("GET", place, token)) for token in ("", "x" * 43)]
    return [reply.status for reply in replies] == [401, 401]


async def _refuses_nonsense(region: Region, connection: Connection) -> bool:
    body = observation(f"Patient/{region.residents.heavy}", 0) | {"status": "bogus"}
    reply = await connection.exchange(request("POST", "/fhir/Observation", region.token, dumped(body)))
    return reply.status == 422


async def _keeps_versions(region: Region, connection: Connection) -> bool:
    """An update leaves the version before it; what is tried here is a result without a patient."""
    id = str(uuid.uuid4())
    place, body = f"/fhir/Basic/{id}", {"resourceType": "Basic", "id": id}
    for code in ("first", "second"):
        changed = body | {"code": {"text": code}}
        await connection.exchange(request("PUT", place, region.token, dumped(changed)))
    old = await connection.exchange(request("GET", f"{place}/_history/1", region.token))
    return old.status == 200 and b"first" in old.body


async def _hides_bodies(region: Region) -> bool:
    """Is a stored body neither JSON nor its name readable in it?"""
    row = await region.database["resources"].find_one({"_id": f"Patient/{region.residents.heavy}"})
    if row is None:
        return False
    try:
        json.loads(row["body"])
    except ValueError:
        return b"resourceType" not in bytes(row["body"])
    return False


async def described(region: Region, folder: Path) -> dict[str, Any]:
    """The machine and the versions."""
    build = await region.database.client.admin.command("buildInfo")
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load before": round(os.getloadavg()[0], 1),
        "system": f"{machine.system()} {machine.machine()}",
        "python": machine.python_version(),
        "mongod": str(build["version"]),
        "data on": filesystem(folder, _mounts()),
    }


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text()
    except OSError:
        return ""


def filesystem(folder: Path, mounts: str) -> str:
    """The type of the file system that holds `folder` (tmpfs makes no write durable), or `unknown`."""
    holding: Mapping[int, str] = {
        len(Path(point).parts): kind
        for _, point, kind, *_ in (line.split() for line in mounts.splitlines())
        if folder.is_relative_to(point)
    }
    return holding[max(holding)] if holding else "unknown"
