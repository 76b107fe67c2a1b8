"""The region under load: clients with tokens, and the residents that were loaded through the API."""

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyotp
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from adapters.v2_to_fhir.source import Source
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import clients
from fhir.summary.moment import CHENGDU
from services import sources
from services.config import Settings
from services.platform import connect
from services.portal.csrf import SESSION_COOKIE
from tests.performance.connection import Connection, Reply, request
from tests.performance.messages import HOSPITALS, hospital
from tests.performance.population import ORGANIZATION, Residents, Resource, file, observation, transaction
from tests.performance.record import EACH_VISIT, SHORT, directory, doctor, further, record

Database = AsyncDatabase[dict[str, Any]]
SCOPE = "system/*.cruds"
_LOADERS = 4
_BUNDLE = 50
_LOCATION = re.compile(rb'"location":"(Patient|Encounter)/([^/"]+)/')


@dataclass(frozen=True, slots=True)
class Size:
    """How many residents there are, and results of the thick files and of the heavy one."""

    thin: int
    thick: int
    results: int = 100
    heavy: int = 2_000
    records: int = 100


class Region:
    """What the workloads need: port, tokens (regional and of an organisation), residents, database."""

    def __init__(self, settings: Settings) -> None:
        assert settings.mongodb_uri
        self.settings = settings
        self.port = settings.port
        self.token = ""
        self.clinic_token = ""
        self.doctor_cookie = ""
        self.residents = Residents()
        self.made: dict[str, list[str]] = {"Organization": [ORGANIZATION.partition("/")[2]]}
        """The ids of some types within the records."""
        self.loaded = 0
        """The residents have the numbers below this one."""
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            settings.mongodb_uri.get_secret_value(), tz_aware=True
        )
        self.database: Database = self._client[settings.database]

    async def prepare(self, size: Size) -> None:
        """Register clients and sources, load the residents."""
        await self.authorize()
        for number in range(HOSPITALS):
            await sources.register(
                self.database, Source(hospital(number), ORGANIZATION, charset="UTF-8"), "HTEST"
            )
        connection = Connection(self.port)
        await self._put_organization(connection)
        for each in directory():
            place = f"/fhir/{each['resourceType']}/{each['id']}"
            _expect(await self._send(connection, "PUT", place, each), 201)
        await self._load(size)
        await self._load_heavy(connection, size)
        connection.close()
        await self._log_in()
        self.loaded = size.thin + size.thick + 2
        await self.grow(self.loaded + size.records)

    async def grow(self, residents: int) -> None:
        """Load short records until there are so many residents."""
        numbers = iter(range(self.loaded, residents))

        async def loader() -> None:
            connection = Connection(self.port)
            for number in numbers:
                reply = await self._send(connection, "POST", "/fhir", record(number, SHORT))
                for type, id in _LOCATION.findall(_expect(reply, 200)):
                    self.made.setdefault(type.decode(), []).append(id.decode())
            connection.close()

        await asyncio.gather(*(loader() for _ in range(_LOADERS)))
        self.loaded = max(self.loaded, residents)

    async def close(self) -> None:
        """Disconnect."""
        await self._client.close()

    async def authorize(self) -> None:
        """New tokens; they last an hour."""
        self.token = await self._client_token(None)
        self.clinic_token = await self._client_token(ORGANIZATION)

    async def _log_in(self) -> None:
        """A doctor whom the residents of the two long files have come to see."""
        async with connect(self.settings) as platform:
            seen = datetime.now(CHENGDU)
            for who in (self.residents.heavy, self.residents.whole):
                await platform.relations.encounter(None, f"Patient/{who}", ORGANIZATION, seen)
            account = await accounts.create_demonstration(
                platform.database, Passwords(), platform.store.vault, login="bench", name="HTEST doctor",
                roles=(Role.CLINICIAN,), password=secrets.token_urlsafe(), totp_secret=pyotp.random_base32(),
                organization=ORGANIZATION, practitioner=doctor(0),
            )  # fmt: skip
            token = await sessions.start(platform.database, account, amr=("pwd", "otp"))
        self.doctor_cookie = f"{SESSION_COOKIE}={token}"

    async def _client_token(self, organization: str | None) -> str:
        record, secret = await clients.register(
            self.database,
            name="benchmark",
            scope=SCOPE,
            organization=organization,
            regional=organization is None,
        )
        basic = base64.b64encode(f"{record.id}:{secret}".encode()).decode()
        form = f"grant_type=client_credentials&scope={SCOPE}".encode()
        asked = request("POST", "/oauth/token", "", form, "application/x-www-form-urlencoded")
        asked = asked.replace(b"\r\n\r\n", f"\r\nAuthorization: Basic {basic}\r\n\r\n".encode(), 1)
        connection = Connection(self.port)
        reply = await connection.exchange(asked)
        connection.close()
        return str(json.loads(_expect(reply, 200))["access_token"])

    async def _put_organization(self, connection: Connection) -> None:
        body = {
            "resourceType": "Organization",
            "id": ORGANIZATION.partition("/")[2],
            "active": True,
            "name": "HTEST",
        }
        _expect(await self._send(connection, "PUT", f"/fhir/{ORGANIZATION}", body), 201)

    async def _load(self, size: Size) -> None:
        waiting = list(range(size.thin + size.thick))

        async def loader() -> None:
            connection = Connection(self.port)
            while waiting:
                number = waiting.pop()
                thick = number < size.thick
                made = await self._transact(connection, file(number, size.results if thick else 3))
                (self.residents.thick if thick else self.residents.thin).append((made[0], number))
                self.residents.observations += made[2:5]
            connection.close()

        await asyncio.gather(*(loader() for _ in range(_LOADERS)))

    async def _load_heavy(self, connection: Connection, size: Size) -> None:
        self.residents.heavy = (await self._transact(connection, file(size.thin + size.thick, 0)))[0]
        subject = f"Patient/{self.residents.heavy}"
        for start in range(0, size.heavy, _BUNDLE):
            results = [observation(subject, number) for number in range(start, start + _BUNDLE)]
            await self._transact(connection, transaction(results))
        await self._load_whole(connection, size)

    async def _load_whole(self, connection: Connection, size: Size) -> None:
        number = size.thin + size.thick + 1
        self.residents.whole = (await self._transact(connection, file(number, 0)))[0]
        subject = f"Patient/{self.residents.whole}"
        for each in further(number, subject, size.heavy // EACH_VISIT):
            await self._transact(connection, each)

    async def _transact(self, connection: Connection, bundle: Resource) -> list[str]:
        """The ids of what a transaction created."""
        reply = json.loads(_expect(await self._send(connection, "POST", "/fhir", bundle), 200))
        return [entry["response"]["location"].split("/")[-3] for entry in reply["entry"]]

    async def _send(self, connection: Connection, method: str, target: str, body: Any) -> Reply:
        return await connection.exchange(request(method, target, self.token, dumped(body)))


def dumped(body: Any) -> bytes:
    """`body` as JSON."""
    return json.dumps(body, ensure_ascii=False).encode()


def _expect(reply: Reply, status: int) -> bytes:
    if reply.status != status:
        raise SystemExit(f"The region could not be loaded: status {reply.status}: {reply.body[:500]!r}")
    return reply.body


def shares(residents: Sequence[tuple[str, int]], count: int) -> list[list[tuple[str, int]]]:
    """`residents` dealt out to `count` connections."""
    return [list(residents[start::count]) for start in range(count)]
