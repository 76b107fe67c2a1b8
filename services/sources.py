"""Sources: the registered senders of HL7 v2, one for each MSH-4 (or MSH-3 where MSH-4 is empty).

Collection `sources`. A listener knows them by heart and looks again every second, so that a new hospital
sends without a restart.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.source import Source
from services import overlays, source_metrics, unregistered
from services.config import UNREGISTERED_SOURCES

Database = AsyncDatabase[dict[str, Any]]
Identify = Callable[[str], str]
_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How a source sends and is answered, beside what its messages mean.

    `client` may send over HTTP; `networks` where it sends from (empty: anywhere); `rate`: messages a second;
    `committed`: AA only once the message is FHIR; `strict`: warnings refuse; `numbered`: it counts in MSH-13;
    `reply_to`: host:port of its application acknowledgements (`reply_tls`: over TLS), else they go back on
    its own connection; `standard`: its messages are also checked by the letter of the standard;
    `known_patients`: what is no ADT makes no Patient; `regional_queries`: its queries reach the whole region,
    not only the residents in the care of its organisation.
    """

    client: str | None = None
    networks: tuple[str, ...] = ()
    rate: float | None = None
    committed: bool = False
    strict: bool = False
    numbered: bool = False
    reply_to: str | None = None
    standard: bool = False
    reply_tls: bool = False
    known_patients: bool = False
    regional_queries: bool = False


@dataclass(frozen=True, slots=True)
class Registration:
    """A registered source: how its messages are read, and a security label for all that it sends.

    `certificate` is a name (CN, DNS) of the certificate that its sender has to prove under mutual TLS.
    """

    source: Source
    label: str | None = None
    certificate: str | None = None
    terms: Terms = Terms()


async def register(
    database: Database,
    source: Source,
    label: str | None = None,
    certificate: str | None = None,
    terms: Terms | None = None,
) -> None:
    """Register `source`, or change how it is registered."""
    kept = [each.name for each in fields(source) if each.name not in ("overlay", "concepts")]
    row = {name: _plain(getattr(source, name)) for name in kept}
    row |= {"label": label, "certificate": certificate, "terms": asdict(terms or Terms())}
    await database["sources"].replace_one({"_id": source.code}, {"_id": row.pop("code")} | row, upsert=True)
    await unregistered.leave(database, source.code)


async def registered(database: Database, *, overlaid: bool = True) -> dict[str, Registration]:
    """All registered sources by their code, each with the overlay that is active for it."""
    known = {row["_id"]: _registration(row) async for row in database["sources"].find()}
    if not overlaid:
        return known
    for code, overlay in (await overlays.active(database)).items():
        if code in known:
            known[code] = replace(known[code], source=overlay.on(known[code].source))
    return known


async def codes(database: Database) -> list[str]:
    """The codes of all sources that send, registered or accepted without, in order."""
    known = await database["sources"].distinct("_id")
    return sorted({*known, *await unregistered.codes(database)})


def made_up(code: str, identify: Identify) -> Registration:
    """How an unregistered source is taken."""
    return Registration(Source(code, f"Organization/{identify(f'Organization|{code}')}"))


async def taken(database: Database, code: str, identify: Identify) -> Registration | None:
    """How the messages of `code` are taken: as it is registered, else as one accepted without; None: not."""
    found = (await registered(database)).get(code)
    if found is None and code in await unregistered.codes(database):
        return made_up(code, identify)
    return found


class Sources:
    """The sources as one process knows them by heart.

    `accept_unregistered` makes one up for a stranger; those are at most `limit`.
    """

    def __init__(
        self,
        database: Database,
        identify: Identify,
        accept_unregistered: bool,
        limit: int = UNREGISTERED_SOURCES,
    ) -> None:
        self._database = database
        self._identify = identify
        self._accept = accept_unregistered
        self._known: dict[str, Registration] = {}
        self._limit = limit
        self._admitted: frozenset[str] = frozenset()
        self._admitting = asyncio.Lock()
        self._strangers: dict[str, float] = {}
        self._looked = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Learn the sources, and learn anew every second."""
        await self._look()
        self._following = asyncio.create_task(self._follow(), name="sources")
        return self

    async def __aexit__(self, *failure: object) -> None:
        """Stop learning."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def refresh(self) -> None:
        """Learn anew where that was not done for a second: for a process that does not follow."""
        if time.monotonic() - self._looked > _FRESH_SECONDS:
            await self._look_together()

    def overlays(self) -> dict[str, str]:
        """Which overlay each source has that has one, by its digest."""
        known = ((code, each.source.overlay) for code, each in self._known.items())
        return {code: overlay.digest for code, overlay in known if overlay is not None}

    def replied_to(self) -> dict[str, Terms]:
        """The terms of the sources whose application acknowledgements go to an address of their own."""
        return {code: each.terms for code, each in self._known.items() if each.terms.reply_to}

    async def find(self, code: str) -> Registration | None:
        """The registration of `code`.

        For a known source nothing is waited for, and all who ask for a stranger wait for one look together:
        messages keep the order in which they came.
        """
        if code not in self._known and time.monotonic() - self._strangers.get(code, 0) > _FRESH_SECONDS:
            await self._look_together()
            self._strangers[code] = time.monotonic()
        if code in self._known or not self._accept:
            return self._known.get(code)
        return made_up(code, self._identify)

    async def known(self, code: str) -> Registration | None:
        """The registration of `code`; None for a stranger, where one may be accepted too."""
        registration = await self.find(code)
        return registration if self.has_place(code) else None

    @property
    def known_by_heart(self) -> Mapping[str, Registration]:
        """All registered sources, as far as this process has learnt of them."""
        return self._known

    def is_registered(self, code: str) -> bool:
        """Is `code` registered, and not only accepted without?"""
        return code in self._known

    def has_place(self, code: str) -> bool:
        """Is `code` registered, or one of the unregistered sources that were accepted?"""
        return code in self._known or code in self._admitted

    async def admit(self, code: str) -> bool:
        """Is `code` registered, or one of the unregistered sources that there is room for?"""
        if self.has_place(code):
            return True
        async with self._admitting:  # one after the other: messages keep the order in which they came
            if code not in self._admitted:
                if not await unregistered.admit(self._database, code, self._limit):
                    return False
                self._admitted |= {code}
            return True

    async def _look_together(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    async def _look(self) -> None:
        self._looked = time.monotonic()
        await self._learn()
        self._admitted = await unregistered.codes(self._database) if self._accept else frozenset()
        self._strangers.clear()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_FRESH_SECONDS)
            try:
                await self._learn()
            except PyMongoError:
                continue

    async def _learn(self) -> None:
        self._known = await registered(self._database)
        source_metrics.register(self._known)


def sender(message: Message) -> str:
    """The code under which the sender of `message` is registered: MSH-4, else MSH-3, else `unknown`."""
    header = message.header
    return header[4][1].value.strip() or header[3][1].value.strip() or "unknown"


def _plain(value: Any) -> Any:
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _registration(row: dict[str, Any]) -> Registration:
    label, certificate = row.pop("label", None), row.pop("certificate", None)
    terms = row.pop("terms", None) or {}
    made = Terms(**terms | {"networks": tuple(terms.get("networks", ()))})
    return Registration(Source(code=row.pop("_id"), **row), label, certificate, made)
