"""HL7 v2 over HTTPS with client certificates, by a real web process: checklist lines 5 and 8 of the feed."""

import ssl
from pathlib import Path

import httpx
import pytest

from adapters.v2_to_fhir.source import Source
from auth.store import clients
from services.sources import Terms, register
from tests.support.certificates import Authority
from tests.support.http_client import http_client
from tests.support.messages import adt
from tests.support.web import Web
from tests.support.web_process import web_process

HOSPITAL = "his.htest.example"
ER7 = {"Content-Type": "application/hl7-v2; charset=UTF-8"}
FORGED = {
    "X-Forwarded-Client-Cert": f'Subject="CN={HOSPITAL}";DNS={HOSPITAL}',
    "X-SSL-Client-S-DN": f"CN={HOSPITAL}",
    "Client-Cert": ":MIIB:",
}


def trusting(authority: Authority, certificate: Path | None = None) -> ssl.SSLContext:
    made = ssl.create_default_context(cafile=authority.file)
    if certificate is not None:
        made.load_cert_chain(certificate)
    return made


async def bearer(address: str, web: Web, context: ssl.SSLContext) -> tuple[str, str]:
    """A client's id and its bearer header, got from the process itself."""
    record, secret = await clients.register(
        web.platform.database, name="HIS", scope="system/*.c", organization="Organization/h1", regional=False
    )
    async with http_client(verify=context) as http:
        reply = await http.post(
            f"{address}/oauth/token",
            data={"grant_type": "client_credentials"},
            auth=(record.id, secret or ""),
        )
    assert reply.status_code == 200, "who shows no certificate is served as before"
    return record.id, f"Bearer {reply.json()['access_token']}"


async def test_line_5_a_source_with_a_certificate_sends_over_https_with_its_own_alone(
    web: Web, database: tuple[str, str], tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    mine, theirs = authority.sign(HOSPITAL), authority.sign("lis.htest.example")
    stranger = Authority(tmp_path, "HTEST stranger").sign(HOSPITAL + ".stranger")
    options = {"certificate": authority.sign("localhost"), "client_ca": authority.file}
    async with web_process(*database, tmp_path / "data", **options) as address:
        id, token = await bearer(address, web, trusting(authority))
        await register(
            web.platform.database,
            Source("TEST1", "Organization/h1"),
            certificate=HOSPITAL,
            terms=Terms(client=id),
        )

        async def sent(control: str, certificate: Path | None, **headers: str) -> bytes:
            shown = ER7 | {"Authorization": token} | headers
            async with http_client(verify=trusting(authority, certificate)) as http:
                reply = await http.post(f"{address}/hl7v2", content=adt(control).encode(), headers=shown)
            assert reply.status_code == 200
            return reply.content

        assert b"MSA|AA|C1" in await sent("C1", mine)
        assert b"MSA|AR|C2" in await sent("C2", theirs)
        assert b"MSA|AR|C3" in await sent("C3", None)
        assert b"MSA|AR|C4" in await sent("C4", None, **FORGED), "a header proves nothing"
        with pytest.raises(httpx.TransportError):
            await sent("C5", stranger)
    kept = await web.platform.database["inbox"].find({"state": {"$ne": "refused"}}).to_list()
    assert [row["control_id"] for row in kept] == ["C1"]
