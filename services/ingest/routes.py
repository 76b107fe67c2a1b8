"""POST /hl7v2: a message or a batch over HTTP, answered by its acknowledgement.

HAPI, "HL7 over HTTP": content type application/hl7-v2 (ER7), the acknowledgement in the body, 200 whatever
its code; 204 where the sender wants none. Same intake as MLLP. The sender shows the token of the client that
is registered for its source (`source add --client`), with a scope that creates (`system/*.c`), and for a
query one that finds Patients (`system/Patient.rs`); where HTTPS asks for certificates (FURONG_TLS_CLIENT_CA)
also the certificate of the source, if it has one.
"""

import asyncio
import contextlib

from fastapi import APIRouter
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import Response

from adapters.hl7v2.charset import codec_of, decode
from adapters.mllp.budget import Budget, Share
from auth.principal import Principal
from auth.tokens import authenticate
from fhir.access import Action
from fhir.outcome import Fault, Refusal
from services import peer_certificate
from services.inbox import inbox_of
from services.intake.intake import Intake
from services.intake.proof import Client
from services.platform import Platform, sources_of
from services.queries.queries import answering
from services.sources import Sources

MEDIA_TYPES = ("application/hl7-v2", "x-application/hl7-v2+er7", "application/hl7-v2+er7")
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "cp950": "Big5", "ascii": "US-ASCII"}


class Ingest:
    """The intake of one web process, made at the first message."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._budget = Budget(platform.settings.feed_memory_bytes)
        self._making = asyncio.Lock()
        self._made: tuple[Intake, Sources] | None = None

    async def receive(self, request: Request) -> Response:
        """One request."""
        platform = self._platform
        principal = await authenticate(
            platform.tokens, request.headers.getlist("authorization"), request.query_params.keys()
        )
        client = _client_or_403(principal)
        charset = _charset_or_415(request)
        share = Share(self._budget)
        try:
            body = await _body_or_413(request, platform.settings.max_message_bytes, share)
            intake = await self._intake()
            peer = request.client
            sender = Client(
                peer.host if peer else "",
                peer.port if peer else 0,
                client,
                asked=platform.settings.tls_client_ca is not None,
                certificate=peer_certificate.proved(request.scope),
                scopes=principal.scopes,
            )
            taken = await intake.take(body, sender, charset)
        finally:
            share.keep(0)
        if taken.answer is None:
            return Response(status_code=204)
        found = decode(taken.answer).charset
        media_type = f"{MEDIA_TYPES[0]}; charset={_NAMES.get(found, found.replace('iso8859', 'ISO-8859'))}"
        return Response(taken.answer, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    async def _intake(self) -> Intake:
        async with self._making:
            if self._made is None:
                self._made = await self._make()
        intake, sources = self._made
        # A store that is down is told by the answer to the message.
        with contextlib.suppress(PyMongoError):
            await sources.refresh()
            await intake.pressure.look()
            await intake.strangers.look()
        return intake

    async def _make(self) -> tuple[Intake, Sources]:
        settings, store = self._platform.settings, self._platform.store
        sources = sources_of(self._platform)
        intake = Intake(
            await inbox_of(store),
            sources,
            store.keyed,
            settings.processing_ids.split(","),
            high_water=settings.queue_high_water,
            commit_seconds=settings.commit_seconds,
            strangers_bytes=settings.strangers_bytes,
        )
        intake.ask = await answering(self._platform, sources)
        return intake, sources


def router(platform: Platform) -> APIRouter:
    """The route of HTTP ingest."""
    made = APIRouter()
    made.add_api_route("/hl7v2", Ingest(platform).receive, methods=["POST"], include_in_schema=False)
    return made


def _client_or_403(principal: Principal) -> str:
    """The OAuth client of a token that may create."""
    creates = any(each.level == "system" and each.allows("*", Action.CREATE) for each in principal.scopes)
    if principal.client_id is None or not creates:
        raise Refusal(Fault.FORBIDDEN, "the token needs the scope system/*.c (or system/*.cruds)")
    return principal.client_id


def _charset_or_415(request: Request) -> str | None:
    """The character set that Content-Type names, if any."""
    kind, *parameters = request.headers.get("content-type", "").split(";")
    if kind.strip().lower() not in MEDIA_TYPES:
        raise Refusal(Fault.MEDIA_TYPE, f"a message is sent as {MEDIA_TYPES[0]}")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            value = value.strip().strip('"')
            if codec_of(value) is None:
                raise Refusal(Fault.MEDIA_TYPE, "the charset is UTF-8, GB18030, BIG-5 or a part of ISO 8859")
            return value
    return None


async def _body_or_413(request: Request, limit: int, share: Share) -> bytes:
    """The body, at most `limit` bytes of it; read more slowly where others fill the memory."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or len(length) > 15 or int(length) > limit:
        raise Refusal(Fault.TOO_LARGE, f"a message has at most {limit} bytes")
    body = bytearray()
    async for chunk in request.stream():
        await share.claim(len(chunk))
        body += chunk
        if len(body) > limit:
            raise Refusal(Fault.TOO_LARGE, f"a message has at most {limit} bytes")
    return bytes(body)
