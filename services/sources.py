"""Sources: the registered senders of HL7 v2, one for each MSH-4 (or MSH-3 where MSH-4 is empty).

Collection `sources`. A listener knows them by heart and looks again every two seconds, so that a new
hospital sends without a restart.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.source import Source

Database = AsyncDatabase[dict[str, Any]]
_FRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered source: how its messages are read, and a security label for all that it sends."""

    source: Source
    label: str | None = None


async def register(database: Database, source: Source, label: str | None = None) -> None:
    """Register `source`, or change how it is registered."""
    row = {name.name: _plain(getattr(source, name.name)) for name in fields(source)} | {"label": label}
    await database["sources"].replace_one({"_id": source.code}, {"_id": row.pop("code")} | row, upsert=True)


async def registered(database: Database) -> dict[str, Registration]:
    """All registered sources by their code."""
    return {row["_id"]: _registration(row) async for row in database["sources"].find()}


class Sources:
    """The sources as one process sees them; `unregistered` says what an unknown sender is taken for."""

    def __init__(self, database: Database, identify: Any, accept_unregistered: bool) -> None:
        self._database = database
        self._identify = identify
        self._accept = accept_unregistered
        self._known: dict[str, Registration] = {}
        self._looked = 0.0

    async def find(self, code: str) -> Registration | None:
        """The registration of `code`; for an unknown sender one made up where those are accepted."""
        if code not in self._known or time.monotonic() - self._looked > _FRESH_SECONDS:
            self._known, self._looked = await registered(self._database), time.monotonic()
        if code in self._known or not self._accept:
            return self._known.get(code)
        return Registration(Source(code, f"Organization/{self._identify(f'Organization|{code}')}"))


def sender(message: Message) -> str:
    """The code under which the sender of `message` is registered: MSH-4, else MSH-3, else `unknown`."""
    header = message.header
    return header[4][1].value.strip() or header[3][1].value.strip() or "unknown"


def _plain(value: Any) -> Any:
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _registration(row: dict[str, Any]) -> Registration:
    label = row.pop("label", None)
    return Registration(Source(code=row.pop("_id"), **row), label)
