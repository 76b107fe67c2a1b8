"""Synthetic access: every five minutes an invented resident's file is read, and the audit must tell of it.

security-and-scale.md, line 27 (a log that is incomplete goes unnoticed for months elsewhere). The read takes
the way of any other: HTTP, a token of two minutes that reaches this one Patient (HTEST), the decision, the
recorder. What is not in the audit within a minute sounds an alarm.
"""

import asyncio
import secrets
import ssl
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Counter

from auth import moment
from auth.store import tokens
from auth.store.tokens import TokenRecord
from fhir.store import EVERYONE
from services.alarms.alarm import Kind
from services.config import Settings
from services.labelling import CODING
from services.platform import Platform
from services.readiness import local
from services.turns import my_turn

PERIOD, FIRST = 30.0, 60.0
_EVERY, _LIFE = timedelta(minutes=5), timedelta(minutes=2)
PATIENCE = 60.0
NAME, ORGANIZATION = "Furong synthetic access", "Organization/furong-synthetic-access"
ACCESSES = Counter("furong_synthetic_access_total", "Synthetic accesses by what became of them", ["result"])
SEEN, MISSING, UNREAD = "seen", "missing", "unread"
_TEXTS = {
    MISSING: "A synthetic access did not appear in the audit within a minute.",
    UNREAD: "A synthetic access could not be made: the API did not answer it.",
}


async def look(platform: Platform) -> None:
    """Make one, where it is this process's turn."""
    if await my_turn(platform.database, "synthetic access", _EVERY):
        await access(platform)


async def access(platform: Platform, patience: float = PATIENCE) -> str:
    """Read the file and look for the record; what became of it, counted, with an alarm unless it was seen."""
    patient, request, start = await _resident(platform), f"synthetic-{secrets.token_hex(8)}", moment.now()
    read = await asyncio.to_thread(_read, platform, patient, request)
    result = UNREAD
    if read:
        result = SEEN if await _appears(platform, patient, request, start, patience) else MISSING
    ACCESSES.labels(result).inc()
    if result != SEEN:
        await platform.alarms.sound(Kind.AUDIT_INCOMPLETE, _TEXTS[result], result=result)
    return result


async def _appears(platform: Platform, patient: str, request: str, start: datetime, patience: float) -> bool:
    try:
        async with asyncio.timeout(patience):
            while True:
                records = await platform.archive.records([patient], start - timedelta(seconds=5), 50)
                if any(each.request == request for each in records):
                    return True
                await asyncio.sleep(min(1.0, patience / 10))
    except TimeoutError:
        return False


async def _resident(platform: Platform) -> str:
    """The invented resident, made at the first time and related to an organisation that is nobody's."""
    id = platform.store.vault.identify("synthetic access")
    if await platform.store.resources.read("Patient", id, EVERYONE) is None:
        made: dict[str, Any] = {
            "resourceType": "Patient",
            "id": id,
            "meta": {"security": [CODING]},
            "active": True,
            "name": [{"text": "HTEST"}],
        }

        async def work(tx: Any) -> None:
            tx.put(made)

        await platform.store.resources.transact(work)
    await platform.relations.register(None, f"Patient/{id}", ORGANIZATION, NAME)
    return f"Patient/{id}"


def _read(platform: Platform, patient: str, request: str) -> bool:
    """Read it over HTTP with a token that opens this file alone."""
    token, now = secrets.token_urlsafe(32), moment.now()
    record = TokenRecord(
        client="furong-synthetic-access", name=NAME, organization=ORGANIZATION, regional=False,
        scope="system/Patient.r", issued=now, expires=now + _LIFE,
    )  # fmt: skip
    tokens.insert(platform.auth_database, token, record)
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": request}
    try:
        return any(_got(f"{base}/fhir/{patient}", headers) for base in _addresses(platform.settings))
    finally:
        tokens.delete(platform.auth_database, token)


def _addresses(settings: Settings) -> list[str]:
    """This machine's own API; where it runs elsewhere, the address that others use."""
    host, scheme = local(settings), "https" if settings.tls_certificate else "http"
    return [f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}", settings.address]


def _got(url: str, headers: dict[str, str]) -> bool:
    # The certificate is made for the name that others use, not for the loopback address.
    context = ssl._create_unverified_context() if url.startswith("https:") else None  # noqa: S323
    try:
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - an address of our own settings
        with urllib.request.urlopen(request, timeout=10, context=context) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False
