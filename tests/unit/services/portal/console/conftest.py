"""A platform with one source, a steward or operator who is logged in, and messages in every state."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.responses import Response

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.source import Source
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from services.arriving import event, identifiers, orders
from services.inbox import DEAD, RECEIVED, Arrival, Inbox, inbox_of
from services.platform import Platform, sources_of
from services.portal import csrf
from services.sources import register
from services.worker.processor import Processor
from tests.support.messages import adt
from tests.unit.services.portal.test_visit import CHIEF, platform, request

__all__ = ["platform"]
BAD = adt("C9").replace("ADT^A01", "PMU^B01") + "STF|1|S1\r"


@dataclass
class Desk:
    """The platform as one person of the console uses it."""

    platform: Platform
    inbox: Inbox
    session: str = ""

    async def log_in(self, role: Role, organization: str | None = None) -> None:
        login = f"htest-{role}" + (f"-{organization.partition('/')[2]}" if organization else "")
        await accounts.create_demonstration(
            self.platform.database, Passwords(), self.platform.store.vault, login=login, name="演示",
            roles=(role,), password=CHIEF, totp_secret=None, patient=None, organization=organization,
        )  # fmt: skip
        account = await stored.by_login(self.platform.database, login)
        assert account is not None
        self.session = await sessions.start(self.platform.database, account)

    async def get(self, view: Callable[..., Awaitable[Response]], query: str = "", **path: str) -> Response:
        return await view(request(self.platform, self.session, query=query), **path)

    async def post(
        self,
        view: Callable[..., Awaitable[Response]],
        form: Mapping[str, str | list[str]],
        query: str = "",
        **path: str,
    ) -> Response:
        body = urlencode({**form, "csrf": csrf.token(self.session)}, doseq=True)
        return await view(request(self.platform, self.session, body, query=query), **path)

    async def arrive(self, text: str, state: str = RECEIVED, charset: str = "UTF-8", **more: Any) -> str:
        """A message as the listener keeps it; returns its row's id."""
        message, keyed = Message.parse(text), self.platform.store.keyed
        found = {
            "keys": [keyed(each) for each in identifiers(message)],
            "orders": [keyed(each) for each in orders(message)],
            "application": message.header[3][1].value.strip(),
        }
        arrival = Arrival(
            text.encode(charset), b"MSH|^~\\&\rMSA|AA\r", state, "p", "TEST1",
            message.header[10].value, event(message), charset, **found | more,
        )  # fmt: skip
        await self.inbox.add(arrival)
        row = await self.inbox.collection.find_one(sort=[("_id", -1)])
        assert row is not None
        return str(row["_id"])

    async def process(self, id: str) -> str:
        async with sources_of(self.platform) as sources:
            return await Processor(self.platform.store, self.inbox, sources).process(id)

    async def row(self, id: str) -> dict[str, Any]:
        row = await self.inbox.collection.find_one({"_id": id})
        assert row is not None
        return row

    async def dead(self) -> str:
        """The id of a dead letter: a message of a kind that has no map."""
        id = await self.arrive(BAD)
        assert await self.process(id) == DEAD
        return id

    async def audited(self) -> list[Any]:
        """The patients of the newest audit record, and how many there are."""
        rows = await self.platform.database["audit"].find({"patients": {"$exists": True}}).to_list()
        return [row["patients"] for row in rows]


@pytest.fixture
async def desk(platform: Platform) -> AsyncIterator[Desk]:
    await register(platform.database, Source("TEST1", "Organization/o", charset="UTF-8"))
    inbox = await inbox_of(platform.store)
    desk = Desk(platform, inbox)
    await desk.log_in(Role.STEWARD)
    yield desk
    await inbox.close()


def body(reply: Response) -> str:
    """The text of a page."""
    return bytes(reply.body).decode()
