"""The listener over TLS and mutual TLS, by real certificates: checklist line 5 of the feed."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.mllp.client import MllpError, connect
from adapters.mllp.server import start
from adapters.v2_to_fhir.source import Source
from services.config import Settings
from services.failure import Failure
from services.feed.transport import admission, context
from services.inbox import inbox_of
from services.intake.intake import Intake
from services.sources import Sources, register
from tests.functional.feed.test_feed import adt, answer, code
from tests.support.certificates import Authority
from tests.support.web import Web

HOSPITAL, OTHER, FEED = "his.htest.example", "lis.htest.example", "localhost"


@asynccontextmanager
async def listening(web: Web, settings: Settings) -> AsyncIterator[int]:
    """A listener of the platform with the transport of `settings`; its port."""
    store = web.platform.store
    inbox = await inbox_of(store)
    async with Sources(store.database, store.vault.identify, accept_unregistered=True) as sources:
        intake = Intake(inbox, sources, store.keyed, ("P",))
        server = await start(intake.receive, "127.0.0.1", 0, ssl=context(settings), admit=admission(settings))
        yield server.port
        await server.close(5)
    await inbox.close()


async def sent(port: int, ssl: ssl.SSLContext | None, message: str) -> Any:
    async with await connect(FEED, port, ssl=ssl, seconds=10) as connection:
        return await connection.send(message.encode())


def client(authority: Authority, certificate: Path | None = None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=authority.file)
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def settings(tmp_path: Path, authority: Authority, **more: Any) -> Settings:
    pem = authority.sign(FEED)
    return Settings.read(data=tmp_path / "data", mllp_tls_certificate=pem, mllp_tls_key=pem, **more)


async def test_over_tls_alone_where_a_certificate_is_set(
    web: Web, tmp_path: Path, authority: Authority
) -> None:
    async with listening(web, settings(tmp_path, authority)) as port:
        assert code(await sent(port, client(authority), adt())) == "AA"
        with pytest.raises(MllpError):
            await sent(port, None, adt(control="C2"))
        old = client(authority)
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(MllpError):
            await sent(port, old, adt(control="C3"))


async def test_a_certificate_speaks_for_its_own_sender_alone(
    web: Web, tmp_path: Path, authority: Authority
) -> None:
    mine, theirs = authority.sign(HOSPITAL), authority.sign(OTHER)
    await register(web.platform.database, Source("TEST1", "Organization/h1"), certificate=HOSPITAL)
    async with listening(web, settings(tmp_path, authority, mllp_client_ca=authority.file)) as port:
        assert code(await sent(port, client(authority, mine), adt())) == "AA"
        refused = await sent(port, client(authority, theirs), adt(control="C2"))
        assert code(refused) == "AR"
        errors = answer(refused)["ERR"]
        assert errors is not None
        assert b"HIS" not in refused or b"TEST1" in refused
        unregistered = await sent(port, client(authority, mine), adt(control="C3", facility="ELSE"))
        assert code(unregistered) == "AR", "under mutual TLS a sender without a certificate is nobody"
        with pytest.raises(MllpError):
            await sent(port, client(authority), adt(control="C4"))
        stranger = Authority(tmp_path, "HTEST stranger").sign("stranger.htest.example")
        with pytest.raises(MllpError):
            await sent(port, client(authority, stranger), adt(control="C5"))
    kept = await web.platform.database["inbox"].count_documents({"state": {"$ne": "refused"}})
    assert kept == 1


async def test_a_source_with_a_certificate_is_nobody_in_plain_text(web: Web, tmp_path: Path) -> None:
    await register(web.platform.database, Source("TEST1", "Organization/h1"), certificate=HOSPITAL)
    async with listening(web, Settings.read(data=tmp_path / "data")) as port:
        assert code(await sent(port, None, adt())) == "AR"


async def test_who_is_in_no_listed_network_is_not_let_in(web: Web, tmp_path: Path) -> None:
    for networks, admitted in (("10.0.0.0/8", False), ("10.0.0.0/8, 127.0.0.0/8", True)):
        async with listening(web, Settings.read(data=tmp_path / "data", mllp_networks=networks)) as port:
            if admitted:
                assert code(await sent(port, None, adt())) == "AA"
            else:
                with pytest.raises(MllpError):
                    await sent(port, None, adt())


async def test_plain_text_beyond_this_machine_has_to_be_asked_for(tmp_path: Path) -> None:
    reached = {"data": tmp_path / "data", "host": "0.0.0.0"}
    with pytest.raises(Failure, match="without encryption"):
        context(Settings.read(**reached))
    assert context(Settings.read(**reached, mllp_plaintext="accept")) is None
